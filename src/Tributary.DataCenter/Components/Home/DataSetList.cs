using Tributary.Accounts;
using Tributary.DataCenter.Components.Parts;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Tables;

namespace Tributary.DataCenter.Components.Home;

/// <summary>A DataSet in the list.</summary>
/// <param name="Line">What is known of it.</param>
/// <param name="Live">Its run that waits or works; null for none.</param>
/// <param name="Periods">Its last periods, oldest first.</param>
/// <param name="Wrong">The worst that is not right about it; null for nothing.</param>
public sealed record DataSetItem(DataSetLine Line, RunEntry? Live, IReadOnlyList<PeriodCell> Periods, HealthFinding? Wrong)
{
    /// <summary>How it stands.</summary>
    public StatusLook Look => Line.AccountName is null && Live is null
        ? StatusLook.Failed
        : StatusLook.OfDataSet(Line.LastStatus, Live?.Status, Line.NextRunAt is null, Wrong is not null);

    /// <summary>Whether a person is needed: also where an account stops it.</summary>
    public bool NeedsAttention => Line.AccountName is null || Line.AccountNeedsAttention || StatusLook.OfDataSet(Line.LastStatus, null, Line.NextRunAt is null, Wrong is not null).NeedsAttention;
}

/// <summary>What of the list is asked for.</summary>
/// <param name="Show">all, attention, running or manual.</param>
/// <param name="Find">Words; null for none.</param>
/// <param name="Account">An account's name; null for all.</param>
/// <param name="Tag">A tag; null for all.</param>
/// <param name="Sort">status, name, rows or updated; a dash before turns it round.</param>
/// <param name="Page">From 1.</param>
public sealed record DataSetQuery(string Show, string? Find, string? Account, string? Tag, string Sort, int Page);

/// <summary>The list as it is shown.</summary>
internal sealed record DataSetList(IReadOnlyList<DataSetItem> All, DataSetQuery Query, IReadOnlyList<DataSetItem> Shown, int Found, int Pages)
{
    // What fits two screens: more costs the browser more than a person reads.
    private const int PageSize = 50;

    public int Attention { get; } = All.Count(d => d.NeedsAttention);

    public IReadOnlyList<string> Accounts { get; } = [.. All.Select(d => d.Line.AccountName).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)];

    public IReadOnlyList<string> Tags { get; } = [.. All.SelectMany(d => d.Line.Tags).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    public IEnumerable<(string Key, string Words, int Count)> Filters =>
    [
        ("all", "All", All.Count), ("attention", "Needs attention", Attention), ("running", "Running", All.Count(d => d.Live is not null)), ("manual", "By hand", All.Count(d => d.Line.NextRunAt is null)),
    ];

    public string NothingFound => (Query.Show, Query.Find) switch
    {
        (_, { Length: > 0 } find) => $"No DataSet has “{find}” in its name, report or tags",
        ("attention", _) => "Nothing needs attention",
        ("running", _) => "Nothing is running",
        ("manual", _) => "Every DataSet has a schedule",
        _ => "No DataSet fits these filters",
    };

    public static DataSetList Of(IReadOnlyList<DataSetItem> all, DataSetQuery query)
    {
        var found = all.Where(d => Fits(d, query)).ToList();
        var sorted = Sorted(found, query.Sort);
        var pages = Math.Max(1, (found.Count + PageSize - 1) / PageSize);
        var page = Math.Min(query.Page, pages);
        return new DataSetList(all, query with { Page = page }, [.. sorted.Skip((page - 1) * PageSize).Take(PageSize)], found.Count, pages);
    }

    private static bool Fits(DataSetItem d, DataSetQuery query) =>
        (query.Show switch { "attention" => d.NeedsAttention, "running" => d.Live is not null, "manual" => d.Line.NextRunAt is null, _ => true })
        && (query.Account is null || d.Line.AccountName == query.Account)
        && (query.Tag is null || d.Line.Tags.Contains(query.Tag, StringComparer.OrdinalIgnoreCase))
        && (query.Find ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(w => TextsOf(d.Line).Any(t => t.Contains(w, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> TextsOf(DataSetLine line) => [line.Name, line.Table, line.Report, line.Group, line.About ?? "", .. line.Tags];

    private static IEnumerable<DataSetItem> Sorted(List<DataSetItem> found, string sort)
    {
        var ordered = sort.TrimStart('-') switch
        {
            "name" => found.OrderBy(d => d.Line.Name, StringComparer.OrdinalIgnoreCase),
            "rows" => found.OrderBy(d => d.Line.Rows),
            "updated" => found.OrderByDescending(d => d.Line.LastRunAt),
            _ => found.OrderBy(RankOf).ThenBy(d => d.Line.Name, StringComparer.OrdinalIgnoreCase),
        };
        return sort.StartsWith('-') ? ordered.Reverse() : ordered;
    }

    private static int RankOf(DataSetItem d) => d switch
    {
        { NeedsAttention: true, Look.Tone: "bad" } => 0,
        { Line.AccountNeedsAttention: true } => 0,
        { NeedsAttention: true, Look.Shape: StatusShape.Half } => 1,
        { NeedsAttention: true } => 2,
        { Live.Status: RunStatus.Running } => 3,
        { Live: not null } => 4,
        _ => 5,
    };
}
