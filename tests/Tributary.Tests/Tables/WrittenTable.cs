using System.Globalization;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Tables;

/// <summary>Writes rows into the table of a workspace's DataSet, as a run would.</summary>
internal sealed class WrittenTable(WorkspaceFixture fixture, string table)
{
    private static readonly ColumnDefinition[] Columns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key),
        new("site_name", ColumnType.Text, ColumnRole.Key),
        new("period", ColumnType.Text, ColumnRole.Key),
        new("period_start", ColumnType.Date, ColumnRole.Key),
        new("period_end", ColumnType.Date, ColumnRole.Key),
        new("segment", ColumnType.Text, ColumnRole.Key),
        new("label", ColumnType.Text, ColumnRole.Dimension),
        new("is_aggregate", ColumnType.Boolean, ColumnRole.Metadata),
        new("nb_visits", ColumnType.Integer, ColumnRole.Metric) { Additivity = Additivity.Sum },
        new("revenue", ColumnType.Money, ColumnRole.Metric) { Additivity = Additivity.Sum },
        new("max_time", ColumnType.Double, ColumnRole.Metric) { Additivity = Additivity.Max },
        new("bounce_rate", ColumnType.Double, ColumnRole.Metric) { Additivity = Additivity.Recompute },
        new("currency", ColumnType.Text, ColumnRole.Currency),
        new("is_others", ColumnType.Boolean, ColumnRole.Others),
        new("_run_id", ColumnType.Text, ColumnRole.Run),
        new("_read_at", ColumnType.Instant, ColumnRole.Run),
    ];

    private readonly DuckDbDestination _destination = new(Path.Combine(fixture.Folder, "datasets.duckdb"), Path.Combine(fixture.Folder, "staging"), TimeProvider.System);
    private int _windows;

    public UpdateMethod Update { get; init; }

    public string Currency { get; set; } = "EUR";

    /// <summary>Writes one partition.</summary>
    /// <param name="site">The site; its name is "Site n".</param>
    /// <param name="day">The day of November 2026.</param>
    /// <param name="rows">label, visits, and "others" or "parent" for rows that are.</param>
    public async Task WriteAsync(int site, int day, params (string? Label, int Visits, string? Kind)[] rows) => await WriteAsync(site, day, "", PartitionState.Final, null, rows);

    public async Task WriteAsync(int site, int day, string segment, PartitionState state, string? truncated, params (string? Label, int Visits, string? Kind)[] rows)
    {
        var date = new DateOnly(2026, 11, day);
        var run = (++_windows).ToString(CultureInfo.InvariantCulture);
        var staged = new TestRows(Columns);
        foreach (var (label, visits, kind) in rows)
        {
            staged.Add(site, $"Site {site}", "day", date, date, segment, label, kind == "parent", visits, visits * 0.5m, (double)visits, 0.25, Currency, kind == "others", run, DateTimeOffset.UnixEpoch.AddDays(_windows));
        }

        await _destination.CommitAsync(
            new WindowCommit
            {
                Table = table,
                WindowId = run,
                RunId = run,
                Update = Update,
                Schema = new TableSchema(Columns),
                Partitions = [new PartitionRecord(new PartitionKey(site, Period.Day, date, date, segment), state, rows.Length, DateTimeOffset.UnixEpoch, run) { Truncated = truncated }],
                Rows = staged,
            },
            TestContext.Current.CancellationToken);
    }
}
