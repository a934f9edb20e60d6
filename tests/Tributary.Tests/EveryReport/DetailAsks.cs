using System.Globalization;
using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Tests.EveryReport;

/// <summary>What the details of one report offer beyond sites and dates.</summary>
/// <param name="fixture">The Matomo.</param>
/// <param name="report">The report.</param>
/// <param name="fields">The address, title or goal the report is about.</param>
/// <param name="parameters">The same as Matomo is sent it.</param>
internal sealed class DetailAsks(EveryReportFixture fixture, ReportDefinition report, DetailsInput fields, Dictionary<string, string> parameters)
{
    // One report of each kind; the full form has them all.
    private static readonly string[] Subtables = ["Actions_getPageUrls", "Actions_getEntryPageUrls", "Actions_getOutlinks", "Contents_getContentPieces", "Events_getAction", "MarketingCampaignsReporting_getName", "Referrers_getReferrerType", "Referrers_getKeywordsFromCampaignId", "Referrers_getWebsites"];

    private static readonly string[] NestedGoals = ["Actions_getEntryPageUrls", "UserCountry_getCountry"];

    private static readonly string[] Segmented = ["Contents_getContentNames", "UserCountry_getCity", "VisitsSummary_get", "Actions_getPageTitles"];

    private static readonly string[] Months = ["Actions_getPageUrls", "Goals_get", "Referrers_getCampaigns", "VisitsSummary_get"];

    private static readonly Combination Day = Combination.All[0];

    /// <summary>One reading.</summary>
    public Ask Of(Combination combination, DetailsInput details, PlainChoice choice)
    {
        var sent = choice with { Parameters = parameters.Concat(choice.Parameters).DistinctBy(p => p.Key).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal) };
        foreach (var (name, value) in choice.Parameters)
        {
            ((Dictionary<string, string>)sent.Parameters)[name] = value;
        }

        return new Ask(
            combination,
            details with
            {
                Report = report.UniqueId,
                Sites = combination.Sites,
                Period = combination.Input.Period,
                Date = combination.Input.Date,
                Start = combination.Input.Start,
                End = combination.Input.End,
                By = combination.Input.By,
                Url = fields.Url,
                Title = fields.Title,
                ActionName = fields.ActionName,
                ActionType = fields.ActionType,
                Goal = details.Goal ?? fields.Goal,
            },
            (part, refusals) => new PlainReading(fixture.Plain, report, sent).RowsAsync(part, refusals));
    }

    /// <summary>One reading of each thing the details offer; those that many reports have alike for a few of them, unless <paramref name="all"/> are wanted.</summary>
    public async Task<List<Ask>> FurtherAsync(bool all)
    {
        if (!report.HasDates)
        {
            return [];
        }

        var asks = new List<Ask>();
        if (report.SubtableMethod is not null)
        {
            asks.Add(OfDay("top level", new() { Levels = "top" }, new() { Top = true }));
        }

        if (report.SubtableMethod is not null || report.NeedsSubtable)
        {
            asks.AddRange(await SubtablesAsync(all));
        }

        asks.AddRange(Goals(all));
        asks.AddRange(Events());
        if (report.Method.StartsWith("Transitions.", StringComparison.Ordinal) && (all || report.UniqueId == "Transitions_getTransitionsForPageUrl"))
        {
            asks.AddRange(PlainTransitions.Lists.Append("details").Select(list => OfDay($"flatten {list}", new() { Flatten = list }, new() { Flatten = list })));
        }

        if (report.AcceptsSegment && !report.NeedsSubtable && (all || Segmented.Contains(report.UniqueId)))
        {
            asks.Add(Of(Combination.All[2] with { Name = "two segments, two days" }, new() { Segments = ["deviceType==smartphone", "visitorType==new;referrerType!=direct"] }, PlainChoice.Everything));
        }

        if (!report.NeedsSubtable && (all || Months.Contains(report.UniqueId)))
        {
            asks.Add(Of(Combination.RangeOfAMonth, new(), PlainChoice.Everything));
        }

        return asks;
    }

    private IEnumerable<Ask> Goals(bool all)
    {
        if (report.FixedParameters.ContainsKey("idGoal") || fields.Goal is not null)
        {
            yield break;
        }

        var takes = report.Parameters.Any(p => p.Name == "idGoal");
        foreach (var (typed, sent) in new[] { ("1", "1"), ("order", "ecommerceOrder"), ("abandoned-cart", "ecommerceAbandonedCart") })
        {
            if (takes || (report.GoalColumns.Count > 0 && (all || (NestedGoals.Contains(report.UniqueId) && typed == "1"))))
            {
                yield return OfDay($"goal {typed}", new() { Goal = typed }, new() { Goal = sent, Parameters = takes ? new Dictionary<string, string> { ["idGoal"] = sent } : [] });
            }
        }

        // Rows with children that flat does not fold keep their goals too.
        if (report.GoalColumns.Count > 0 && report.FlatWorks && !report.NeedsSubtable && (all || NestedGoals.Contains(report.UniqueId)))
        {
            yield return OfDay("flatten goals", new() { Flatten = "goals" }, new() { Flatten = "goals" });
        }
    }

    private IEnumerable<Ask> Events() => report.Parameters.Where(p => p.Name == "secondaryDimension").SelectMany(p => p.Values)
        .Select(value => OfDay($"secondaryDimension {value}", new() { Parameters = [$"secondaryDimension={value}"] }, new() { Parameters = new Dictionary<string, string> { ["secondaryDimension"] = value } }));

    private async Task<List<Ask>> SubtablesAsync(bool all)
    {
        var (parent, further) = PlainSubtables.ParentOf(report);
        var asks = new List<Ask>();

        // A number from the parent, read the moment before.
        foreach (var combination in report.NeedsSubtable ? Combination.OneSiteAndDate : [Day])
        {
            if (await ParentRowAsync(parent, further, combination) is { } row)
            {
                var id = row.GetProperty("idsubdatatable").GetInt64();
                asks.Add(Of(combination with { Name = $"subtable, {combination.Name}" }, new() { Subtable = id.ToString(CultureInfo.InvariantCulture) }, new() { Subtable = id }));
            }
        }

        if (report.NeedsSubtable)
        {
            var plain = new PlainReading(fixture.Plain, parent, new() { Parameters = further });
            asks.Add(OfDay("all subtables", new() { Subtables = "all" }, PlainChoice.Everything) with { Read = plain.RowsAsync });
        }

        if (all || Subtables.Contains(report.UniqueId))
        {
            // Titles are a tree only where the server has a separator set for them.
            if (await ParentRowAsync(parent, further, Day) is { } row)
            {
                var label = PlainRows.Text(row, "label")!;
                asks.Add(Of(Combination.All[3] with { Name = "subtable by label, three days of all sites" }, new() { SubtableOf = label }, new() { SubtableOf = label }));
            }

            asks.AddRange(await FoldersAsync());
            foreach (var dimension in report.NeedsSubtable ? [] : report.Parameters.Where(p => p.Name == "secondaryDimension").SelectMany(p => p.Values))
            {
                Dictionary<string, string> second = new() { ["secondaryDimension"] = dimension };
                var label = PlainRows.Text((await ParentRowAsync(parent, second, Day))!.Value, "label")!;
                asks.Add(OfDay($"subtable by label, secondaryDimension {dimension}", new() { SubtableOf = label, Parameters = [$"secondaryDimension={dimension}"] }, new() { SubtableOf = label, Parameters = second }));
            }
        }

        return asks;
    }

    /// <summary>A folder inside a folder.</summary>
    private async Task<IEnumerable<Ask>> FoldersAsync()
    {
        if (report.Method is not ("Actions.getPageUrls" or "Actions.getEntryPageUrls" or "Actions.getExitPageUrls"))
        {
            return [];
        }

        // A folder with nothing but a summary row.
        List<Ask> asks = report.Method == "Actions.getEntryPageUrls" ? [Of(Combination.All[12] with { Name = "subtable of sale, a year" }, new() { SubtableOf = "sale" }, new() { SubtableOf = "sale" })] : [];
        foreach (var folder in PlainRows.List(await fixture.Plain.AskAsync(report.Method, PartOf(Day), ("expanded", "1"))).Where(r => r.TryGetProperty("subtable", out _)))
        {
            if (PlainRows.List(folder.GetProperty("subtable")).Find(r => r.TryGetProperty("idsubdatatable", out _)) is { ValueKind: JsonValueKind.Object } inner)
            {
                var path = $"{PlainRows.Text(folder, "label")}>{PlainRows.Text(inner, "label")}";
                return [.. asks, Of(Combination.All[2] with { Name = $"subtable of {path}, two days", Sites = "1" }, new() { SubtableOf = path }, new() { SubtableOf = path })];
            }
        }

        return asks;
    }

    private async Task<JsonElement?> ParentRowAsync(ReportDefinition parent, Dictionary<string, string> further, Combination combination)
    {
        var rows = PlainRows.List(await fixture.Plain.AskAsync(parent.Method, PartOf(combination), [.. further.Select(p => (p.Key, p.Value))]));
        return rows.Find(r => r.TryGetProperty("idsubdatatable", out _)) is { ValueKind: JsonValueKind.Object } row ? row : null;
    }

    private PlainPart PartOf(Combination combination) => new(fixture.Sites[0], combination.Period, combination.Spans[0].Start, combination.Spans[0].End);

    private Ask OfDay(string name, DetailsInput details, PlainChoice choice) => Of(Day with { Name = $"{name}, a day" }, details, choice);
}
