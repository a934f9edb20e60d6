using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Shaping;
using Tributary.Tests.Shaping;

namespace Tributary.Tests.Approved;

/// <summary>The table that is made of a recorded answer, as text that a person can read through.</summary>
internal static partial class ApprovedTable
{
    private const int FirstRows = 3;
    private const int OthersRows = 3;

    /// <summary>The recordings of each method: the usual forms of the question, one page of each.</summary>
    public static ILookup<(string Version, string Method), RecordedReport> Recordings { get; } = RecordedReport.All
        .Where(r => r.Report.Group != "More reports" && r.Report.Source == Matomo.Catalog.ReportSource.Api && (Usual().IsMatch(Variant(r)) || r.Report.Method.StartsWith("Transitions.", StringComparison.Ordinal)))
        .Where(r => !r.IsShapeOnly && !r.Recording.Parameters.ContainsKey("pivotBy"))
        .OrderBy(r => r.Recording.Id, StringComparer.Ordinal)
        .ToLookup(r => (r.Recording.Version, r.Report.Method));

    /// <summary>All tables of one method and version.</summary>
    public static async Task<string> TextAsync(IEnumerable<RecordedReport> recordings)
    {
        var text = new StringBuilder();
        var before = "";
        foreach (var recorded in recordings)
        {
            var table = await ShapeAsync(recorded);
            var columns = new TableLayout(recorded.Report).Merge(null, table.Columns).Columns.Where(c => c.Role != ColumnRole.Run && c.Name != "site_name").ToList();
            var header = string.Join('|', columns.Select(c => $"{c.Name}:{c.Type}"));
            var rows = table.Rows.Select(r => string.Join('|', columns.Select(c => r.TryGetValue(c.Name, out var cell) ? Written(cell) : ""))).ToList();
            text.Append(CultureInfo.InvariantCulture, $"== {recorded.Recording.Family}/{recorded.Recording.Name}: {rows.Count} rows, {Hash(rows)}\n");
            if (header != before)
            {
                text.Append("   ").Append(header).Append('\n');
                before = header;
            }

            foreach (var row in Shown(table))
            {
                text.Append(CultureInfo.InvariantCulture, $"{row + 1}: {rows[row]}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The first rows, the summary rows, the last row.</summary>
    private static IEnumerable<int> Shown(ShapedTable table)
    {
        var all = Enumerable.Range(0, table.Rows.Count).ToList();
        return all.Take(FirstRows)
            .Concat(all.Where(i => table.Rows[i].GetValueOrDefault("is_others") is { Value: true }).Take(OthersRows))
            .Concat(all.TakeLast(1))
            .Distinct()
            .Order();
    }

    private static async Task<ShapedTable> ShapeAsync(RecordedReport recorded)
    {
        var batches = new List<RowBatch>();
        var table = new TableBuilder(new RowContext(RecordedReport.Sites[0], "run", DateTimeOffset.UnixEpoch, recorded.Report.HasDates, HasSegment: false) { Sites = RecordedReport.Sites }, batches.Add);
        IShaper shaper = recorded.Report.Method.StartsWith("Transitions.", StringComparison.Ordinal)
            ? new TransitionsShaper(recorded.Report, table, KeyOf(recorded, default), null, ShapeOptions.None)
            : new ReportShaper(recorded.Report, table, PeriodOf(recorded), recorded.IsExpanded ? Hierarchy.Leaves : Hierarchy.Flat, part => KeyOf(recorded, part), ShapeOptions.None);
        using var body = new MemoryStream(recorded.Recording.Body);
        await ReplyReader.ReadAsync(body, recorded.Report.Shape, recorded.Keys, shaper.Handler, new MatomoAnswer(), CancellationToken.None);
        table.Complete();
        return ShapedTable.Of(table.Columns, batches);
    }

    private static PartitionKey KeyOf(RecordedReport recorded, ReplyPart part)
    {
        var parameters = recorded.Recording.Parameters;
        var site = int.TryParse(part.Site ?? parameters.GetValueOrDefault("idSite", ""), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 1;
        if (!recorded.Report.HasDates)
        {
            return new PartitionKey(site, Period.None, DateOnly.MinValue, DateOnly.MinValue);
        }

        var period = Enum.Parse<Period>(PeriodOf(recorded), ignoreCase: true);
        var dates = (part.Date ?? parameters["date"]).Split(',');
        var first = Day(dates[0]);
        if (period == Period.Range)
        {
            return new PartitionKey(site, period, first, Day(dates[^1]));
        }

        var span = PeriodDates.Containing(Enum.Parse<MatomoPeriod>(PeriodOf(recorded), ignoreCase: true), first);
        return new PartitionKey(site, period, span.First, span.Last);
    }

    private static string PeriodOf(RecordedReport recorded) => recorded.Recording.Parameters.GetValueOrDefault("period", "");

    private static DateOnly Day(string label) => DateOnly.ParseExact($"{label}-01-01"[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Variant(RecordedReport recorded) => recorded.Recording.Name[(recorded.Recording.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    private static string Written(ShapedCell cell) => cell.Type switch
    {
        ColumnType.Text or ColumnType.Json => (string)cell.Value is "" ? "\"\"" : Escaped((string)cell.Value),
        ColumnType.Date => DateOnly.FromDayNumber((int)((long)cell.Value + ColumnText.UnixEpochDay)).ToString("O", CultureInfo.InvariantCulture),
        ColumnType.Instant => DateTimeOffset.UnixEpoch.AddTicks((long)cell.Value * 10).ToString("O", CultureInfo.InvariantCulture),
        ColumnType.Boolean => cell.Value is true ? "true" : "false",
        ColumnType.Double => ((double)cell.Value).ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(cell.Value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>One line a row, one bar a cell, nothing invisible.</summary>
    private static string Escaped(string text) => string.Concat(text.EnumerateRunes().Select(r => r.Value switch
    {
        '|' => "\\|",
        '\\' => @"\\",
        _ when Rune.IsControl(r) || Rune.GetUnicodeCategory(r) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || (Rune.IsWhiteSpace(r) && r.Value != ' ') =>
            string.Create(CultureInfo.InvariantCulture, $"\\u{{{r.Value:x}}}"),
        _ => r.ToString(),
    }));

    private static string Hash(List<string> rows) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', rows))));

    [GeneratedRegex(@"^(day|days|week|month|year|range|sites12_.*|all_.*|.*flat_all|.*expanded|(flat|expanded)\.site[123]\.(day|week|month|range))$")]
    private static partial Regex Usual();
}
