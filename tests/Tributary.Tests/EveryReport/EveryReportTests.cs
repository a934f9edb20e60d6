using System.Globalization;
using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Tests.EveryReport;

/// <summary>Reports run through the product and read again in the plainest way: what comes in must come out, cell by cell.</summary>
public abstract class EveryReportTests(EveryReportFixture fixture) : IClassFixture<EveryReportFixture>
{
    /// <summary>Names a file: every combination is tried instead of a share of them, and what was compared is written to it.</summary>
    private static readonly string? TableFile = Environment.GetEnvironmentVariable("TRIBUTARY_EVERY_REPORT");

    /// <summary>The Matomo and its sites.</summary>
    protected EveryReportFixture Fixture { get; } = fixture;

    private static readonly Lock TableGate = new();

    private static readonly List<string> Ids = [.. Offered().Select(r => r.UniqueId)];

    /// <summary>The reports of some groups that the sample has.</summary>
    protected static TheoryData<string> ReportsOf(params string[] groups) =>
        [.. groups.SelectMany(ReportCatalog.BuiltIn.InGroup).Where(r => r.Plugin != "UsersFlow").Select(r => r.UniqueId)];

    /// <summary>The test of one report.</summary>
    protected async Task CompareAsync(string id)
    {
        var report = ReportCatalog.BuiltIn.Find(id)!;
        List<string> wrong = [];
        var rows = 0;
        await using var workspace = await Fixture.OpenAsync();
        foreach (var (combination, details, read) in await AsksAsync(report))
        {
            var (count, differences) = await CompareAsync(workspace, report, combination, details, read);
            rows += count;
            wrong.AddRange(differences.Select(d => $"{combination.Name}: {d}"));
            if (TableFile is not null)
            {
                lock (TableGate)
                {
                    File.AppendAllText(TableFile, $"{report.Group};{report.UniqueId};{combination.Period};{combination.Name};{count};{differences.Count}\n");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{id}:\n{string.Join('\n', wrong.Take(40))}");
        Assert.True(rows > 0, $"{id}: nothing was compared, Matomo has no row for any of the combinations.");
    }

    /// <summary>Every report of the thirteen groups.</summary>
    internal static IEnumerable<ReportDefinition> Offered() =>
        ReportGroups.All.Where(g => g != ReportGroups.More).SelectMany(g => ReportCatalog.BuiltIn.InGroup(g.Name));

    private async Task<(int Rows, List<string> Differences)> CompareAsync(ReportWorkspace workspace, ReportDefinition report, Combination combination, DetailsInput details, PlainAsk ask)
    {
        Stored stored;
        try
        {
            stored = await workspace.RunAsync(details);
        }
        catch (InputException refused)
        {
            return (0, [$"refused: {refused.Message}"]);
        }

        List<PlainRow> expected = [];
        List<string> differences = [];
        List<string> refusals = [];
        foreach (var site in Fixture.Sites.Where(s => combination.Sites == "all" || combination.Sites == s.Id.ToString(CultureInfo.InvariantCulture)))
        {
            foreach (var (start, end) in combination.Spans)
            {
                var part = new PlainPart(site, combination.Period, start, end);
                var rows = await ask(part, refusals);
                if (rows is null)
                {
                    continue;
                }

                expected.AddRange(rows);
                if (stored.Partitions.SingleOrDefault(p => p.Key.SiteId == site.Id && p.Key.Start == start && (report.HasDates ? p.Key.End == end : p.Key.Period == Period.None)) is not { } partition)
                {
                    differences.Add($"No partition of site {site.Id}, {start:O} to {end:O}.");
                }
                else if (partition.Rows != rows.Count)
                {
                    differences.Add($"The partition of site {site.Id}, {start:O} says {partition.Rows} rows, Matomo has {rows.Count}.");
                }
            }
        }

        // A page that nobody saw is no failure, but it is told.
        if (refusals.Count > 0 && stored.Run.Error is null && !(refusals.TrueForAll(r => r == "NoDataForAction") && stored.Run.Warnings.Any(w => w.Code == "transitions.no_data")))
        {
            differences.Add($"Matomo refuses ({refusals[0]}) and the run says nothing of it.");
        }

        if (refusals.TrueForAll(r => r == "NoDataForAction") && stored.Run.Status is not (RunStatus.Succeeded or RunStatus.SucceededWithWarnings))
        {
            differences.Add($"The run ended {stored.Run.Status}: {stored.Run.Error?.Code} {stored.Run.Error?.Message}");
        }

        if (stored.Columns.Count > 0)
        {
            differences.AddRange(Comparison.Differences(stored.Columns, stored.Rows, expected, Fixture.Sites.ToDictionary(s => s.Id.ToString(CultureInfo.InvariantCulture), s => s.Currency)));
        }
        else if (expected.Count > 0)
        {
            differences.Add($"There is no table, and Matomo has {expected.Count} rows.");
        }

        return (expected.Count, differences);
    }

    /// <summary>The rows of one site and period, or null when the partition must not be there.</summary>
    private delegate Task<List<PlainRow>?> PlainAsk(PlainPart part, List<string> refusals);

    private async Task<List<(Combination Combination, DetailsInput Details, PlainAsk Ask)>> AsksAsync(ReportDefinition report)
    {
        var combinations = TableFile is null ? Combination.Share(Ids.IndexOf(report.UniqueId)) : Combination.All;
        if (report.Source == ReportSource.VisitLog)
        {
            return [.. combinations.Select(c => (c, c.Input with { Report = report.UniqueId, Sites = c.Sites }, (PlainAsk)(async (part, _) => await new PlainClickPath(Fixture.Plain).RowsAsync(report.Method, part))))];
        }

        if (report.NeedsSubtable)
        {
            return await SubtablesAsync(report, Combination.OneSiteAndDate);
        }

        var (input, parameters) = await FieldsAsync(report);
        PlainAsk Plain(bool top, Dictionary<string, string> with) => async (part, refusals) =>
        {
            var before = refusals.Count;
            var rows = await new PlainReading(Fixture.Plain, report).RowsAsync(part, top, null, with, refusals);
            return refusals.Count == before || refusals[^1] == "NoDataForAction" ? rows : null;
        };
        var asks = (report.HasDates ? combinations : Combination.WithoutDates)
            .Select(c => (c, Details(report, c, input), Plain(top: false, parameters))).ToList();
        var day = Combination.All[0];
        if (report.SubtableMethod is not null)
        {
            asks.Add((day with { Name = "top level of a day" }, Details(report, day, input) with { Levels = "top" }, Plain(top: true, parameters)));
            asks.AddRange(await SubtablesAsync(report, [day with { Name = "subtable of a day" }]));
        }

        if (report.HasDates && report.Parameters.Any(p => p.Name == "idGoal"))
        {
            foreach (var (typed, sent) in new[] { ("1", "1"), ("order", "ecommerceOrder"), ("abandoned-cart", "ecommerceAbandonedCart") })
            {
                asks.Add((day with { Name = $"goal {typed} of a day" }, Details(report, day, input) with { Goal = typed }, Plain(top: false, new(parameters, StringComparer.Ordinal) { ["idGoal"] = sent })));
            }
        }

        foreach (var value in report.Parameters.Where(p => p.Name == "secondaryDimension").SelectMany(p => p.Values))
        {
            asks.Add((day with { Name = $"secondaryDimension {value} of a day" }, Details(report, day, input) with { Parameters = [$"secondaryDimension={value}"] }, Plain(top: false, new() { ["secondaryDimension"] = value })));
        }

        return asks;
    }

    private static DetailsInput Details(ReportDefinition report, Combination combination, DetailsInput fields) => combination.Input with
    {
        Report = report.UniqueId,
        Sites = combination.Sites,
        Url = fields.Url,
        Title = fields.Title,
        ActionName = fields.ActionName,
        ActionType = fields.ActionType,
        Goal = fields.Goal,
    };

    /// <summary>A number from the parent, read the moment before.</summary>
    private async Task<List<(Combination, DetailsInput, PlainAsk)>> SubtablesAsync(ReportDefinition report, IReadOnlyList<Combination> combinations)
    {
        var parent = ParentOf(report);
        var asks = new List<(Combination, DetailsInput, PlainAsk)>();
        foreach (var combination in combinations)
        {
            var part = new PlainPart(Fixture.Sites[0], combination.Period, combination.Spans[0].Start, combination.Spans[0].End);
            var rows = await Fixture.Plain.AskAsync(parent.Method, part, parent.More);
            if (rows.EnumerateArray().FirstOrDefault(r => r.TryGetProperty("idsubdatatable", out _)) is not { ValueKind: JsonValueKind.Object } row)
            {
                // Titles are a tree only where the server has a separator set for them.
                continue;
            }

            var id = row.GetProperty("idsubdatatable").GetInt64();
            asks.Add((combination, combination.Input with { Report = report.UniqueId, Sites = "1", Subtable = id.ToString(CultureInfo.InvariantCulture) },
                async (p, refusals) => await new PlainReading(Fixture.Plain, report).RowsAsync(p, top: false, id, new Dictionary<string, string>(), refusals)));
        }

        return asks;
    }

    private static (string Method, (string, string)[] More) ParentOf(ReportDefinition report) => report.Method switch
    {
        "Events.getNameFromCategoryId" => ("Events.getCategory", [("secondaryDimension", "eventName")]),
        "Events.getCategoryFromActionId" => ("Events.getAction", [("secondaryDimension", "eventCategory")]),
        "Events.getCategoryFromNameId" => ("Events.getName", [("secondaryDimension", "eventCategory")]),
        _ when report.NeedsSubtable => (ReportCatalog.BuiltIn.Reports.First(r => r.SubtableMethod == report.Method).Method, []),
        _ => (report.Method, []),
    };

    /// <summary>The address, title or goal a report is about: one that the first site has.</summary>
    private async Task<(DetailsInput Input, Dictionary<string, string> Parameters)> FieldsAsync(ReportDefinition report)
    {
        async Task<string> FirstAsync(string method, string property) => (await Fixture.Plain.AskAsync(method, new PlainPart(Fixture.Sites[0], "range", new DateOnly(2026, 12, 1), new DateOnly(2027, 1, 8)), ("flat", "1")))
            .EnumerateArray().First(r => !r.TryGetProperty("is_summary", out _) && r.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String).GetProperty(property).GetString()!;
        switch (report.Method)
        {
            case "Actions.getPageUrl" or "Transitions.getTransitionsForPageUrl":
                var page = await FirstAsync("Actions.getPageUrls", "url");
                return (new DetailsInput { Url = page }, Sent(("pageUrl", page)));
            case "Actions.getDownload":
                var download = await FirstAsync("Actions.getDownloads", "url");
                return (new DetailsInput { Url = download }, Sent(("downloadUrl", download)));
            case "Actions.getOutlink":
                var outlink = await FirstAsync("Actions.getOutlinks", "url");
                return (new DetailsInput { Url = outlink }, Sent(("outlinkUrl", outlink)));
            case "Actions.getPageTitle":
                var name = await FirstAsync("Actions.getPageTitles", "label");
                return (new DetailsInput { Title = name }, Sent(("pageName", name)));
            case "Transitions.getTransitionsForPageTitle":
                var title = await FirstAsync("Actions.getPageTitles", "label");
                return (new DetailsInput { Title = title }, Sent(("pageTitle", title)));
            case "Transitions.getTransitionsForAction":
                var action = await FirstAsync("Actions.getPageUrls", "url");
                return (new DetailsInput { ActionName = action, ActionType = "url" }, Sent(("actionName", action), ("actionType", "url")));
            case "Goals.getGoal":
                return (new DetailsInput { Goal = "1" }, Sent(("idGoal", "1")));
            default:
                return (new DetailsInput(), []);
        }
    }

    private static Dictionary<string, string> Sent(params (string Name, string Value)[] values)
    {
        var sent = values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        if (values.Any(v => v.Name is "pageUrl" or "pageTitle" or "actionName"))
        {
            // Only Transitions knows it; it lifts the cap of five entries a list.
            sent["limitBeforeGrouping"] = "100000";
        }

        return sent;
    }
}
