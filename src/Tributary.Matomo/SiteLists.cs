using System.Globalization;

namespace Tributary.Matomo;

/// <summary>Makes sites and goals of the rows Matomo lists them in. On PHP 8.0 and older all numbers are texts.</summary>
internal static class SiteLists
{
    public static MatomoSite? Site(IReadOnlyDictionary<string, string?> row) =>
        Id(row, "idsite") is not { } id
            ? null
            : new MatomoSite(id, Text(row, "name"), Text(row, "timezone"), Text(row, "currency"))
            {
                CreatedAt = Instant(row, "ts_created"),
                Ecommerce = Flag(row, "ecommerce"),
                MainUrl = Text(row, "main_url"),
                Group = Text(row, "group"),
                Type = Text(row, "type"),
            };

    public static MatomoGoal? Goal(IReadOnlyDictionary<string, string?> row) =>
        Id(row, "idgoal") is not { } id || Id(row, "idsite") is not { } site
            ? null
            : new MatomoGoal(site, id, Text(row, "name"))
            {
                Description = Text(row, "description"),
                MatchAttribute = Text(row, "match_attribute"),
                Pattern = Text(row, "pattern"),
                Revenue = decimal.TryParse(Text(row, "revenue"), NumberStyles.Float, CultureInfo.InvariantCulture, out var revenue) ? revenue : 0,
                EventValueAsRevenue = Flag(row, "event_value_as_revenue"),
                AllowMultiple = Flag(row, "allow_multiple"),
            };

    public static MatomoSegment? Segment(IReadOnlyDictionary<string, string?> row) =>
        Id(row, "idsegment") is not { } id || Text(row, "definition").Length == 0
            ? null
            : new MatomoSegment(id, Text(row, "name"), Text(row, "definition")) { AutoArchive = Flag(row, "auto_archive") };

    private static string Text(IReadOnlyDictionary<string, string?> row, string name) => row.GetValueOrDefault(name) ?? "";

    private static bool Flag(IReadOnlyDictionary<string, string?> row, string name) => Text(row, name) is "1" or "true";

    private static int? Id(IReadOnlyDictionary<string, string?> row, string name) =>
        int.TryParse(Text(row, name), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static DateTimeOffset? Instant(IReadOnlyDictionary<string, string?> row, string name) =>
        DateTimeOffset.TryParseExact(Text(row, name), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
}
