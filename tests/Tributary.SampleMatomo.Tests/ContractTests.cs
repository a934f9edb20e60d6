using System.Text.Json;
using Tributary.Testing;

namespace Tributary.SampleMatomo.Tests;

/// <summary>Every recorded question of the thirteen groups is asked again; the answers must have the recorded form.</summary>
public sealed class ContractTests(RunningSample sample)
{
    private static readonly string[] Families =
    [
        "Actions", "MarketingCampaignsReporting", "Contents", "DevicesDetection", "Events", "Goals", "Referrers", "Transitions", "UserCountry", "VisitFrequency", "VisitTime", "VisitsSummary",
        "CustomDimensions", "VisitorInterest", "UserLanguage", "Resolution", "PagePerformance", "PageUrls", "DevicePlugins", "UserId", "Subtables",
    ];

    // Fewer rows than these say nothing about what is always there.
    private const int Enough = 30;

    private static readonly Dictionary<string, string> NotAsked = new(StringComparer.Ordinal)
    {
        ["PageUrls/getPageUrls.pivot"] = "pivotBy is not offered",
        ["PageUrls/getPageUrls.disable_queued"] = "disable_queued_filters is not offered",
        ["PageUrls/getPageUrls.filter_pattern_recursive"] = "filter_pattern_recursive is not offered",
        ["Transitions/getTranslations"] = "texts of the interface",
        ["Transitions/getTransitionsForPageTitle.4"] = "asks for a title this shop does not have",
        ["Transitions/getTransitionsForAction.5"] = "an answer that is not JSON; see MannerTests",
    };

    // Recorded in every row by chance of that traffic.
    private static readonly Dictionary<string, string[]> MayBeMissing = new(StringComparer.Ordinal)
    {
        ["Actions.getEntryPageTitles"] = ["exit_nb_visits", "sum_daily_exit_nb_uniq_visitors"],
        ["Actions.getPageTitles"] = ["entry_nb_visits", "entry_nb_actions", "entry_sum_visit_length", "entry_bounce_count", "sum_daily_entry_nb_uniq_visitors", "exit_nb_visits", "sum_daily_exit_nb_uniq_visitors", "goals"],
        ["Actions.getExitPageUrls"] = ["entry_nb_visits", "entry_nb_actions", "entry_sum_visit_length", "entry_bounce_count", "sum_daily_entry_nb_uniq_visitors"],
        ["MarketingCampaignsReporting.getName"] = ["MarketingCampaignsReporting_CombinedKeywordContent"],
        ["Goals.getItemsName"] = ["revenue", "quantity", "orders"],
        ["Goals.getItemsSku"] = ["revenue", "quantity", "orders"],
        ["Goals.getItemsCategory"] = ["revenue", "quantity", "orders"],
    };

    // Never met in the few expanded recordings, though it is what a conversion looks like elsewhere in the same method.
    private static bool IsGoalBelow(string key) => key.StartsWith("subtable/", StringComparison.Ordinal) && key.Contains("goals", StringComparison.Ordinal);

    public static TheoryData<string> Methods => [.. Asked().Select(r => r.Method).Distinct(StringComparer.Ordinal).Where(m => // Of a plugin the sample does not have, or about the server's own configuration.
        m is not ("CustomVariables.getCustomVariables" or "CustomVariables.getCustomVariablesValuesFromNameId" or "UserCountry.getCountryCodeMapping" or "UserCountry.getLocationFromIP"))];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Answers_have_the_form_that_was_recorded(string method)
    {
        var recordings = Asked().Where(r => r.Method == method).ToList();
        var (any, byClass) = Recorded(recordings);
        List<string> differences = [];
        foreach (var recording in recordings)
        {
            var reply = await sample.SendAsync(HttpMethod.Post, recording.Parameters.Where(p => p.Key != "token_auth"), [KeyValuePair.Create("token_auth", sample.Sample.Tokens.Super)]);
            Compare(recording, reply, any, byClass, differences);
        }

        Assert.True(differences.Count == 0, $"{method}:\n{string.Join('\n', differences.Distinct(StringComparer.Ordinal).Take(60))}");
    }

    /// <summary>Subtable numbers cannot be replayed: each method is asked with a number the sample gave for the same site and period.</summary>
    public static TheoryData<string, string> SubtableMethods => new()
    {
        { "Events.getActionFromCategoryId", "Events.getCategory" }, { "Events.getNameFromCategoryId", "Events.getCategory&secondaryDimension=eventName" },
        { "Events.getNameFromActionId", "Events.getAction" }, { "Events.getCategoryFromActionId", "Events.getAction&secondaryDimension=eventCategory" },
        { "Events.getActionFromNameId", "Events.getName" }, { "Events.getCategoryFromNameId", "Events.getName&secondaryDimension=eventCategory" },
        { "MarketingCampaignsReporting.getKeywordContentFromNameId", "MarketingCampaignsReporting.getName" },
        { "MarketingCampaignsReporting.getNameFromSourceMediumId", "MarketingCampaignsReporting.getSourceMedium" },
        { "Referrers.getKeywordsFromCampaignId", "Referrers.getCampaigns" }, { "Referrers.getKeywordsFromSearchEngineId", "Referrers.getSearchEngines" },
        { "Referrers.getSearchEnginesFromKeywordId", "Referrers.getKeywords" }, { "Referrers.getUrlsFromWebsiteId", "Referrers.getWebsites" }, { "Referrers.getUrlsForSocial", "Referrers.getSocials" },
        { "Contents.getContentNames", "Contents.getContentNames" }, { "Contents.getContentPieces", "Contents.getContentPieces" },
        { "Actions.getPageUrls", "Actions.getPageUrls" }, { "Actions.getDownloads", "Actions.getDownloads" }, { "Actions.getOutlinks", "Actions.getOutlinks" },
    };

    [Theory]
    [MemberData(nameof(SubtableMethods))]
    public async Task Subtables_have_the_rows_that_were_recorded(string method, string parent)
    {
        var known = new Shape();
        foreach (var recording in Recordings.All.Where(r => r.Version == "5.2" && r.Method == method && r.Status == 200 && string.Equals(r.Parameters.GetValueOrDefault("format"), "json", StringComparison.OrdinalIgnoreCase)))
        {
            using var json = JsonDocument.Parse(recording.Body);
            known.Add(json.RootElement, Maps(recording));
        }

        foreach (var span in new[] { "period=day&date=2026-10-14", "period=month&date=2026-10-14", "period=range&date=2026-10-01,2026-10-20" })
        {
            var row = (await sample.AskAsync(parent, $"idSite=1&{span}")).Rows.First(r => r.TryGetProperty("idsubdatatable", out _));
            var below = await sample.AskAsync(method, $"idSite=1&{span}&filter_limit=-1&idSubtable={row.GetProperty("idsubdatatable").GetInt32()}");
            var shape = new Shape();
            shape.Add(below.Json, 0);
            Assert.True(shape.Rows > 0);
            // The average is told by the sibling methods; of this one no recorded row has an event with a value.
            Assert.DoesNotContain(shape.Kinds.Keys.Except(known.Kinds.Keys), k => k != "avg_event_value" && !k.Contains("goals", StringComparison.Ordinal));
            var count = row.TryGetProperty("nb_hits", out _) ? "nb_hits" : row.TryGetProperty("nb_events", out _) ? "nb_events" : row.TryGetProperty("nb_impressions", out _) ? "nb_impressions" : "nb_visits";
            Assert.InRange(below.Sum(count), 1, row.Number(count));
        }
    }

    private static IEnumerable<Recording> Asked() => Recordings.All.Where(r => r.Version == "5.2" && Families.Contains(r.Family) && !NotAsked.ContainsKey($"{r.Family}/{r.Name}") && !(r.Parameters.ContainsKey("idSubtable") && !r.Name.EndsWith("sub_missing", StringComparison.Ordinal))
        && !r.Parameters.Keys.Any(k => k is "pivotBy" or "disable_queued_filters" or "filter_update_columns_when_show_all_goals") && r.Parameters.ContainsKey("method"));

    private static (Shape Any, Dictionary<string, Shape> ByClass) Recorded(IEnumerable<Recording> recordings)
    {
        var any = new Shape();
        Dictionary<string, Shape> byClass = new(StringComparer.Ordinal);
        foreach (var recording in recordings.Where(r => r.Status == 200))
        {
            using var json = JsonDocument.Parse(recording.Body);
            var shape = new Shape();
            shape.Add(json.RootElement, Maps(recording));
            any.Add(shape);
            (byClass.TryGetValue(Class(recording), out var known) ? known : byClass[Class(recording)] = new Shape()).Add(shape);
        }

        return (any, byClass);
    }

    private static int Maps(Recording r)
    {
        var date = r.Parameters.GetValueOrDefault("date", "");
        var site = r.Parameters.GetValueOrDefault("idSite", "");
        var oneStretch = r.Method.StartsWith("Transitions.", StringComparison.Ordinal);
        var dates = !oneStretch && r.Parameters.GetValueOrDefault("period") != "range" && (date.Contains(',') || date.StartsWith("last", StringComparison.Ordinal) || date.StartsWith("previous", StringComparison.Ordinal));
        var sites = !oneStretch && r.Parameters.ContainsKey("period") && (site == "all" || site.Contains(','));
        return (dates ? 1 : 0) + (sites ? 1 : 0);
    }

    private static string Class(Recording r)
    {
        var period = r.Parameters.GetValueOrDefault("period", "") switch { "day" => "day", "week" or "month" => "weeks", var p => p == "" ? "" : "ranges" };
        var others = r.Parameters.Where(p => p.Key is "flat" or "expanded" or "format_metrics" or "showColumns" or "hideColumns" or "filter_truncate" or "idGoal" or "idDimension" or "secondaryDimension"
            or "showAllGoalSpecificMetrics" or "include_aggregate_rows" or "abandonedCarts" or "idSubtable" or "columns").OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}");
        return $"{period} {string.Join(' ', others)}";
    }

    private static void Compare(Recording recording, Reply reply, Shape any, Dictionary<string, Shape> byClass, List<string> differences)
    {
        var name = recording.Name;
        if (reply.Status != recording.Status)
        {
            differences.Add($"{name}: status {reply.Status}, recorded {recording.Status}: {reply.Body[..Math.Min(160, reply.Body.Length)]}");
            return;
        }

        using var recorded = JsonDocument.Parse(recording.Body);
        if (IsError(recorded.RootElement) || IsError(reply.Json))
        {
            // The text of a PHP error names the line of code that fell over; there is no contract in it.
            if (IsError(recorded.RootElement) != IsError(reply.Json) || (recording.Status == 200 && reply.Message != recorded.RootElement.GetProperty("message").GetString()))
            {
                differences.Add($"{name}: {reply.Body[..Math.Min(160, reply.Body.Length)]}, recorded {recorded.RootElement.GetRawText()[..Math.Min(160, recorded.RootElement.GetRawText().Length)]}");
            }

            return;
        }

        var maps = Maps(recording);
        CompareFrames(name, recorded.RootElement, reply.Json, maps, differences);
        var shape = new Shape();
        shape.Add(reply.Json, maps);
        if (shape.Rows == 0)
        {
            return;
        }

        foreach (var (key, kinds) in shape.Kinds)
        {
            if (!any.Kinds.TryGetValue(key, out var known))
            {
                if (IsGoalBelow(key))
                {
                    continue;
                }

                differences.Add($"{name}: '{key}' was never recorded");
                continue;
            }

            if (byClass[Class(recording)].Kinds.TryGetValue(key, out var here) && !here.Contains("text") && kinds.Except(here) is var odd && odd.Any(k => !Excused(key, k, here, known)))
            {
                differences.Add($"{name}: '{key}' is {string.Join('|', kinds)}, recorded {string.Join('|', here)}");
            }
        }

        var always = byClass[Class(recording)];
        if (always.Rows >= Enough)
        {
            differences.AddRange(always.Seen.Where(s => s.Value == always.Rows && !MayBeMissing.GetValueOrDefault(recording.Method, []).Contains(s.Key) && !s.Key.Contains('/') && shape.Seen.GetValueOrDefault(s.Key) < shape.Rows)
                .Select(s => $"{name}: '{s.Key}' is missing in {shape.Rows - shape.Seen.GetValueOrDefault(s.Key)} of {shape.Rows} rows, recorded in all {always.Rows} of its kind"));
        }
    }

    /// <summary>Small differences of chance: which rows were summed of several, and where nothing was measured.</summary>
    private static bool Excused(string key, string kind, HashSet<string> recorded, HashSet<string> elsewhere) => (kind == "numeric text" && elsewhere.Contains("numeric text")) ||
        // Every piece recorded was shown under several names, and a sum is a number.
        (kind == "numeric text" && key is "nb_visits" or "nb_impressions") ||
        (kind == "number" && recorded.Contains("numeric text")) || (kind == "numeric text" && key is "label" or "region") || (kind == "null" && key.Contains("min_") | key.Contains("max_"))
        || (kind is "number" && recorded.Contains("null")) || (kind == "numeric text" && recorded.Contains("null")) || key.EndsWith("/label", StringComparison.Ordinal) || key == "label"
        || (kind is "text" && recorded.Contains("numeric text"));

    private static bool IsError(JsonElement json) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty("result", out _) && json.TryGetProperty("message", out _);

    private static void CompareFrames(string name, JsonElement recorded, JsonElement ours, int maps, List<string> differences)
    {
        if (maps == 0)
        {
            // An empty row report is [] in both; what is empty may differ by chance.
            var bothContainers = recorded.ValueKind is JsonValueKind.Array or JsonValueKind.Object && ours.ValueKind is JsonValueKind.Array or JsonValueKind.Object;
            var empty = (recorded.ValueKind == JsonValueKind.Array && recorded.GetArrayLength() == 0) || (ours.ValueKind == JsonValueKind.Array && ours.GetArrayLength() == 0);
            if (recorded.ValueKind != ours.ValueKind && !(bothContainers && empty && name.Contains("day", StringComparison.Ordinal) && !name.Contains("empty", StringComparison.Ordinal)))
            {
                differences.Add($"{name}: {ours.ValueKind}, recorded {recorded.ValueKind}");
            }

            return;
        }

        if (recorded.ValueKind != JsonValueKind.Object || ours.ValueKind != JsonValueKind.Object)
        {
            if (recorded.ValueKind != ours.ValueKind)
            {
                differences.Add($"{name}: map is {ours.ValueKind}, recorded {recorded.ValueKind}");
            }

            return;
        }

        var (theirs, own) = (recorded.EnumerateObject().ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal), ours.EnumerateObject().ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal));
        if (!theirs.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(own.Keys))
        {
            differences.Add($"{name}: keys {string.Join(' ', own.Keys.Take(5))}, recorded {string.Join(' ', theirs.Keys.Take(5))}");
        }

        foreach (var (key, value) in own.Where(o => theirs.ContainsKey(o.Key)))
        {
            CompareFrames($"{name}[{key}]", theirs[key], value, maps - 1, differences);
        }
    }
}
