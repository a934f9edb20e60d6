using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>What a row of a report is, in words.</summary>
internal static class RowWords
{
    /// <summary>"One row per site, day and page URL."</summary>
    public static string Of(ReportDefinition report, Details? details)
    {
        if (report.Source == ReportSource.VisitLog || report.Method == "Live.getLastVisitsDetails")
        {
            return report.Description;
        }

        List<string> parts = ["site"];
        if (report.HasDates)
        {
            parts.Add(details is null or { Period: Period.Day } ? "day" : details.Period == Period.Range ? "range of days" : details.Period.ToString().ToLowerInvariant());
        }

        if (details is { HasSegments: true })
        {
            parts.Add("segment");
        }

        parts.AddRange((details is { Levels: RowDetail.Top } ? report.Dimensions.Take(1) : report.Dimensions).Select(d => Lower(d.Name)).Distinct(StringComparer.Ordinal));
        if (details?.Flatten is { } field)
        {
            parts.Add($"item of {field}");
        }
        else if (report.Method.StartsWith("Transitions.", StringComparison.Ordinal))
        {
            parts.AddRange(["direction", "item"]);
        }

        return $"One row per {(parts.Count == 1 ? parts[0] : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}")}.";
    }

    /// <summary>Word for word, abbreviations as they are: "Source - Medium" is source - medium, and "Page URL" page URL.</summary>
    private static string Lower(string name) => string.Join(' ', name.Split(' ').Select(word => word.Length == 0 || (word.Length > 1 && char.IsUpper(word[1])) ? word : char.ToLowerInvariant(word[0]) + word[1..]));
}
