using System.Globalization;
using DuckDB.NET.Data;
using Tributary.Accounts;
using Tributary.Benchmarks.Scale;
using Tributary.Benchmarks.Start;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Benchmarks.Pages;

/// <summary>The child process that fills a workspace as years of use would: a thousand DataSets, a hundred thousand runs, one table of ten million rows.</summary>
internal static class FilledWorkspace
{
    public const string Argument = "fill-pages";
    public const string Big = "Big";
    public const string BigTable = "big";
    public const string Person = "bench";
    public const string Password = "a few words for the bench";

    private const int RunsEach = 100;
    private const int Sites = 5;
    private const int Days = 400;
    private const int RowsAPartition = 5_000;

    // With the thirteen that every report has: about what a report of visits with a few goals comes to.
    private const int MoreColumns = 40;

    public static async Task<int> RunAsync(string folder)
    {
        await ManyDataSets.RunAsync(folder);
        await using var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
        await workspace.Access.AddFirstUserAsync(Person, Password, CancellationToken.None);
        await using var server = await TinyMatomo.StartAsync(sites: 1);
        await workspace.Accounts.EditAsync(ScaleRun.Account, new AccountEdit { Url = server.Address.ToString(), Token = ScaleRun.Token }, CancellationToken.None);
        await workspace.AddDataSetAsync(
            new NewDataSet { Name = Big, Account = ScaleRun.Account, Details = new DetailsInput { Report = "Actions.getPageUrls", StartDaysBack = "400", EndDaysBack = "1" } },
            CancellationToken.None);
        await FillRunsAsync(workspace);
        await FillTablesAsync(workspace);
        await FillBigAsync(workspace);
        return 0;
    }

    private static async Task FillRunsAsync(Workspace workspace)
    {
        var store = await StoreDatabase.OpenAsync(Path.Combine(workspace.Folder, "tributary.db"), CancellationToken.None);
        var partitions = new PartitionStore(store);
        var now = TimeProvider.System.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        foreach (var dataSet in await workspace.ListDataSetLinesAsync(null, CancellationToken.None))
        {
            await partitions.WriteAsync(
                dataSet.Id,
                [.. Enumerable.Range(1, 30).Select(d => new PartitionRecord(new PartitionKey(1, Period.Day, today.AddDays(-d), today.AddDays(-d)), d > 3 ? PartitionState.Final : PartitionState.Provisional, 20 + d, now, "r"))],
                onlyThese: true,
                CancellationToken.None);
            await store.ChangeAsync(
                async (connection, transaction) =>
                {
                    for (var i = 0; i < RunsEach; i++)
                    {
                        var at = now.AddDays(-i).AddSeconds(-1);
                        var id = Guid.CreateVersion7(at).ToString("N");
                        var result = new RunResult { DataSet = dataSet.Name, RunId = id, Status = RunStatus.Succeeded, Rows = 20 + i, Partitions = 4, Requests = 2, BytesRead = 10_000, Elapsed = TimeSpan.FromSeconds(1.5) };
                        await connection.Command(
                            "INSERT INTO runs (id, dataset_id, status, trigger, started_at, ended_at, result) VALUES (@id, @dataset, 'succeeded', 'scheduled', @start, @end, @result)",
                            [("id", id), ("dataset", dataSet.Id), ("start", at.AddSeconds(-1.5).ToMicroseconds()), ("end", at.ToMicroseconds()), ("result", StoreJson.Write(result))],
                            transaction).ExecuteNonQueryAsync();
                    }

                    return true;
                },
                CancellationToken.None);
        }
    }

    /// <summary>A table for each: opening the file reads the form of them all.</summary>
    private static async Task FillTablesAsync(Workspace workspace)
    {
        var now = TimeProvider.System.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        ColumnDefinition[] columns = [.. Columns(), .. Enumerable.Range(1, MoreColumns).Select(i => new ColumnDefinition($"goal_{i}_nb_conversions", ColumnType.Integer, ColumnRole.Metric))];
        var destination = new DuckDbDestination(Path.Combine(workspace.Folder, "datasets.duckdb"), Path.Combine(workspace.Folder, "staging"), TimeProvider.System);
        var tables = new List<string>();
        foreach (var dataSet in (await workspace.ListDataSetLinesAsync(null, CancellationToken.None)).Where(d => d.Name != Big))
        {
            if (await destination.ReadSchemaAsync(dataSet.Table, CancellationToken.None) is null)
            {
                tables.Add(dataSet.Table);
            }
        }

        using (destination.BeginWork())
        {
            var first = new PartitionRecord(new PartitionKey(1, Period.Day, today.AddDays(-1), today.AddDays(-1)), PartitionState.Final, 0, now, "r");
            foreach (var table in tables)
            {
                await destination.CommitAsync(new WindowCommit { Table = table, WindowId = table, Schema = new TableSchema(columns), Partitions = [first], Rows = new NoRows() }, CancellationToken.None);
            }
        }

        await using var connection = new DuckDBConnection($"DataSource={Path.Combine(workspace.Folder, "datasets.duckdb")}");
        await connection.OpenAsync();
        using var command = connection.CreateCommand();
        foreach (var table in tables)
        {
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO {table} BY NAME
                SELECT 1 AS site_id, 'Site 1' AS site_name, 'day' AS period, d AS period_start, d AS period_end, 'Row ' || i AS label, i AS nb_visits, i * 2 AS nb_hits, 0.5 AS bounce_rate, false AS is_others, 'r' AS _run_id, now() AS _read_at
                FROM (SELECT DATE '{today:yyyy-MM-dd}' - p::INTEGER AS d FROM range(1, 31) t(p)), range(20) s(i);
                """);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task FillBigAsync(Workspace workspace)
    {
        var file = Path.Combine(workspace.Folder, "datasets.duckdb");
        var now = TimeProvider.System.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var first = new PartitionRecord(new PartitionKey(1, Period.Day, today.AddDays(-Days), today.AddDays(-Days)), PartitionState.Final, 0, now, "r");
        var destination = new DuckDbDestination(file, Path.Combine(workspace.Folder, "staging"), TimeProvider.System);
        await destination.CommitAsync(
            new WindowCommit { Table = BigTable, WindowId = "w", Schema = new TableSchema([.. Columns()]), Partitions = [first], Rows = new NoRows() },
            CancellationToken.None);

        await using (var connection = new DuckDBConnection($"DataSource={file}"))
        {
            await connection.OpenAsync();
            using var command = connection.CreateCommand();
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO {BigTable}
                SELECT 1 + p % {Sites}, 'Site ' || (1 + p % {Sites}), 'day', d, d, '/catalog/' || (i % 97) || '/item-' || i, 'https://example.com/catalog/' || i, (i * 7919) % 400, (i * 104729) % 900, (i % 100) / 100.0, false, 'r', now()
                FROM (SELECT p, DATE '{today:yyyy-MM-dd}' - ({Days} - (p // {Sites})::INTEGER) AS d FROM range({Sites * Days}) t(p)), range({RowsAPartition}) s(i) ORDER BY p;
                """);
            await command.ExecuteNonQueryAsync();
        }

        List<PartitionRecord> all = [.. Enumerable.Range(0, Sites * Days).Select(p =>
        {
            var day = today.AddDays(-Days + (p / Sites));
            return new PartitionRecord(new PartitionKey(1 + (p % Sites), Period.Day, day, day), p / Sites > Days - 4 ? PartitionState.Provisional : PartitionState.Final, RowsAPartition, now, "r");
        })];
        // States without rows of their own: a commit would count what it wrote.
        await destination.ReviseAsync(BigTable, [first with { Rows = RowsAPartition }], CancellationToken.None);
        var store = await StoreDatabase.OpenAsync(Path.Combine(workspace.Folder, "tributary.db"), CancellationToken.None);
        var id = (await workspace.ListDataSetLinesAsync(null, CancellationToken.None)).Single(d => d.Name == Big).Id;
        await new PartitionStore(store).WriteAsync(id, all, onlyThese: true, CancellationToken.None);
    }

    private static IEnumerable<ColumnDefinition> Columns() =>
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key) { Nullable = false },
        new("site_name", ColumnType.Text, ColumnRole.Key) { Nullable = false },
        new("period", ColumnType.Text, ColumnRole.Key) { Nullable = false },
        new("period_start", ColumnType.Date, ColumnRole.Key) { Nullable = false },
        new("period_end", ColumnType.Date, ColumnRole.Key) { Nullable = false },
        new("label", ColumnType.Text, ColumnRole.Dimension),
        new("url", ColumnType.Text, ColumnRole.Metadata),
        new("nb_visits", ColumnType.Integer, ColumnRole.Metric),
        new("nb_hits", ColumnType.Integer, ColumnRole.Metric),
        new("bounce_rate", ColumnType.Double, ColumnRole.Metric),
        new("is_others", ColumnType.Boolean, ColumnRole.Others) { Nullable = false },
        new("_run_id", ColumnType.Text, ColumnRole.Run) { Nullable = false },
        new("_read_at", ColumnType.Instant, ColumnRole.Run) { Nullable = false },
    ];

    private sealed class NoRows : IStagedRows
    {
        public long Count => 0;

        public IEnumerable<RowBatch> ReadBatches() => [];
    }
}
