using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>The columns that Tributary adds to every table.</summary>
internal static class OwnColumns
{
    public static ColumnDefinition SiteId { get; } = Key("site_id", ColumnType.Integer, "Matomo's id of the site.");

    public static ColumnDefinition SiteName { get; } = Key("site_name", ColumnType.Text, "The site's name when it was read.");

    public static ColumnDefinition Period { get; } = Key("period", ColumnType.Text, "What was asked for: day, week, month, year or range.");

    public static ColumnDefinition PeriodStart { get; } = Key("period_start", ColumnType.Date, "First day of the period, in the site's time zone.");

    public static ColumnDefinition PeriodEnd { get; } = Key("period_end", ColumnType.Date, "Last day of the period, inclusive, in the site's time zone.");

    public static ColumnDefinition Segment { get; } = Key("segment", ColumnType.Text, "The segment of visits counted; empty for all visits.");

    public static ColumnDefinition Currency { get; } = new("currency", ColumnType.Text, ColumnRole.Currency)
    {
        Description = "The site's currency (ISO 4217) of all amounts in the row.",
    };

    public static ColumnDefinition IsOthers { get; } = new("is_others", ColumnType.Boolean, ColumnRole.Others)
    {
        Description = "True for the row in which Matomo sums up what lies beyond its own row limit.",
        Nullable = false,
    };

    public static ColumnDefinition RunId { get; } = new("_run_id", ColumnType.Text, ColumnRole.Run)
    {
        Description = "The run that wrote the row.",
        Nullable = false,
    };

    public static ColumnDefinition ReadAt { get; } = new("_read_at", ColumnType.Instant, ColumnRole.Run)
    {
        Description = "When Matomo was asked, UTC.",
        Nullable = false,
    };

    /// <summary>How a period is written in the <c>period</c> column.</summary>
    public static ReadOnlySpan<byte> PeriodName(Period period) => period switch
    {
        Model.Period.Day => "day"u8,
        Model.Period.Week => "week"u8,
        Model.Period.Month => "month"u8,
        Model.Period.Year => "year"u8,
        Model.Period.Range => "range"u8,
        _ => ""u8,
    };

    private static ColumnDefinition Key(string name, ColumnType type, string description) =>
        new(name, type, ColumnRole.Key) { Description = description, Nullable = false };
}
