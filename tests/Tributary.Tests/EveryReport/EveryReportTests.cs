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

    /// <summary>What is no failure when Matomo has nothing to give, and the note the run makes of it.</summary>
    private static readonly Dictionary<string, string> Notes = new(StringComparer.Ordinal) { ["NoDataForAction"] = "transitions.no_data", ["NoSuchLabel"] = "subtable.no_such_label" };

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
        foreach (var ask in await AsksAsync(report))
        {
            await using var workspace = await Fixture.OpenAsync();
            var combination = ask.Combination;
            var (count, differences) = await CompareAsync(workspace, report, ask);
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

    private async Task<(int Rows, List<string> Differences)> CompareAsync(ReportWorkspace workspace, ReportDefinition report, Ask ask)
    {
        var combination = ask.Combination;
        Stored stored;
        try
        {
            stored = await workspace.RunAsync(ask.Details);
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
                foreach (var segment in ask.Details.Segments.Cast<string?>().DefaultIfEmpty(null))
                {
                    var before = refusals.Count;
                    var rows = await ask.Read(new PlainPart(site, combination.Period, start, end, segment), refusals);
                    if (refusals.Skip(before).Any(r => !Notes.ContainsKey(r)))
                    {
                        continue;
                    }

                    expected.AddRange(rows);
                    if (stored.Partitions.SingleOrDefault(p => p.Key.SiteId == site.Id && p.Key.Segment == (segment ?? "") && p.Key.Start == start && (report.HasDates ? p.Key.End == end : p.Key.Period == Period.None)) is not { } partition)
                    {
                        differences.Add($"No partition of site {site.Id}, {start:O} to {end:O} {segment}.");
                    }
                    else if (partition.Rows != rows.Count)
                    {
                        differences.Add($"The partition of site {site.Id}, {start:O} says {partition.Rows} rows, Matomo has {rows.Count}.");
                    }
                }
            }
        }

        // A page that nobody saw, or a row that is not there, is no failure, but it is told.
        foreach (var refusal in refusals.Distinct(StringComparer.Ordinal).Where(r => stored.Run.Error is null && !stored.Run.Warnings.Any(w => w.Code == Notes.GetValueOrDefault(r))))
        {
            differences.Add($"Matomo has nothing ({refusal}) and the run says nothing of it.");
        }

        if (refusals.TrueForAll(Notes.ContainsKey) && stored.Run.Status is not (RunStatus.Succeeded or RunStatus.SucceededWithWarnings))
        {
            differences.Add($"The run ended {stored.Run.Status}: {stored.Run.Error?.Code} {stored.Run.Error?.Message}");
        }

        if (stored.Columns.Count > 0)
        {
            differences.AddRange(Comparison.Differences(stored.Columns, stored.Rows, expected));
        }
        else if (expected.Count > 0)
        {
            differences.Add($"There is no table, and Matomo has {expected.Count} rows.");
        }

        return (expected.Count, differences);
    }

    private async Task<List<Ask>> AsksAsync(ReportDefinition report)
    {
        var combinations = TableFile is null ? Combination.Share(Ids.IndexOf(report.UniqueId)) : Combination.All;
        if (report.Source == ReportSource.VisitLog)
        {
            return [.. combinations.Select(c => new Ask(
                c,
                c.Input with { Report = report.UniqueId, Sites = c.Sites, Personal = ["visitorId=keep"] },
                async (part, _) => await new PlainClickPath(Fixture.Plain).RowsAsync(report.Method, part)))];
        }

        var (fields, parameters) = await FieldsAsync(report);
        var asks = new DetailAsks(Fixture, report, fields, parameters);
        return
        [
            .. report.NeedsSubtable ? [] : (report.HasDates ? combinations : Combination.WithoutDates).Select(c => asks.Of(c, new DetailsInput(), PlainChoice.Everything)),
            .. await asks.FurtherAsync(all: TableFile is not null),
        ];
    }

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
