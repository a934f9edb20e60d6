using System.Globalization;
using Tributary.DataCenter.Components.Parts;
using Tributary.Model;
using Tributary.Tables;

namespace Tributary.DataCenter.Components.DataSets;

/// <summary>What is stored of a DataSet, laid out as rows of cells, those of one period below each other.</summary>
internal sealed class CompletenessRows
{
    /// <summary>Sites shown at once.</summary>
    public const int SitesAPage = 12;

    /// <summary>Cells a narrow screen has room for.</summary>
    public const int MostOnPhone = 21;

    /// <summary>Lines of the table behind the picture.</summary>
    public const int MostListed = 500;

    // From here on a cell is a week: days would be too narrow to be told apart.
    private const int MostCells = 120;

    // The room beside the names on a wide screen.
    private const double Room = 760;

    private const double WidestCell = 22;

    // Fewer cells over the whole width would be bars, not a strip.
    private const int FewestStretched = 21;

    private readonly TimeZoneInfo _zone;

    public CompletenessRows(DataSetCompleteness all, TimeZoneInfo zone)
    {
        _zone = zone;
        IsWeeks = all.Period == Model.Period.Day && all.Sites.Any(s => s.Cells.Count > MostCells);
        List<(SiteCompleteness Site, List<Parts.PartitionCell> Cells, List<DateOnly> Starts)> rows =
            [.. all.Sites.Select(s => Row(s))];
        // Zones differ by a day: what one site has read last another may have read before.
        List<DateOnly> periods = [.. rows.SelectMany(r => r.Starts).Distinct().Order().TakeLast(MostCells)];
        var isByDate = all.Period is not (Model.Period.None or Model.Period.Range);
        var most = rows.Count == 0 ? 0 : isByDate ? periods.Count : Math.Min(MostCells, rows.Max(r => r.Cells.Count));
        IsStretched = most >= FewestStretched;
        CellWidth = most == 0 ? WidestCell : Math.Min(WidestCell, (Room / most) - 2);
        var sorted = all.Sites.Count > SitesAPage ? rows.OrderByDescending(r => Badness(r.Site)).ThenBy(r => r.Site.SiteId) : rows.OrderBy(r => r.Site.SiteId);
        Sites = [.. sorted.Select(r => new CompletenessRow(r.Site.Name, isByDate ? ByDate(r.Cells, r.Starts, periods) : [.. Enumerable.Repeat(Nothing, Math.Max(0, most - r.Cells.Count)), .. r.Cells.TakeLast(most)]))];
        NotFinal = [.. all.Sites.SelectMany(s => s.Cells.Where(c => c.State != Tables.CellState.Final).Select(c => (s.Name, c)))];
        Labels = LabelsOf(periods);
    }

    /// <summary>Whether a cell is a week of days.</summary>
    public bool IsWeeks { get; }

    public bool IsStretched { get; }

    public double CellWidth { get; }

    public IReadOnlyList<CompletenessRow> Sites { get; }

    public IReadOnlyList<(string Site, Tables.PartitionCell Cell)> NotFinal { get; }

    /// <summary>Dates below the rows: first, in between, last.</summary>
    public IReadOnlyList<string> Labels { get; }

    public static Parts.CellState StateOf(Tables.CellState state) => state switch
    {
        Tables.CellState.Final => Parts.CellState.Final,
        Tables.CellState.Provisional => Parts.CellState.Provisional,
        Tables.CellState.Truncated => Parts.CellState.Truncated,
        Tables.CellState.Missing => Parts.CellState.Missing,
        _ => Parts.CellState.Failed,
    };

    public static string PeriodOf(Tables.PartitionCell cell) => cell.Start == DateOnly.MinValue ? "no dates" : cell.Start == cell.End ? Iso(cell.Start) : $"{Iso(cell.Start)} to {Iso(cell.End)}";

    private (SiteCompleteness Site, List<Parts.PartitionCell> Cells, List<DateOnly> Starts) Row(SiteCompleteness site) => IsWeeks
        ? (site, [.. Weeks(site).Select(w => Week([.. w]))], [.. Weeks(site).Select(w => w.Key)])
        : (site, [.. site.Cells.Select(c => new Parts.PartitionCell(StateOf(c.State), TitleOf(c)) { IsProvisional = c.IsProvisional })], [.. site.Cells.Select(c => c.Start)]);

    private static Parts.PartitionCell Nothing { get; } = new(Parts.CellState.Nothing);

    private static List<Parts.PartitionCell> ByDate(List<Parts.PartitionCell> cells, List<DateOnly> starts, List<DateOnly> periods)
    {
        var known = starts.Zip(cells).ToDictionary(c => c.First, c => c.Second);
        return [.. periods.Select(p => known.GetValueOrDefault(p, Nothing))];
    }

    private static IEnumerable<IGrouping<DateOnly, Tables.PartitionCell>> Weeks(SiteCompleteness site) => site.Cells.GroupBy(c => c.Start.AddDays(-(((int)c.Start.DayOfWeek + 6) % 7)));

    private static Parts.PartitionCell Week(IReadOnlyList<Tables.PartitionCell> days) => new(
        StateOf(days.Max(d => d.State)),
        $"{Iso(days[0].Start)} to {Iso(days[^1].End)}: {string.Join(", ", days.CountBy(d => d.State).OrderBy(c => c.Key).Select(c => $"{Numbers.Whole(c.Value)} {Parts.PartitionCell.WordOf(StateOf(c.Key))}"))}, {Numbers.Count(days.Sum(d => d.Rows), "row")}");

    private string TitleOf(Tables.PartitionCell cell)
    {
        string?[] parts =
        [
            $"{PeriodOf(cell)}: {Parts.PartitionCell.WordOf(StateOf(cell.State))}{(cell.IsProvisional && cell.State == Tables.CellState.Truncated ? ", provisional" : "")}",
            cell.ReadAt is null ? null : Numbers.Count(cell.Rows, "row"),
            cell.OthersShare is { } share ? $"Others {Numbers.Percent(share)}" : null,
            cell.ReadAt is { } at ? "read " + TimeWords.Full(at, _zone) : null,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static int Badness(SiteCompleteness site) => site.Cells.Sum(c => c.State switch { Tables.CellState.Failed => 4, Tables.CellState.Missing => 3, Tables.CellState.Truncated => 1, _ => 0 });

    private static List<string> LabelsOf(List<DateOnly> starts)
    {
        if (starts.Count == 0 || starts[0] == DateOnly.MinValue)
        {
            return [];
        }

        int[] at = starts.Count < 12 ? [0, starts.Count - 1] : [0, starts.Count / 4, starts.Count / 2, starts.Count * 3 / 4, starts.Count - 1];
        return [.. at.Distinct().Select(i => TimeWords.Date(starts[i], starts[^1].Year))];
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A site's cells.</summary>
/// <param name="Name">The site's name.</param>
/// <param name="Cells">Oldest first; as many as every other row has.</param>
internal sealed record CompletenessRow(string Name, IReadOnlyList<Parts.PartitionCell> Cells);
