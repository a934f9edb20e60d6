using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.DataCenter.Components.DataSets;

/// <summary>Metrics by the names people know from Matomo's own pages (5.2, English); columns keep theirs.</summary>
internal static partial class MetricNames
{
    private const int Longest = 40;

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["nb_visits"] = "Visits",
        ["nb_uniq_visitors"] = "Unique visitors",
        ["nb_users"] = "Users",
        ["nb_actions"] = "Actions",
        ["nb_hits"] = "Actions",
        ["nb_visits_converted"] = "Visits with conversions",
        ["nb_conversions"] = "Conversions",
        ["conversion_rate"] = "Conversion rate",
        ["revenue"] = "Revenue",
        ["revenue_per_visit"] = "Revenue per visit",
        ["bounce_count"] = "Bounces",
        ["bounce_rate"] = "Bounce rate",
        ["max_actions"] = "Most actions in a visit",
        ["sum_visit_length"] = "Time of visits",
        ["nb_actions_per_visit"] = "Actions per visit",
        ["avg_time_on_site"] = "Average visit duration",
        ["avg_time_on_page"] = "Average time on page",
        ["avg_time_on_dimension"] = "Average time on dimension",
        ["avg_page_load_time"] = "Average page load time",
        ["avg_order_revenue"] = "Average order value",
        ["sum_time_spent"] = "Time spent",
        ["exit_rate"] = "Exit rate",
        ["entry_nb_visits"] = "Entrances",
        ["entry_bounce_count"] = "Bounces of entrances",
        ["exit_nb_visits"] = "Exits",
        ["nb_pageviews"] = "Pageviews",
        ["nb_uniq_pageviews"] = "Unique pageviews",
        ["nb_downloads"] = "Downloads",
        ["nb_uniq_downloads"] = "Unique downloads",
        ["nb_outlinks"] = "Outlinks",
        ["nb_uniq_outlinks"] = "Unique outlinks",
        ["nb_searches"] = "Searches",
        ["nb_keywords"] = "Unique keywords",
        ["nb_pages_per_search"] = "Search results pages",
        ["nb_events"] = "Events",
        ["nb_events_with_value"] = "Events with a value",
        ["sum_event_value"] = "Event value",
        ["avg_event_value"] = "Average event value",
        ["nb_impressions"] = "Impressions",
        ["nb_interactions"] = "Content interactions",
        ["interaction_rate"] = "Interaction rate",
        ["orders"] = "Orders",
        ["items"] = "Products",
        ["quantity"] = "Quantity",
        ["avg_price"] = "Average price",
        ["avg_quantity"] = "Average quantity",
        ["nb_visits_new"] = "New visits",
        ["nb_visits_returning"] = "Returning visits",
        ["nb_uniq_visitors_new"] = "Unique new visitors",
        ["nb_uniq_visitors_returning"] = "Unique returning visitors",
        ["nb_actions_new"] = "Actions of new visits",
        ["nb_actions_returning"] = "Actions of returning visits",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A metric's name; the column's where people have none for it, or it means something else in this report.</summary>
    public static string Of(ColumnDefinition metric, string report)
    {
        if (report.StartsWith("Actions.", StringComparison.Ordinal))
        {
            // In reports of actions these two count what the report is about, not visits.
            switch (metric.Name)
            {
                case "nb_visits":
                    return report switch
                    {
                        "Actions.getDownloads" or "Actions.getDownload" => "Unique downloads",
                        "Actions.getOutlinks" or "Actions.getOutlink" => "Unique clicks",
                        _ when report.Contains("SiteSearch", StringComparison.Ordinal) => "Searches",
                        _ => "Unique pageviews",
                    };
                case "nb_hits":
                    return report switch
                    {
                        "Actions.getDownloads" or "Actions.getDownload" => "Downloads",
                        "Actions.getOutlinks" or "Actions.getOutlink" => "Clicks",
                        _ when report.Contains("SiteSearch", StringComparison.Ordinal) => metric.Name,
                        _ => "Pageviews",
                    };
            }
        }

        if (Names.TryGetValue(metric.Name, out var name))
        {
            return name;
        }

        if (Goal().Match(metric.Name) is { Success: true } goal && (Names.GetValueOrDefault(goal.Groups[2].Value) ?? OfGoal.GetValueOrDefault(goal.Groups[2].Value)) is { } of)
        {
            var which = goal.Groups[1].Value switch { "order" => "orders", "abandoned_cart" => "abandoned carts", var id => id.Replace('_', ' ') };
            return GoalName().Match(metric.Description) is { Success: true } named && named.Groups[1].Length <= Longest ? $"{of}, {which} ({named.Groups[1].Value})" : $"{of}, {which}";
        }

        var end = metric.Description.IndexOf('.', StringComparison.Ordinal);
        var first = end < 0 ? metric.Description : metric.Description[..end];
        return first.Length is > 0 and <= Longest ? first : metric.Name;
    }

    /// <summary>A metric's name inside a sentence.</summary>
    public static string InSentence(ColumnDefinition metric, string report) => Lower(Of(metric, report));

    /// <summary>A dimension by the name the report gives it; the column's own where it has none.</summary>
    public static string OfDimension(ColumnDefinition dimension, string report)
    {
        // The full label is what the report is by, where that is one thing.
        if (dimension.Name == "label")
        {
            return ReportCatalog.BuiltIn.Find(report)?.Dimensions is [var only] ? Lower(only.Name) : "full label";
        }

        return dimension.Description.Split(": the exact value", 2) is [{ Length: > 0 } name, _] ? Lower(name) : dimension.Name.StartsWith("level_", StringComparison.Ordinal) ? dimension.Name.Replace('_', ' ') : dimension.Name;
    }

    // Abbreviations stay as they are: Page URL is page URL.
    private static string Lower(string name) => string.Join(' ', name.Split(' ').Select(word => word.Length == 0 || (word.Length > 1 && char.IsUpper(word[1])) ? word : char.ToLowerInvariant(word[0]) + word[1..]));

    /// <summary>The first dimension the report itself names; null where there is none beside the full label, or one alone, which the label is then.</summary>
    public static ColumnDefinition? MainDimension(IReadOnlyList<ColumnDefinition> dimensions) =>
        dimensions.Where(d => d.Name != "label" && !d.Name.StartsWith("level_", StringComparison.Ordinal)).ToList() is [var first, _, ..] ? first : null;

    private static readonly FrozenDictionary<string, string> OfGoal = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["nb_conv_pages_before"] = "Pages viewed before",
        ["nb_conversions_attrib"] = "Attributed conversions",
        ["nb_conversions_page_uniq"] = "Conversions that saw the page",
        ["nb_conversions_entry"] = "Conversions that began here",
        ["revenue_attrib"] = "Attributed revenue",
        ["revenue_entry"] = "Revenue that began here",
        ["nb_conversions_page_rate"] = "Conversion rate of the page",
        ["items"] = "Products",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    [GeneratedRegex("^(goal_[0-9]+|order|abandoned_cart)_(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Goal();

    // As the column was described when it was read, with the name that Matomo told.
    [GeneratedRegex("^Goal [^ ]+ \\((.+?)\\): ", RegexOptions.CultureInvariant)]
    private static partial Regex GoalName();
}
