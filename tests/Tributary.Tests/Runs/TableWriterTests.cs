using Microsoft.Extensions.Time.Testing;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Shaping;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>Several windows that want to be written while another one is.</summary>
public sealed class TableWriterTests : IDisposable
{
    private static readonly DataSetDefinition Definition = new() { Name = "Countries", AccountId = "1", Details = new Details { Report = "UserCountry.getCountry" }, Drift = DriftPolicy.Stop };

    private readonly TemporaryFolder _folder = new();
    private readonly MatomoClient _client = new(MatomoEndpoint.Parse("http://127.0.0.1:1/"), AccessToken.Anonymous, new MatomoClientOptions(), TimeProvider.System);
    private readonly SlowDestination _destination = new();
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_while_a_change_is_written_goes_into_the_next_one_together()
    {
        using var writer = Writer();
        var first = writer.WriteAsync([Day(1)], Stop);
        Task[] others = [.. Enumerable.Range(2, 4).Select(day => writer.WriteAsync([Day(day)], Stop))];
        _destination.Go();
        await first;
        await Task.WhenAll(others);

        Assert.Equal([[1], [2, 3, 4, 5]], _destination.Commits.Select(c => c.Partitions.Select(p => p.Key.Start.Day)));
    }

    [Fact]
    public async Task What_drift_refuses_holds_up_none_of_the_others()
    {
        using var writer = Writer();
        var first = writer.WriteAsync([Day(1)], Stop);
        var refused = writer.WriteAsync([Day(2, extraColumn: true)], Stop);
        var other = writer.WriteAsync([Day(3)], Stop);
        _destination.Go();
        await first;
        await other;

        Assert.Equal("drift.stopped", (await Assert.ThrowsAsync<TributaryException>(() => refused)).Code);
        Assert.Equal([[1], [3]], _destination.Commits.Select(c => c.Partitions.Select(p => p.Key.Start.Day)));
    }

    [Fact]
    public async Task What_is_cancelled_while_it_waits_is_not_written()
    {
        using var writer = Writer();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = writer.WriteAsync([Day(1)], Stop);
        var cancelled = writer.WriteAsync([Day(2)], cancel.Token);
        var other = writer.WriteAsync([Day(3)], Stop);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _destination.Go();
        await first;
        await other;

        Assert.Equal([[1], [3]], _destination.Commits.Select(c => c.Partitions.Select(p => p.Key.Start.Day)));
    }

    [Fact]
    public async Task A_change_that_fails_fails_for_all_whose_rows_were_in_it()
    {
        using var writer = Writer();
        var first = writer.WriteAsync([Day(1)], Stop);
        Task[] others = [writer.WriteAsync([Day(2)], Stop), writer.WriteAsync([Day(3)], Stop)];
        _destination.FailsFrom = 2;
        _destination.Go();
        await first;

        foreach (var other in others)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => other);
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task A_change_that_fails_for_a_while_is_made_again_as_the_same_window(int failures, bool isWritten)
    {
        using var writer = Writer();
        _destination.Go();
        _destination.Failures.AddRange(Enumerable.Repeat(new TributaryException("destination.lost", Fault.Destination, "It is lost.") { IsTransient = true }, failures));

        var written = writer.WriteAsync([Day(1)], Stop);
        while (!written.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(isWritten ? null : "destination.lost", ((TributaryException?)written.Exception?.InnerException)?.Code);
        Assert.Equal(Math.Min(failures + 1, 4), _destination.Commits.Count);
        Assert.Single(_destination.Commits.Select(c => c.WindowId).Distinct());
        Assert.All(_destination.Commits, c => Assert.Equal(1, c.Rows.Count));
    }

    [Theory]
    [InlineData("destination.disk_full", Fault.Destination, false)]
    [InlineData("destination.table_busy", Fault.Destination, true)]
    [InlineData("run.lost", Fault.Workspace, true)]
    public async Task A_change_that_fails_for_good_or_was_waited_for_fails_at_once(string code, Fault fault, bool isTransient)
    {
        using var writer = Writer();
        _destination.Go();
        _destination.Failures.Add(new TributaryException(code, fault, "It cannot be.") { IsTransient = isTransient });

        Assert.Equal(code, (await Assert.ThrowsAsync<TributaryException>(() => writer.WriteAsync([Day(1)], Stop))).Code);
    }

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    private TableWriter Writer()
    {
        var report = ReportCatalog.BuiltIn.Find(Definition.Details.Report)!;
        var reading = new ReportReading(_client, report, Definition.Details, "run", _clock, _folder.Path);
        return new TableWriter(Definition, "countries", reading, _destination, new Drift(Definition, new HashSet<string>()), _ => Task.CompletedTask);
    }

    private ReadWindow Day(int day, bool extraColumn = false)
    {
        var key = new PartitionKey(1, Period.Day, new DateOnly(2026, 11, day), new DateOnly(2026, 11, day));
        var rows = new StagedRows(_folder.Path);
        var batch = new RowBatch();
        batch.Add(new ColumnDefinition("site_id", ColumnType.Integer, ColumnRole.Key));
        if (extraColumn)
        {
            batch.Add(new ColumnDefinition("new_metric", ColumnType.Integer, ColumnRole.Metric));
        }

        for (var i = 0; i < batch.Columns.Count; i++)
        {
            batch.Buffer(i).SetInteger(0, 1);
        }

        batch.Rows = 1;
        IReadOnlyList<ColumnDefinition> columns = [.. batch.Columns];
        rows.Add(batch);
        List<PartitionRecord> partitions = [new(key, PartitionState.Final, 1, DateTimeOffset.UnixEpoch, "run")];
        var read = new WindowRead(rows, columns, [new ShapedPartition(key, 1, null, false, null)], DateTimeOffset.UnixEpoch, 1, 1, []);
        return new ReadWindow(new Window(new MatomoSite(1, "Shop", "UTC", "EUR"), [key]), read, RowLook.Over(rows, [key], compares: false), partitions, new Tributary.Runs.Verdict(partitions, [], null))
        {
            Requests = 1,
            Bytes = 1,
            StartedAt = 0,
        };
    }

    /// <summary>Holds the first commit until told to go on.</summary>
    private sealed class SlowDestination : IDestination
    {
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<WindowCommit> Commits { get; } = [];

        /// <summary>What the next commits fail with, in order.</summary>
        public List<Exception> Failures { get; } = [];

        public int FailsFrom { get; set; } = int.MaxValue;

        public DestinationCapabilities Capabilities { get; } = new() { MaxIdentifierBytes = 255, Queries = false, Reverts = false };

        public void Go() => _go.SetResult();

        public async Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken)
        {
            Commits.Add(commit);
            await _go.Task.WaitAsync(cancellationToken);
            if (Failures is [var next, ..])
            {
                Failures.RemoveAt(0);
                throw next;
            }

            if (Commits.Count >= FailsFrom)
            {
                throw new InvalidDataException("The disk is gone.");
            }
        }

        public Task<TableSchema?> ReadSchemaAsync(string table, CancellationToken cancellationToken) =>
            Task.FromResult<TableSchema?>(new TableSchema([new ColumnDefinition("site_id", ColumnType.Integer, ColumnRole.Key)]));

        public IDisposable BeginWork() => throw new NotSupportedException();

        public Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string table, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ReviseAsync(string table, IReadOnlyList<PartitionRecord> partitions, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<QueryResult> ReadRowsAsync(string table, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<string>> ReadKeptRunsAsync(string table, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RevertAsync(string table, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DropAsync(string table, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<string>> ReadWindowIdsAsync(string table, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<StoredTable>> ListTablesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<DestinationStep> CheckAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
