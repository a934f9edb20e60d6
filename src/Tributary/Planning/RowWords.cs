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

        return $"One row per {(parts.Count == 1 ? parts[0] : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}")}.";
    }

    private static string Lower(string name) => name.Length > 1 && char.IsUpper(name[1]) ? name : char.ToLowerInvariant(name[0]) + name[1..];
}
