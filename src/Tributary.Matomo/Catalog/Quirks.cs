using System.Globalization;

namespace Tributary.Matomo.Catalog;

/// <summary>Something a version of Matomo answers falsely.</summary>
/// <param name="Methods">The methods, a trailing <c>*</c> stands for any rest.</param>
/// <param name="Before">The first version that does better; null when none is known.</param>
/// <param name="Columns">The columns concerned, a trailing <c>*</c> stands for any rest.</param>
/// <param name="OnlySums">Whether values of a leaf on a single day are true, and those added up over days or over the rows below are not.</param>
/// <param name="WhereZero">The column that must be zero for the others to mean nothing; null when they never do.</param>
/// <param name="Why">One sentence for the person who misses the values.</param>
/// <param name="Proof">Where it was measured.</param>
public sealed record Quirk(IReadOnlyList<string> Methods, Version? Before, IReadOnlyList<string> Columns, bool OnlySums, string? WhereZero, string Why, string Proof)
{
    /// <summary>Whether it holds for a report of a server.</summary>
    /// <param name="method">The method.</param>
    /// <param name="version">The server's version; null when unknown, then it is taken for a current one.</param>
    /// <param name="period">The period asked for, as Matomo names it; empty without dates.</param>
    /// <param name="isTopLevel">Whether rows that have rows below them are read.</param>
    public bool Holds(string method, Version? version, string period, bool isTopLevel) =>
        Methods.Any(m => Fits(m, method))
        && (Before is null || (version is not null && version < Before))
        && (!OnlySums || isTopLevel || period is not ("day" or ""));

    /// <summary>Whether a column is concerned.</summary>
    public bool Concerns(string column) => Columns.Any(c => Fits(c, column));

    private static bool Fits(string pattern, string name) => pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == name;
}

/// <summary>What versions of Matomo answer falsely, and nothing can be asked instead: such values become null, and the run says so.</summary>
public static class Quirks
{
    private static readonly Version Five = new(5, 0);
    private static readonly Version SummaryRowsMarked = new(3, 10);

    /// <summary>All that are known.</summary>
    public static IReadOnlyList<Quirk> All { get; } =
    [
        new(
            ["Actions.*", "PagePerformance.*"],
            Five,
            ["min_time_*", "max_time_*", "min_bandwidth", "max_bandwidth"],
            OnlySums: true,
            null,
            "Matomo before 5 adds least and greatest values up, over days and over the rows below, instead of comparing them.",
            "4.16/Actions/getPageTitles.week against 5.2"),
        new(
            ["CustomDimensions.getCustomDimension"],
            null,
            ["min_time_*", "max_time_*", "min_bandwidth", "max_bandwidth"],
            OnlySums: true,
            null,
            "For custom dimensions Matomo adds least and greatest values up, over days and over the rows below, instead of comparing them.",
            "5.2/CustomDimensions/getCustomDimension.dim3.month"),
        new(
            ["Events.*"],
            Five,
            ["min_event_value", "max_event_value"],
            OnlySums: false,
            "nb_events_with_value",
            "Matomo before 5 writes 0 for the least and greatest value of events that have none.",
            "4.16/Events/getName.day"),
    ];

    /// <summary>Those that hold for a report of a server.</summary>
    /// <param name="method">The method.</param>
    /// <param name="version">The version as the server says it; null when unknown.</param>
    /// <param name="period">The period asked for, as Matomo names it; empty without dates.</param>
    /// <param name="isTopLevel">Whether rows that have rows below them are read.</param>
    public static IReadOnlyList<Quirk> Of(string method, string? version, string period, bool isTopLevel)
    {
        var parsed = Parse(version);
        return [.. All.Where(q => q.Holds(method, parsed, period, isTopLevel))];
    }

    /// <summary>Whether flat answers mark summary rows (<c>is_summary</c>).</summary>
    /// <param name="version">The version as the server says it; null when unknown, then it is taken for a current one.</param>
    public static bool MarksSummaryRows(string? version) => Parse(version) is not { } known || known >= SummaryRowsMarked;

    /// <summary>The numbers at the front of a version text: <c>5.2.0-b5</c> → 5.2.0; null when there are none.</summary>
    internal static Version? Parse(string? version)
    {
        var text = new string([.. (version ?? "").TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]).Trim('.');
        return Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : string.Create(CultureInfo.InvariantCulture, $"{text}.0"), out var parsed) ? parsed : null;
    }
}
