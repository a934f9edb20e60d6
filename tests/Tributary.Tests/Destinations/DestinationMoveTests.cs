using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Store;
using Tributary.Tables;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Destinations;

public sealed class DestinationMoveTests : IAsyncLifetime
{
    private static readonly DetailsInput Days = new() { Report = "UserCountry.getCountry", StartDaysBack = "6", EndDaysBack = "1" };

    private WorkspaceFixture _fixture = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Workspace Workspace => _fixture.Workspace;

    private string Second => _fixture.Folder + "-second.duckdb";

    public async ValueTask InitializeAsync()
    {
        _fixture = await WorkspaceFixture.CreateAsync(new WorkspaceOptions { Kinds = [new SecondFileKind()] });
        foreach (var day in new[] { 19, 21, 22, 23, 24 })
        {
            _fixture.Matomo.Visits[$"2026-11-{day}"] = day;
        }

        await Workspace.Destinations.AddAsync(new NewDestination("Warehouse", "second", new Dictionary<string, string> { ["path"] = Second }), Stop);
        await _fixture.AddAsync("Countries", Days);
        await _fixture.RunAsync("Countries");
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_DataSet_that_went_there_and_back_is_the_same_cell_by_cell_and_Matomo_was_not_asked()
    {
        var before = await RowsAsync();
        var partitions = await Workspace.ReadPartitionsAsync("Countries", Stop);
        var asked = _fixture.Matomo.Requests.Count;

        var move = await Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);
        Assert.Equal(before, await RowsAsync());
        Assert.Equal((before.Count, partitions.Count, "embedded", "Warehouse"), (move.Rows, move.Partitions, move.From, move.To));
        Assert.DoesNotContain((await Workspace.Destinations.DescribeAsync("embedded", Stop)).Tables, t => t.Name == "countries");
        await Workspace.MoveToDestinationAsync("Countries", "embedded", keep: false, null, Stop);

        Assert.Equal(before, await RowsAsync());
        Assert.Equal(partitions, await Workspace.ReadPartitionsAsync("Countries", Stop));
        Assert.Equal(asked, _fixture.Matomo.Requests.Count);
        Assert.Equal(3, (await Workspace.ReadHistoryAsync("Countries", Stop)).Runs.Count);
        Assert.Empty((await Workspace.Destinations.DescribeAsync("Warehouse", Stop)).Tables);
    }

    [Fact]
    public async Task After_it_runs_go_on_there_and_read_no_more_than_they_would_have()
    {
        await Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);

        var run = await _fixture.RunAsync("Countries");

        Assert.Null(run.Error);
        Assert.Equal(3, run.Partitions);
        Assert.Equal(6, (await Workspace.ReadPartitionsAsync("Countries", Stop)).Count);
    }

    [Fact]
    public async Task A_move_says_nothing_of_how_the_last_update_ended()
    {
        _fixture.Matomo.Visits["2026-11-24"] = 30;
        _fixture.Matomo.Anything = _ => ScriptedReply.Error("You can't access this resource as it requires 'view' access for the website id = 1.");
        Assert.NotNull((await _fixture.RunAsync("Countries")).Error);

        await Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);

        Assert.Equal(RunStatus.Failed, (await Workspace.GetDataSetAsync("Countries", Stop)).LastRun!.Status);
        Assert.Equal(RunStatus.Failed, (await Workspace.ListDataSetLinesAsync(null, Stop)).Single().LastStatus);
        Assert.Contains((await Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings, f => f.Severity == HealthSeverity.Failure);
    }

    [Fact]
    public async Task Appended_rows_are_not_appended_again_by_a_window_from_before()
    {
        await _fixture.AddAsync("Log", Days, new DataSetSettings { Update = UpdateMethod.Append });
        await _fixture.RunAsync("Log");
        var embedded = new DuckDbDestination(Path.Combine(_fixture.Folder, "datasets.duckdb"), Path.Combine(_fixture.Folder, "staging"), TimeProvider.System);
        var windows = await embedded.ReadWindowIdsAsync("log", Stop);

        await Workspace.MoveToDestinationAsync("Log", "Warehouse", keep: false, null, Stop);

        var second = new DuckDbDestination(Second, Path.Combine(_fixture.Folder, "staging"), TimeProvider.System);
        Assert.NotEmpty(windows);
        Assert.Subset((await second.ReadWindowIdsAsync("log", Stop)).ToHashSet(), windows.ToHashSet());
    }

    [Fact]
    public async Task A_table_of_somebody_else_is_not_touched_and_a_move_left_over_is_made_anew()
    {
        var second = new DuckDbDestination(Second, Path.Combine(_fixture.Folder, "staging"), TimeProvider.System);
        await Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: true, null, Stop);
        await Workspace.MoveToDestinationAsync("Countries", "embedded", keep: true, null, Stop);
        Assert.NotNull(await second.ReadSchemaAsync("countries", Stop));
        await Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);
        await Workspace.MoveToDestinationAsync("Countries", "embedded", keep: false, null, Stop);

        await _fixture.AddAsync("Other", Days);
        await Workspace.MoveToDestinationAsync("Other", "Warehouse", keep: false, null, Stop);
        await _fixture.RunAsync("Other", full: true);
        var columns = (await second.ReadSchemaAsync("other", Stop))!;
        var rows = new TestRows();
        await second.DropAsync("other", Stop);
        await second.CommitAsync(new WindowCommit { Table = "countries", WindowId = "somebody/1", Schema = columns, Partitions = [], Rows = rows }, Stop);

        var error = await Assert.ThrowsAsync<TributaryException>(() => Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop));
        Assert.Equal("move.table_taken", error.Code);
        Assert.Equal("embedded", (await Workspace.GetDataSetAsync("Countries", Stop)).DestinationName);
        Assert.Equal(10, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task Two_destinations_that_are_one_place_lose_nothing_when_a_DataSet_is_moved_between_them()
    {
        await Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);
        var before = await RowsAsync();
        await Workspace.Destinations.AddAsync(new NewDestination("Same", "second", new Dictionary<string, string> { ["path"] = Second, ["mode"] = "careful" }), Stop);

        var error = await Assert.ThrowsAsync<TributaryException>(() => Workspace.MoveToDestinationAsync("Countries", "Same", keep: false, null, Stop));

        Assert.Equal("move.same_place", error.Code);
        Assert.Equal(before, await RowsAsync());
        Assert.Equal("Warehouse", (await Workspace.GetDataSetAsync("Countries", Stop)).DestinationName);
    }

    [Fact]
    public async Task A_destination_is_not_led_to_where_somebody_else_keeps_a_table_of_that_name()
    {
        await Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);
        var theirs = _fixture.Folder + "-theirs.duckdb";
        var second = new DuckDbDestination(Second, Path.Combine(_fixture.Folder, "staging"), TimeProvider.System);
        var other = new DuckDbDestination(theirs, Path.Combine(_fixture.Folder, "staging"), TimeProvider.System);
        await other.CommitAsync(new WindowCommit { Table = "countries", WindowId = "somebody/1", Schema = (await second.ReadSchemaAsync("countries", Stop))!, Partitions = [], Rows = new TestRows() }, Stop);

        var error = await Assert.ThrowsAsync<TributaryException>(() => Workspace.Destinations.EditAsync("Warehouse", new Dictionary<string, string> { ["path"] = theirs }, Stop));
        var moved = await Workspace.Destinations.EditAsync("Warehouse", new Dictionary<string, string> { ["path"] = _fixture.Folder + "-empty.duckdb" }, Stop);

        Assert.Equal("destination.table_taken", error.Code);
        Assert.Contains("'countries'", error.Message, StringComparison.Ordinal);
        Assert.True(moved.IsFine);
    }

    [Fact]
    public async Task What_does_not_arrive_as_it_was_sent_leaves_everything_where_it_is()
    {
        var options = new WorkspaceOptions { Kinds = [new SecondFileKind()], Watched = d => d is DuckDbDestination ? new Lossy(d) : d };
        var error = await MoveThroughAsync(options);

        Assert.Equal("move.differs", error.Code);
        Assert.Equal("embedded", (await Workspace.GetDataSetAsync("Countries", Stop)).DestinationName);
        Assert.Equal(10, (await RowsAsync()).Count);
        Assert.Empty((await Workspace.Destinations.DescribeAsync("Warehouse", Stop)).Tables);
        Assert.Equal(RunStatus.Failed, (await Workspace.ReadHistoryAsync("Countries", Stop)).Runs[0].Result!.Status);
    }

    [Fact]
    public async Task What_is_edited_meanwhile_stays()
    {
        await using var other = await OpenAsync(new Watching { Reading = async () => await Workspace.EditDataSetAsync("Countries", new DataSetChange { Settings = new DataSetSettings { Description = "Edited" } }, dryRun: false, Stop) });

        await other.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);

        var moved = await Workspace.GetDataSetAsync("Countries", Stop);
        Assert.Equal(("Warehouse", "Edited"), (moved.DestinationName, moved.Definition.Description));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_move_whose_DataSet_was_taken_over_changes_nothing_any_more(int atReading)
    {
        var readings = 0;
        await using var other = await OpenAsync(new Watching { Reading = () => ++readings == atReading ? TakeOverAsync() : Task.CompletedTask });

        var error = await Assert.ThrowsAsync<TributaryException>(() => other.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop));

        Assert.Equal("run.lost", error.Code);
        Assert.Equal("embedded", (await Workspace.GetDataSetAsync("Countries", Stop)).DestinationName);
        Assert.Equal(10, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task A_move_that_begins_as_another_has_ended_is_refused()
    {
        var before = await RowsAsync();
        var isFirst = true;
        var options = new WorkspaceOptions { Kinds = [new SecondFileKind()], Watched = MovedMeanwhile };
        IDestination MovedMeanwhile(IDestination destination)
        {
            if (isFirst)
            {
                isFirst = false;
                Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop).GetAwaiter().GetResult();
            }

            return destination;
        }

        Assert.Equal("move.moved", (await MoveThroughAsync(options)).Code);
        Assert.Equal("Warehouse", (await Workspace.GetDataSetAsync("Countries", Stop)).DestinationName);
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task It_is_moved_even_when_what_is_left_over_cannot_be_removed()
    {
        await using var other = await OpenAsync(new Watching { Dropping = () => throw new TributaryException("destination.lost", Fault.Destination, "The line is dead.") });

        var move = await other.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);

        Assert.Contains(move.Notes, n => n.Contains("could not be removed", StringComparison.Ordinal) && n.Contains("The line is dead.", StringComparison.Ordinal));
        Assert.Equal("Warehouse", (await Workspace.GetDataSetAsync("Countries", Stop)).DestinationName);
        Assert.Equal(RunStatus.Succeeded, (await Workspace.ReadHistoryAsync("Countries", Stop)).Runs[0].Result!.Status);
    }

    [Fact]
    public async Task A_move_that_failed_of_whatever_is_a_failed_one()
    {
        await using var other = await OpenAsync(new Watching { Reading = () => throw new InvalidOperationException("Broken.") });

        await Assert.ThrowsAsync<InvalidOperationException>(() => other.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop));

        var result = (await Workspace.ReadHistoryAsync("Countries", Stop)).Runs[0].Result!;
        Assert.Equal((RunStatus.Failed, "defect"), (result.Status, result.Error!.Code));
    }

    [Fact]
    public async Task What_runs_before_the_move_replaced_is_not_kept_and_runs_after_it_can_be_undone()
    {
        var first = (await Workspace.ReadHistoryAsync("Countries", Stop)).Runs[0].RunId;
        _fixture.Matomo.Visits["2026-11-24"] = 50;
        _fixture.Clock.Advance(TimeSpan.FromHours(1));
        var second = (await _fixture.RunAsync("Countries")).RunId;
        await Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);
        var moved = await RowsAsync();
        _fixture.Matomo.Visits["2026-11-24"] = 60;
        _fixture.Clock.Advance(TimeSpan.FromHours(1));
        await _fixture.RunAsync("Countries");
        var after = await RowsAsync();
        Assert.NotEqual(moved, after);

        var error = await Assert.ThrowsAsync<TributaryException>(() => Workspace.RevertAsync("Countries", first, Stop));
        Assert.Equal("revert.not_kept", error.Code);
        Assert.Contains("it was moved to another destination", error.Message, StringComparison.Ordinal);
        Assert.Equal(after, await RowsAsync());

        await Workspace.RevertAsync("Countries", second, Stop);
        Assert.Equal(moved, await RowsAsync());
    }

    private async Task<Workspace> OpenAsync(Watching watching) =>
        await Tributary.Workspace.OpenAsync(_fixture.Folder, _fixture.Clock, new WorkspaceOptions { Kinds = [new SecondFileKind()], Watched = d => new Watched(d, watching) }, Stop);

    /// <summary>As another process does where this one stands still for too long.</summary>
    private async Task TakeOverAsync()
    {
        var store = await StoreDatabase.OpenAsync(Path.Combine(_fixture.Folder, "tributary.db"), Stop);
        Assert.Equal(1, await store.ExecuteAsync("UPDATE run_locks SET owner = 'another'", [], Stop));
    }

    private async Task<TributaryException> MoveThroughAsync(WorkspaceOptions options)
    {
        await using var other = await Tributary.Workspace.OpenAsync(_fixture.Folder, _fixture.Clock, options, Stop);
        return await Assert.ThrowsAsync<TributaryException>(() => other.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop));
    }

    private async Task<IReadOnlyList<string>> RowsAsync()
    {
        var page = await Workspace.Tables.ReadRowsAsync("Countries", new RowRequest { Take = 1000 }, Stop);
        return [.. page.Rows.Select(r => string.Join('|', r)).Order(StringComparer.Ordinal)];
    }

    /// <summary>What happens between two steps of a move.</summary>
    private sealed record Watching
    {
        public Func<Task> Reading { get; init; } = () => Task.CompletedTask;

        public Func<Task> Dropping { get; init; } = () => Task.CompletedTask;
    }

    private sealed class Watched(IDestination inner, Watching watching) : PassedOnDestination(inner)
    {
        public override async IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var batch in base.ReadBatchesAsync(table, cancellationToken))
            {
                yield return batch;
            }

            await watching.Reading();
        }

        public override async Task DropAsync(string table, CancellationToken cancellationToken)
        {
            await watching.Dropping();
            await base.DropAsync(table, cancellationToken);
        }
    }

    /// <summary>Loses the last value of the last batch it is asked to write.</summary>
    private sealed class Lossy(IDestination inner) : PassedOnDestination(inner)
    {
        public override Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken) => base.CommitAsync(commit with { Rows = new Fewer(commit.Rows) }, cancellationToken);

        private sealed class Fewer(IStagedRows rows) : IStagedRows
        {
            public long Count => rows.Count;

            public IEnumerable<RowBatch> ReadBatches()
            {
                foreach (var batch in rows.ReadBatches())
                {
                    batch.Buffer(batch.IndexOf("nb_visits")).SetNull(batch.Rows - 1);
                    yield return batch;
                }
            }
        }
    }
}
