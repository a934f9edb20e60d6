using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Model;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>A column of a table, and its name in the engine: a widened one has another than before.</summary>
internal sealed record ClickHouseColumn(ColumnDefinition Column, string Name);

/// <summary>
/// A DataSet's table as its view says: the view shows the rows of commits up to a number, less those that the log calls dead. What has a greater number is not committed.
/// </summary>
/// <param name="Name">The table.</param>
/// <param name="Commit">The number of the last commit.</param>
/// <param name="Columns">Its columns, in order.</param>
/// <param name="Description">What it is for.</param>
internal sealed partial record ClickHouseTable(string Name, ulong Commit, IReadOnlyList<ClickHouseColumn> Columns, string Description)
{
    /// <summary>The columns as others know them.</summary>
    public TableSchema Schema => new([.. Columns.Select(c => c.Column)]);

    /// <summary>The table of that name; null when there is none.</summary>
    /// <exception cref="TributaryException"><c>destination.table_taken</c>: there is one that we have not made.</exception>
    public static async Task<ClickHouseTable?> ReadAsync(ClickHouseServer server, ClickHouseDialect dialect, string table, CancellationToken cancellationToken)
    {
        if (await FindAsync(server, table, cancellationToken) is not { } found)
        {
            return null;
        }

        if (!IsOurs(found))
        {
            throw Taken(server, table, table);
        }

        var mark = Mark().Match(found.Comment);
        var commit = ulong.Parse(mark.Groups["commit"].Value, CultureInfo.InvariantCulture);
        var columns = await server.RowsAsync($"SELECT text FROM {dialect.Log(table)} WHERE kind = 'schema' AND at <= {commit} ORDER BY at DESC LIMIT 1", r => r.GetString(0), cancellationToken);
        return new ClickHouseTable(table, commit, JsonSerializer.Deserialize<List<ClickHouseColumn>>(columns[0])!, mark.Groups["text"].Value);
    }

    /// <summary>Looks whether the view of the states of a new table has its name to itself, or is one of ours left over: it would replace what is there.</summary>
    /// <exception cref="TributaryException"><c>destination.table_taken</c>: somebody else has something of that name.</exception>
    public static async Task RequireFreeAsync(ClickHouseServer server, string table, CancellationToken cancellationToken)
    {
        var states = Sql.SqlNames.Partitions(table);
        if (await FindAsync(server, states, cancellationToken) is { } found && !IsStatesView(found, table))
        {
            throw Taken(server, states, table);
        }
    }

    /// <summary>Removes a table and all that belongs to it, or what somebody left of it; what others made by its names stays.</summary>
    public static async Task DropAsync(ClickHouseServer server, ClickHouseDialect dialect, string table, CancellationToken cancellationToken)
    {
        // The view first: without it nothing of the rest counts.
        if (await FindAsync(server, table, cancellationToken) is { } view && IsOurs(view))
        {
            await server.ExecuteAsync($"DROP VIEW IF EXISTS {dialect.Table(table)} SYNC", cancellationToken);
        }

        var states = Sql.SqlNames.Partitions(table);
        if (await FindAsync(server, states, cancellationToken) is { } beside && IsStatesView(beside, table))
        {
            await server.ExecuteAsync($"DROP VIEW IF EXISTS {dialect.Table(states)} SYNC", cancellationToken);
        }

        await server.ExecuteAsync($"DROP TABLE IF EXISTS {dialect.Rows(table)} SYNC", cancellationToken);
        await server.ExecuteAsync($"DROP TABLE IF EXISTS {dialect.Log(table)} SYNC", cancellationToken);
    }

    /// <summary>The tables of the database.</summary>
    public static async Task<List<string>> ReadNamesAsync(ClickHouseServer server, CancellationToken cancellationToken) =>
        [.. (await server.RowsAsync($"SELECT comment FROM system.tables WHERE database = {ClickHouseDialect.Text(server.Database)} AND engine = 'View' ORDER BY name", r => Mark().Match(r.GetString(0)), cancellationToken)).Where(m => m.Success).Select(m => m.Groups["name"].Value)];

    public string ColumnsText() => JsonSerializer.Serialize(Columns);

    /// <summary>The statement that makes this what readers see: all at once, or, after a crash, not at all.</summary>
    /// <param name="hasDead">Whether any rows are not to be seen.</param>
    public string Publish(ClickHouseDialect dialect, bool hasDead)
    {
        var columns = string.Join(", ", Columns.Select(c => $"{ClickHouseDialect.Quote(c.Name)} AS {ClickHouseDialect.Quote(c.Column.Name)}"));
        return $"CREATE OR REPLACE VIEW {dialect.Table(Name)} AS SELECT {columns} FROM {dialect.Rows(Name)} WHERE {IsVisible(dialect, hasDead)} COMMENT {ClickHouseDialect.Text($"{(Description.Length > 0 ? Description + " " : "")}Kept by Tributary as {Name}, commit {Commit}")}";
    }

    /// <summary>Whether a stored row is seen.</summary>
    public string IsVisible(ClickHouseDialect dialect, bool hasDead)
    {
        var isCommitted = string.Create(CultureInfo.InvariantCulture, $"{ClickHouseDialect.Commit} <= {Commit}");
        return hasDead
            ? string.Create(CultureInfo.InvariantCulture, $"{isCommitted} AND ({RowKey(Schema)}, {ClickHouseDialect.Commit}) NOT IN (SELECT {LogKey(Schema)}, commit FROM {dialect.Log(Name)} WHERE kind IN ('rows', 'dead') AND at <= {Commit} GROUP BY site_id, period, period_start, period_end, segment, commit HAVING argMax(kind, at) = 'dead')")
            : isCommitted;
    }

    /// <summary>The partition of a stored row, by the key columns the table has.</summary>
    public static string RowKey(TableSchema schema) => string.Join(", ", Parts(schema, segment: "ifNull(segment, '')"));

    /// <summary>The partition of an entry of the log, comparable with <see cref="RowKey"/>.</summary>
    public static string LogKey(TableSchema schema) => string.Join(", ", Parts(schema, segment: "segment"));

    private sealed record Found(string Engine, string Comment, string Query);

    private static async Task<Found?> FindAsync(ClickHouseServer server, string name, CancellationToken cancellationToken) => (await server.RowsAsync(
        $"SELECT engine, comment, create_table_query FROM system.tables WHERE database = {ClickHouseDialect.Text(server.Database)} AND name = {ClickHouseDialect.Text(ClickHouseDialect.Fit(name))}",
        r => new Found(r.GetString(0), r.GetString(1), r.GetString(2)),
        cancellationToken)).FirstOrDefault();

    private static bool IsOurs(Found found) => found.Engine == "View" && Mark().IsMatch(found.Comment);

    private static bool IsStatesView(Found found, string table) => found.Engine == "View" && found.Query.Contains(ClickHouseDialect.Fit("_tributary_log_" + table), StringComparison.Ordinal);

    private static TributaryException Taken(ClickHouseServer server, string taken, string table) =>
        new("destination.table_taken", Fault.Setup, $"There is a table '{taken}' in {server.Place} that Tributary has not made. Nothing was changed. Move it out of the way, or give the DataSet another table name than '{table}'.");

    private static IEnumerable<string> Parts(TableSchema schema, string segment) =>
    [
        "site_id",
        .. schema.Find("period") is not null ? ["period", "period_start", "period_end"] : Array.Empty<string>(),
        .. schema.Find("segment") is not null ? [segment] : Array.Empty<string>(),
    ];

    [GeneratedRegex("^(?<text>.*?) ?Kept by Tributary as (?<name>.*), commit (?<commit>[0-9]+)$", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Mark();
}
