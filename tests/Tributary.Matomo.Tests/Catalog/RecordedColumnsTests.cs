using System.Globalization;
using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Catalog;

public class RecordedColumnsTests
{
    // The frame of a row; label1 is what Matomo makes of a second "label" with flat=1.
    private static readonly string[] Frame = ["label", "label1", "goals", "subtable", "comparisons", "idsubdatatable", "is_summary", "is_aggregate"];

    // Errors/columns_one asks a row report for a single column, which then has no name.
    private static readonly string[] Explained =
    [
        "VisitsSummary.get value",
        // secondaryDimension=eventCategory and its like put another dimension in the second level.
        "Events.getCategory Events_EventName", "Events.getAction Events_EventCategory", "Events.getName Events_EventCategory",
    ];

    [Fact]
    public void Every_column_of_every_recorded_row_of_the_thirteen_groups_is_known()
    {
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        var rows = 0;
        foreach (var (recording, row) in RecordedRows.Of(IsReportOfTheGroups))
        {
            var report = BuiltInCatalog.Find(recording.Method)!;
            var known = Known(report);
            foreach (var name in RecordedRows.WithSubtables(row).SelectMany(r => r.EnumerateObject()).Select(p => p.Name))
            {
                rows++;
                if (!known.Contains(name) && !Explained.Contains($"{report.Method} {name}"))
                {
                    unknown.Add($"{report.Method} {name} ({recording.Id})");
                }
            }
        }

        Assert.True(rows > 200_000, $"{rows} cells");
        Assert.True(unknown.Count == 0, string.Join('\n', unknown.Take(20)));
    }

    [Fact]
    public void Every_key_of_every_recorded_goal_is_known()
    {
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        var cells = 0;
        foreach (var (recording, row) in RecordedRows.Of(IsReportOfTheGroups))
        {
            var known = BuiltInCatalog.Find(recording.Method)!.GoalColumns.Select(c => c.Name).ToHashSet();
            foreach (var goals in RecordedRows.WithSubtables(row).Where(r => r.TryGetProperty("goals", out var g) && g.ValueKind == JsonValueKind.Object).Select(r => r.GetProperty("goals")))
            {
                foreach (var name in goals.EnumerateObject().SelectMany(g => g.Value.EnumerateObject()).Select(p => p.Name))
                {
                    cells++;
                    if (!known.Contains(name))
                    {
                        unknown.Add($"{recording.Method} {name}");
                    }
                }
            }
        }

        Assert.True(cells > 10_000, $"{cells} cells");
        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_recorded_value_can_be_what_the_catalog_says()
    {
        SortedSet<string> wrong = new(StringComparer.Ordinal);
        var cells = 0;
        foreach (var (recording, row) in RecordedRows.Of(r => IsRaw(r) && BuiltInCatalog.Find(r.Method) is { Source: ReportSource.Api }))
        {
            var report = BuiltInCatalog.Find(recording.Method)!;
            var types = report.Columns.Concat(report.Metadata).ToDictionary(c => c.Name, c => c.Type);
            foreach (var cell in RecordedRows.WithSubtables(row).SelectMany(r => r.EnumerateObject()))
            {
                if (types.TryGetValue(cell.Name, out var type))
                {
                    cells++;
                    if (!CanBe(cell.Value, type))
                    {
                        wrong.Add($"{report.Method} {cell.Name} {type} {cell.Value.GetRawText()[..Math.Min(40, cell.Value.GetRawText().Length)]} ({recording.Id})");
                    }
                }
            }
        }

        Assert.True(cells > 200_000, $"{cells} cells");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
    }

    [Fact]
    public void Columns_of_some_periods_are_not_in_the_answers_for_others()
    {
        SortedSet<string> wrong = new(StringComparer.Ordinal);
        var cells = 0;
        foreach (var (recording, row) in RecordedRows.Of(IsReportOfTheGroups))
        {
            var period = recording.Parameters.GetValueOrDefault("period");
            var limited = BuiltInCatalog.Find(recording.Method)!.Columns.Where(c => c.Periods.Count > 0).ToDictionary(c => c.Name, c => c.Periods);
            foreach (var cell in RecordedRows.WithSubtables(row).SelectMany(r => r.EnumerateObject()).Where(c => limited.ContainsKey(c.Name)))
            {
                cells++;
                if (period is not null && !limited[cell.Name].Contains(period))
                {
                    wrong.Add($"{recording.Method} {cell.Name} {period} ({recording.Id})");
                }
            }
        }

        Assert.True(cells > 10_000, $"{cells} cells");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
    }

    private static HashSet<string> Known(ReportDefinition report) =>
        [.. Frame, .. report.Columns.Select(c => c.Name), .. report.Metadata.Select(c => c.Name), .. report.Dimensions.Select(d => d.Id)];

    private static bool IsReportOfTheGroups(Recording recording) =>
        BuiltInCatalog.Find(recording.Method) is { Source: ReportSource.Api } report && report.Group != ReportGroups.More.Name;

    // Formatted answers are text, and with a language given also of that language.
    private static bool IsRaw(Recording recording) =>
        recording.Parameters.GetValueOrDefault("format_metrics", "0") == "0" && !recording.Parameters.ContainsKey("language");

    private static bool CanBe(JsonElement value, ReportColumnType type) => type switch
    {
        ReportColumnType.Nested => value.ValueKind is JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.Null,
        _ when value.ValueKind is JsonValueKind.Null or JsonValueKind.False => true,
        ReportColumnType.Text or ReportColumnType.Url => value.ValueKind is JsonValueKind.String or JsonValueKind.Number,
        ReportColumnType.Bool => value.ValueKind == JsonValueKind.True || value.GetRawText().Trim('"') is "0" or "1",
        ReportColumnType.Date => value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ReportColumnType.Count or ReportColumnType.UniqueCount or ReportColumnType.Id or ReportColumnType.Timestamp or ReportColumnType.Bytes =>
            decimal.TryParse(value.GetRawText().Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture, out var whole) && (whole == decimal.Truncate(whole) || type == ReportColumnType.Bytes),
        ReportColumnType.Percent => double.TryParse(value.GetRawText().Trim('"').Replace("%", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ => double.TryParse(value.GetRawText().Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture, out _),
    };
}
