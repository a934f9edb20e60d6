using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>The states of a table's partitions, in <c>&lt;table&gt;__partitions</c>.</summary>
internal static class SqlStates
{
    private static readonly string[] Keys = ["site_id", "period", "period_start", "period_end", "segment"];
    private static readonly string[] Facts = ["state", "rows", "others_share", "truncated", "run_id", "read_at", "is_empty"];

    /// <summary>The columns of a table of states, as a statement that creates one names them.</summary>
    public static IEnumerable<string> Clauses(SqlDialect dialect) =>
    [
        $"{dialect.Quote("site_id")} {dialect.TypeName(ColumnType.Integer)} NOT NULL",
        $"{dialect.Quote("period")} {dialect.KeyText} NOT NULL",
        $"{dialect.Quote("period_start")} {dialect.TypeName(ColumnType.Date)} NULL",
        $"{dialect.Quote("period_end")} {dialect.TypeName(ColumnType.Date)} NULL",
        $"{dialect.Quote("segment")} {dialect.TypeName(ColumnType.Text)} NOT NULL",
        $"{dialect.Quote("state")} {dialect.KeyText} NULL",
        $"{dialect.Quote("rows")} {dialect.TypeName(ColumnType.Integer)} NULL",
        $"{dialect.Quote("others_share")} {dialect.TypeName(ColumnType.Double)} NULL",
        $"{dialect.Quote("truncated")} {dialect.KeyText} NULL",
        $"{dialect.Quote("run_id")} {dialect.KeyText} NULL",
        $"{dialect.Quote("read_at")} {dialect.TypeName(ColumnType.Instant)} NULL",
        $"{dialect.Quote("is_empty")} {dialect.TypeName(ColumnType.Boolean)} NULL",
    ];

    /// <summary>Whether the table of states is there: somebody may have dropped it.</summary>
    public static async Task<bool> ExistAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        (await SqlNotes.ReadColumnsAsync(session, dialect, SqlNames.Partitions(table), cancellationToken)).Count > 0;

    public static async Task CreateAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync($"CREATE TABLE {dialect.Table(SqlNames.Partitions(table))} ({string.Join(", ", Clauses(dialect))})", cancellationToken);
        await session.ExecuteAsync(dialect.CreateIndex(SqlNames.Partitions(table), ["site_id", "period_start"]), cancellationToken);
    }

    public static async Task CreateIfMissingAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken)
    {
        if (!await ExistAsync(session, dialect, table, cancellationToken))
        {
            await CreateAsync(session, dialect, table, cancellationToken);
        }
    }

    /// <summary>The columns, separated by commas.</summary>
    /// <param name="prefix"><c>t.</c> or nothing.</param>
    public static string Names(SqlDialect dialect, string prefix = "") => string.Join(", ", Keys.Concat(Facts).Select(c => prefix + dialect.Quote(c)));

    public static string FactNames(SqlDialect dialect, string prefix = "") => string.Join(", ", Facts.Select(c => prefix + dialect.Quote(c)));

    public static string KeyNames(SqlDialect dialect, string prefix = "") => string.Join(", ", Keys.Select(c => prefix + dialect.Quote(c)));

    /// <summary>All states of a table.</summary>
    public static Task<List<PartitionRecord>> ReadAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        ReadAsync(session, $"SELECT {Names(dialect)} FROM {dialect.Table(SqlNames.Partitions(table))} ORDER BY {KeyNames(dialect)}", cancellationToken);

    /// <summary>The states stored of the partitions that <see cref="WriteReplacedAsync"/> named.</summary>
    public static Task<List<PartitionRecord>> ReadReplacedAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        ReadAsync(session, $"SELECT {Names(dialect, "t.")} FROM {dialect.Table(SqlNames.Partitions(table))} AS t JOIN {dialect.Temporary(SqlNames.Replaced)} AS k ON {dialect.StateIsOf()}", cancellationToken);

    public static Task InsertAsync(SqlSession session, SqlDialect dialect, string table, IEnumerable<PartitionRecord> states, CancellationToken cancellationToken) =>
        SqlRows.InsertAsync(session, dialect, $"{dialect.Table(SqlNames.Partitions(table))} ({Names(dialect)})", states.Select(s => Literal(dialect, s)), cancellationToken);

    /// <summary>Puts partitions where statements can join them, and nobody else sees them: each with the run whose rows are meant.</summary>
    public static async Task WriteReplacedAsync(SqlSession session, SqlDialect dialect, IEnumerable<(PartitionKey Key, string Run)> partitions, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(
            dialect.CreateTemporary(
                SqlNames.Replaced,
                [
                    $"{dialect.Quote("site_id")} {dialect.TypeName(ColumnType.Integer)} NOT NULL",
                    $"{dialect.Quote("period")} {dialect.KeyText} NOT NULL",
                    $"{dialect.Quote("period_start")} {dialect.TypeName(ColumnType.Date)} NOT NULL",
                    $"{dialect.Quote("period_end")} {dialect.TypeName(ColumnType.Date)} NOT NULL",
                    $"{dialect.Quote("segment")} {dialect.TypeName(ColumnType.Text)} NOT NULL",
                    $"{dialect.Quote("run")} {dialect.KeyText} NOT NULL",
                ],
                []),
            cancellationToken);
        await SqlRows.InsertAsync(
            session,
            dialect,
            $"{dialect.Temporary(SqlNames.Replaced)} ({KeyNames(dialect)}, {dialect.Quote("run")})",
            partitions.Select(p => $"({SqlDialect.Number(p.Key.SiteId)}, '{PeriodText(p.Key.Period)}', {dialect.Date(p.Key.Start)}, {dialect.Date(p.Key.End)}, {dialect.Text(p.Key.Segment)}, {dialect.Text(p.Run)})"),
            cancellationToken);
    }

    public static Task DropReplacedAsync(SqlSession session, SqlDialect dialect, CancellationToken cancellationToken) =>
        session.ExecuteAsync(dialect.DropTemporary(SqlNames.Replaced), cancellationToken);

    public static string PeriodText(Period period) => period.ToString().ToLowerInvariant();

    private static Task<List<PartitionRecord>> ReadAsync(SqlSession session, string sql, CancellationToken cancellationToken) => session.RowsAsync(
        sql,
        r => new PartitionRecord(
            new PartitionKey(checked((int)r.GetInt64(0)), Enum.Parse<Period>(r.GetString(1), ignoreCase: true), Day(SqlRows.Read(r, 2, ColumnType.Date)), Day(SqlRows.Read(r, 3, ColumnType.Date)), r.GetString(4)),
            Enum.Parse<PartitionState>(r.GetString(5), ignoreCase: true),
            r.GetInt64(6),
            SqlRows.Instant(r, 10),
            r.GetString(9))
        {
            OthersShare = r.IsDBNull(7) ? null : r.GetDouble(7),
            Truncated = r.IsDBNull(8) ? null : r.GetString(8),
            IsEmpty = !r.IsDBNull(11) && r.GetBoolean(11),
        },
        cancellationToken);

    private static string Literal(SqlDialect dialect, PartitionRecord s) => string.Join(
        ", ",
        [
            $"({SqlDialect.Number(s.Key.SiteId)}",
            $"'{PeriodText(s.Key.Period)}'",
            DayText(dialect, s.Key.Start),
            DayText(dialect, s.Key.End),
            dialect.Text(s.Key.Segment),
            s.State == PartitionState.Final ? "'final'" : "'provisional'",
            SqlDialect.Number(s.Rows),
            SqlDialect.Number(s.OthersShare),
            s.Truncated is null ? "NULL" : dialect.Text(s.Truncated),
            dialect.Text(s.RunId),
            dialect.Instant(s.ReadAt),
            $"{dialect.Flag(s.IsEmpty)})",
        ]);

    private static string DayText(SqlDialect dialect, DateOnly day) => day == DateOnly.MinValue ? "NULL" : dialect.Date(day);

    private static DateOnly Day(object? value) => value is DateOnly day ? day : DateOnly.MinValue;
}
