using System.Diagnostics;
using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses;
using Tributary.Warehouses.ClickHouse;
using Tributary.Warehouses.MySql;
using Tributary.Warehouses.PostgreSql;
using Tributary.Warehouses.Sql;

namespace Tributary.Benchmarks.Load;

/// <summary>
/// Staged rows to a committed table of a database, beside the engine's own bulk loader of the same staged rows into a bare table: COPY, LOAD DATA, an insert of columns.
/// Both are fed by the same code, so that the ratio is what states, windows, notes and the index cost.
/// </summary>
internal static class DatabaseLoad
{
    private static readonly Dictionary<string, (string Variable, double Least)> Engines = new(StringComparer.Ordinal)
    {
        ["postgresql"] = ("TRIBUTARY_TEST_POSTGRES", 0.7),
        ["mysql"] = ("TRIBUTARY_TEST_MARIADB", 0.5),
        ["clickhouse"] = ("TRIBUTARY_TEST_CLICKHOUSE", 0.7),
    };

    public static async Task<int> RunAsync(string kind, Arguments arguments)
    {
        var (variable, least) = Engines[kind];
        var address = new Uri(Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"{variable} is not set: source eng/services.sh && start_services"));
        var user = address.UserInfo.Split(':', 2);
        var options = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = address.Host,
            ["port"] = address.Port.ToString(CultureInfo.InvariantCulture),
            ["database"] = kind == "clickhouse" ? "tributary_load" : address.AbsolutePath.TrimStart('/'),
            ["user"] = user[0],
            ["password"] = user[1],
        };
        var count = arguments.Number("--rows", 500_000);
        var folder = Directory.CreateTempSubdirectory("tributary-load-").FullName;
        try
        {
            using var rows = LoadRows.Stage(folder, count);
            var destination = WarehouseKinds.All.Single(k => k.Name == kind).Open(options, new DestinationPlace(kind, folder, TimeProvider.System));
            var plain = Plain(kind, ServerOptions.Read(options, address.Port));
            await plain.ReadyAsync();
            await destination.DropAsync("pages", CancellationToken.None);
            double[] direct = new double[arguments.Number("--rounds", 7)], own = new double[direct.Length], again = new double[direct.Length];

            // The first of each warms up and does not count.
            for (var round = -1; round < direct.Length; round++)
            {
                var took = await TimeAsync(() => plain.LoadAsync(rows));
                var committed = await TimeAsync(() => destination.CommitAsync(LoadRows.Commit(rows, $"{round}/1"), CancellationToken.None));
                var replaced = await TimeAsync(() => destination.CommitAsync(LoadRows.Commit(rows, $"{round}/2"), CancellationToken.None));
                await destination.DropAsync("pages", CancellationToken.None);
                if (round >= 0)
                {
                    (direct[round], own[round], again[round]) = (took, committed, replaced);
                }
            }

            var table = new Table(kind, "seconds", "rows/s");
            table.Add(plain.Name, Seconds(direct), Rate(count, direct));
            table.Add("tributary, committed", Seconds(own), Rate(count, own));
            table.Add("tributary, all replaced", Seconds(again), Rate(count, again));
            table.Print();
            var verdict = new Verdict();
            verdict.AtLeast($"{kind}: rows a second, as a share of the engine's own", Verdict.Median(direct.Zip(own, (d, o) => d / o)), least);
            return verdict.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IPlain Plain(string kind, ServerOptions server) => kind switch
    {
        "postgresql" => new PlainSql("COPY", new PostgreSqlEngine(server, "public")),
        "mysql" => new PlainSql("LOAD DATA", new MySqlEngine(server)),
        _ => new PlainClickHouse(server),
    };

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static string Seconds(double[] figures) => Verdict.Median(figures).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Rate(int rows, double[] seconds) => (rows / Verdict.Median(seconds)).ToString("N0", CultureInfo.InvariantCulture);

    private interface IPlain
    {
        string Name { get; }

        Task ReadyAsync();

        Task LoadAsync(StagedRows rows);
    }

    private sealed class PlainSql(string name, ISqlEngine engine) : IPlain
    {
        public string Name => name;

        public Task ReadyAsync() => Task.CompletedTask;

        public async Task LoadAsync(StagedRows rows)
        {
            await using var session = new SqlSession(await engine.OpenAsync(CancellationToken.None));
            var table = engine.Dialect.Table("plain");
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {table}", CancellationToken.None);
            await session.ExecuteAsync(engine.Dialect.CreateTable("plain", new TableSchema(LoadRows.Columns), ""), CancellationToken.None);
            await session.BeginAsync(System.Data.IsolationLevel.ReadCommitted, CancellationToken.None);
            await engine.WriteAsync(session, table, LoadRows.Columns, LoadRows.Commit(rows, ""), CancellationToken.None);
            await session.CommitAsync(CancellationToken.None);
        }
    }

    private sealed class PlainClickHouse(ServerOptions server) : IPlain
    {
        private readonly ClickHouseServer _server = new(server);

        public string Name => "an insert of columns";

        public Task ReadyAsync() => new ClickHouseServer(server with { Database = "default" }).ExecuteAsync("CREATE DATABASE IF NOT EXISTS tributary_load ENGINE = Atomic", CancellationToken.None);

        public async Task LoadAsync(StagedRows rows)
        {
            List<(ColumnDefinition Column, string Name)> columns = [.. LoadRows.Columns.Select(c => (c, c.Name))];
            await _server.ExecuteAsync("DROP TABLE IF EXISTS plain SYNC", CancellationToken.None);
            await _server.ExecuteAsync($"CREATE TABLE plain ({string.Join(", ", columns.Select(c => $"{ClickHouseDialect.Quote(c.Name)} {ClickHouseDialect.TypeName(c.Column)}"))}, {ClickHouseDialect.Commit} UInt64) ENGINE = MergeTree ORDER BY (site_id, period_start)", CancellationToken.None);
            await _server.InsertAsync("plain", "Native", "tributary load", (stream, stop) => new ClickHouseNative(columns, 1).WriteAsync(stream, LoadRows.Commit(rows, ""), stop), CancellationToken.None);
        }
    }
}
