using System.Data;
using System.Data.Common;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Warehouses.Sql;
using Tributary.Warehouses.SqlServer;
using ColumnDefinition = Tributary.Model.ColumnDefinition;
using ColumnType = Tributary.Model.ColumnType;

namespace Tributary.Warehouses.Tests.SqlServer;

/// <summary>No server is at hand: what is said to one is read by Microsoft's own parser, and a few statements are looked at as they are.</summary>
public class SqlServerStatementTests
{
    private static readonly DateOnly Day = new(2026, 5, 1);
    private static readonly ColumnDefinition[] Columns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key), new("period", ColumnType.Text, ColumnRole.Key), new("period_start", ColumnType.Date, ColumnRole.Key), new("period_end", ColumnType.Date, ColumnRole.Key),
        new("segment", ColumnType.Text, ColumnRole.Key), new("it's a ]label[", ColumnType.Text, ColumnRole.Dimension), new("flag", ColumnType.Boolean, ColumnRole.Metric), new("share", ColumnType.Double, ColumnRole.Metric),
        new("money", ColumnType.Money, ColumnRole.Metric), new("at", ColumnType.Instant, ColumnRole.Metric), new("day", ColumnType.Date, ColumnRole.Metric), new("extra", ColumnType.Json, ColumnRole.Metadata),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_said_to_a_server_is_a_statement_it_can_read()
    {
        var statements = new List<string>();
        foreach (var stored in new TableSchema?[] { null, new TableSchema(Columns[..^1]) })
        {
            var destination = new SqlDestination(new RecordingEngine(statements, stored), TimeProvider.System);
            foreach (var update in Enum.GetValues<UpdateMethod>())
            {
                var commit = Commit(update);
                await destination.CommitAsync(commit, Stop);
                await destination.CommitAsync(commit with { Schema = new TableSchema([.. Columns.Select(c => c with { Type = c.Role == ColumnRole.Metric ? ColumnType.Text : c.Type })]) }, Stop);
            }

            await destination.ReviseAsync("pages", Commit(UpdateMethod.Partition).Partitions, Stop);
            await destination.RevertAsync("pages", "r0", DateTimeOffset.UnixEpoch, Stop);
            await destination.ReadPartitionsAsync("pages", Stop);
            await destination.ReadKeptRunsAsync("pages", Stop);
            await destination.ReadWindowIdsAsync("pages", Stop);
            await destination.ListTablesAsync(Stop);
            await using var rows = await destination.ReadRowsAsync("pages", [Commit(UpdateMethod.Partition).Partitions[0].Key], Stop);
            await rows.Rows.CountAsync(Stop);
            await destination.ReadBatchesAsync("pages", Stop).CountAsync(Stop);
            await destination.DropAsync("pages", Stop);
        }

        Assert.True(statements.Count > 150, $"{statements.Count} statements");
        Assert.Contains(statements, s => s.StartsWith("DELETE t FROM", StringComparison.Ordinal));
        Assert.Contains(statements, s => s.StartsWith("EXEC sp_rename", StringComparison.Ordinal));
        Assert.Contains(statements, s => s.Contains("_tributary_kept_pages", StringComparison.Ordinal));
        Assert.All(statements.Distinct(), statement =>
        {
            _ = new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(statement), out var errors);
            Assert.True(errors.Count == 0, $"{string.Join("; ", errors.Select(e => e.Message))}: {statement}");
        });
    }

    [Fact]
    public void Names_texts_and_times_are_spelled_so_that_nothing_is_lost()
    {
        var dialect = new SqlServerDialect("dbo");

        Assert.Equal("[dbo].[a ]]b]", dialect.Table("a ]b"));
        Assert.Equal("N'it''s ' + NCHAR(0) + N' as it is'", dialect.Text("it's \0 as it is"));
        Assert.Equal("CAST('2026-05-03T04:05:06.789012+00:00' AS datetimeoffset(6))", dialect.Instant(new DateTimeOffset(2026, 5, 3, 6, 5, 6, TimeSpan.FromHours(2)).AddMicroseconds(789_012)));
        Assert.Equal("([label] + N'.')", dialect.Comparable("[label]", ColumnType.Text));
        Assert.Equal(128, dialect.Fit(new string('x', 200)).Length);
        Assert.NotEqual(dialect.Fit(new string('x', 200)), dialect.Fit(new string('x', 201)));
    }

    [Theory]
    [InlineData(18456, "destination.sign_in", Fault.Setup, false)]
    [InlineData(1105, "destination.disk_full", Fault.Destination, false)]
    [InlineData(1205, "destination.conflict", Fault.Destination, true)]
    [InlineData(1702, "destination.too_many_columns", Fault.Setup, false)]
    [InlineData(10054, "destination.lost", Fault.Destination, true)]
    [InlineData(50000, "destination.engine", Fault.Destination, false)]
    public void Failures_are_told_by_their_numbers(int number, string code, Fault fault, bool isTransient)
    {
        var rule = SqlServerErrors.Of(number);

        Assert.Equal((code, fault, isTransient), (rule.Code, rule.Fault, rule.IsTransient));
    }

    private static WindowCommit Commit(UpdateMethod update) => new()
    {
        Table = "pages",
        Description = "Pages",
        WindowId = "r1/1",
        RunId = "r1",
        Update = update,
        Key = update == UpdateMethod.Merge ? ["site_id", "it's a ]label["] : [],
        KeepRuns = update is UpdateMethod.Partition or UpdateMethod.Replace ? 3 : 0,
        Remove = [new PartitionKey(2, Period.Day, Day, Day)],
        EarlierWindows = ["r0/1"],
        Schema = new TableSchema(Columns),
        Partitions = [new PartitionRecord(new PartitionKey(1, Period.Day, Day, Day, "a==b"), PartitionState.Final, 1, DateTimeOffset.UnixEpoch, "r1") { OthersShare = 0.5, Truncated = "x" }],
        Rows = new TestRows(Columns).Add(1, "day", Day, Day, "a==b", "x"),
    };

    /// <summary>The engine, but for its connections.</summary>
    private sealed class RecordingEngine(List<string> statements, TableSchema? stored) : ISqlEngine
    {
        private readonly SqlServerEngine _engine = new(new ServerOptions("db", 1433, "analytics", "tributary", "", ServerTls.Prefer, null), "dbo");

        public SqlDialect Dialect => _engine.Dialect;

        public DestinationCapabilities Capabilities => _engine.Capabilities;

        public string Place => _engine.Place;

        public Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => Task.FromResult<DbConnection>(new RecordingConnection(statements, Answer));

        public Task LockAsync(SqlSession session, string name, CancellationToken cancellationToken) => _engine.LockAsync(session, name, cancellationToken);

        public Task UnlockAsync(SqlSession session, string name) => _engine.UnlockAsync(session, name);

        public IEnumerable<string> CreateOwn() => _engine.CreateOwn();

        public Task<long> WriteAsync(SqlSession session, string table, IReadOnlyList<ColumnDefinition> columns, WindowCommit commit, CancellationToken cancellationToken) => Task.FromResult(commit.Rows.Count);

        public TributaryException? Explain(Exception error) => _engine.Explain(error);

        public string Says(Exception error) => _engine.Says(error);

        public bool IsTimeLimit(Exception error) => _engine.IsTimeLimit(error);

        public Task BeginReadingAsync(SqlSession session, string? table, CancellationToken cancellationToken) => _engine.BeginReadingAsync(session, table, cancellationToken);

        public Task BeginQueryAsync(SqlSession session, TimeSpan? limit, CancellationToken cancellationToken) => _engine.BeginQueryAsync(session, limit, cancellationToken);

        public IAsyncEnumerable<DestinationStep> LookAsync(SqlSession session, CancellationToken cancellationToken) => _engine.LookAsync(session, cancellationToken);

        public Task ReachAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private DataTable Answer(string sql)
        {
            var table = new DataTable();
            if (sql.StartsWith("SELECT column_name, type", StringComparison.Ordinal) && stored is not null)
            {
                foreach (var name in (string[])["column_name", "type", "role", "additivity"])
                {
                    table.Columns.Add(name, typeof(string));
                }

                table.Columns.Add("nullable", typeof(bool));
                table.Columns.Add("description", typeof(string));
                foreach (var c in stored.Columns)
                {
                    table.Rows.Add(c.Name, c.Type.ToString(), c.Role.ToString(), c.Additivity.ToString(), c.Nullable, c.Description);
                }
            }
            else if (sql.StartsWith("SELECT COLUMN_NAME", StringComparison.Ordinal) && (stored is not null || sql.Contains("N'_tributary_columns'", StringComparison.Ordinal)))
            {
                table.Columns.Add("name", typeof(string));
                table.Columns.Add("type", typeof(string));
                foreach (var c in stored?.Columns ?? Columns)
                {
                    table.Rows.Add(c.Name, Dialect.TypeName(c.Type).Split('(', ' ')[0]);
                }
            }
            else if (sql.StartsWith("SELECT MAX(", StringComparison.Ordinal))
            {
                table.Columns.Add("at", typeof(DateTimeOffset));
                table.Rows.Add(DBNull.Value);
            }
            else if (sql.StartsWith("SELECT run_id, MIN", StringComparison.Ordinal))
            {
                table.Columns.Add("run", typeof(string));
                table.Columns.Add("first", typeof(DateTimeOffset));
                table.Columns.Add("last", typeof(DateTimeOffset));
                table.Rows.Add("r1", DateTimeOffset.UnixEpoch.AddDays(1), DateTimeOffset.UnixEpoch.AddDays(1));
            }
            else if (sql.StartsWith("SELECT DISTINCT [_replaced_by]", StringComparison.Ordinal))
            {
                table.Columns.Add("run", typeof(string));
                table.Rows.Add("r1");
            }
            else if (sql.StartsWith("SELECT DISTINCT [", StringComparison.Ordinal))
            {
                table.Columns.Add("value", typeof(double));
                table.Rows.Add(0.5);
            }
            else if (sql.StartsWith("SELECT table_name, COUNT", StringComparison.Ordinal))
            {
                table.Columns.Add("table", typeof(string));
                table.Columns.Add("count", typeof(int));
                table.Rows.Add("pages", 3);
            }

            return table;
        }
    }
}
