using Microsoft.Extensions.Time.Testing;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.EveryReport;

namespace Tributary.Tests.Traps;

/// <summary>A workspace of one test with an account on a sample Matomo of its own, on the morning of 2026-11-25.</summary>
internal sealed class SampleWorkspace : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _count;

    private SampleWorkspace(SampleMatomo.SampleMatomo sample, FakeTimeProvider clock, Workspace workspace)
    {
        Sample = sample;
        Clock = clock;
        Workspace = workspace;
        Plain = new PlainServer(sample.Address, sample.Tokens.SecureOnly);
    }

    public SampleMatomo.SampleMatomo Sample { get; }

    public FakeTimeProvider Clock { get; }

    public Workspace Workspace { get; private set; }

    /// <summary>The same server, asked without Tributary.</summary>
    public PlainServer Plain { get; }

    public static FakeTimeProvider Morning() => new(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    public static async Task<SampleWorkspace> StartAsync(SampleMatomoOptions options, string language = "en")
    {
        var clock = Morning();
        var sample = await SampleMatomo.SampleMatomo.StartAsync(options with { Clock = clock }, TestContext.Current.CancellationToken);
        var started = new SampleWorkspace(sample, clock, null!);
        started.Workspace = await Workspace.OpenAsync(started._folder.File("workspace"), clock, TestContext.Current.CancellationToken);
        await started.AddAccountAsync(sample, "Sample", language);
        return started;
    }

    /// <summary>Adds an account on a server: this one in another language, or another one.</summary>
    public async Task AddAccountAsync(SampleMatomo.SampleMatomo server, string name, string language = "en")
    {
        var test = await Workspace.Accounts.AddAsync(
            new NewAccount { Name = name, Url = server.Address.ToString(), Token = new AccessToken(server.Tokens.SecureOnly), Settings = new AccountSettings { Language = language } },
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain(test.Steps, s => s.Result == ConnectionStepResult.Failed);
    }

    public Task<DataSet> AddAsync(string name, DetailsInput details, string account = "Sample") =>
        Workspace.AddDataSetAsync(new NewDataSet { Name = name, Account = account, Details = details }, TestContext.Current.CancellationToken);

    public async Task<RunResult> RunAsync(string name, bool full = false) =>
        Assert.Single(await Workspace.RunAsync(new RunRequest { Names = [name], Full = full }, null, TestContext.Current.CancellationToken));

    public Task<PreviewResult> PreviewAsync(DetailsInput details, int rows = 50) => Workspace.PreviewAsync("Sample", details, rows, TestContext.Current.CancellationToken);

    /// <summary>Adds a DataSet, runs it, reads its table.</summary>
    public async Task<Stored> StoreAsync(DetailsInput details, string account = "Sample")
    {
        var name = $"d{++_count}";
        await AddAsync(name, details, account);
        var run = await RunAsync(name);
        var partitions = await Workspace.ReadPartitionsAsync(name, TestContext.Current.CancellationToken);
        return partitions.Count == 0 ? new Stored(run, [], [], partitions) : await ReadAsync(name, run, partitions);
    }

    public async Task<List<object?[]>> QueryAsync(string sql)
    {
        await using var result = await Workspace.QueryAsync(sql, TestContext.Current.CancellationToken);
        var rows = new List<object?[]>();
        await foreach (var row in result.Rows)
        {
            rows.Add(row);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        Plain.Dispose();
        if (Workspace is not null)
        {
            await Workspace.DisposeAsync();
        }

        await Sample.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<Stored> ReadAsync(string table, RunResult run, IReadOnlyList<PartitionRecord> partitions)
    {
        await using var query = await Workspace.QueryAsync($"SELECT * FROM {table}", TestContext.Current.CancellationToken);
        var rows = new List<Dictionary<string, object?>>();
        await foreach (var row in query.Rows)
        {
            rows.Add(query.Columns.Zip(row).ToDictionary(c => c.First.Name, c => c.Second, StringComparer.Ordinal));
        }

        return new Stored(run, [.. query.Columns.Select(c => StoredColumn.Of(c.Name, c.Type))], rows, partitions);
    }
}
