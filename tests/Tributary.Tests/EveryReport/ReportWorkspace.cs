using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.EveryReport;

/// <summary>What a run left.</summary>
internal sealed record Stored(RunResult Run, IReadOnlyList<StoredColumn> Columns, List<Dictionary<string, object?>> Rows, IReadOnlyList<PartitionRecord> Partitions);

/// <summary>A workspace of one test: DataSets go in, tables come out.</summary>
internal sealed class ReportWorkspace(TemporaryFolder folder, Workspace workspace) : IAsyncDisposable
{
    private int _count;

    /// <summary>A workspace with the account Sample. DuckDB opens a file the slower the more tables are in it, so nobody shares one.</summary>
    public static async Task<ReportWorkspace> OpenAsync(SampleMatomo.SampleMatomo sample, TimeProvider clock)
    {
        var folder = new TemporaryFolder();
        var workspace = await Workspace.OpenAsync(folder.File("workspace"), clock, TestContext.Current.CancellationToken);
        await workspace.Accounts.AddAsync(new NewAccount { Name = "Sample", Url = sample.Address.ToString(), Token = new AccessToken(CanaryToken.Value) }, TestContext.Current.CancellationToken);
        return new ReportWorkspace(folder, workspace);
    }

    public async Task<Stored> RunAsync(DetailsInput details)
    {
        var cancel = TestContext.Current.CancellationToken;
        var name = $"d{++_count}";
        var dataSet = await workspace.AddDataSetAsync(new NewDataSet { Name = name, Account = "Sample", Details = details }, cancel);
        var run = Assert.Single(await workspace.RunAsync(new RunRequest { Names = [name] }, null, cancel));
        var partitions = await workspace.ReadPartitionsAsync(name, cancel);
        if (partitions.Count == 0)
        {
            return new Stored(run, [], [], partitions);
        }

        await using var query = await workspace.QueryAsync($"SELECT * FROM {dataSet.Table}", cancel);
        var rows = new List<Dictionary<string, object?>>();
        await foreach (var row in query.Rows)
        {
            rows.Add(query.Columns.Zip(row).ToDictionary(c => c.First.Name, c => c.Second, StringComparer.Ordinal));
        }

        return new Stored(run, [.. query.Columns.Select(c => StoredColumn.Of(c.Name, c.Type))], rows, partitions);
    }

    public async ValueTask DisposeAsync()
    {
        await workspace.DisposeAsync();
        folder.Dispose();
    }
}
