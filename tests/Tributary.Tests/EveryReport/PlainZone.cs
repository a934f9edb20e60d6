using System.Globalization;
using System.Text.Json;

namespace Tributary.Tests.EveryReport;

/// <summary>The zone of a site, and what raw visits say in it.</summary>
internal static class PlainZone
{
    /// <summary>A zone by the name Matomo gives it: <c>Pacific/Auckland</c>, or an offset such as <c>UTC+5.5</c>.</summary>
    public static TimeZoneInfo Of(string name) => name.StartsWith("UTC", StringComparison.Ordinal) && double.TryParse(name[3..], NumberStyles.Float, CultureInfo.InvariantCulture, out var hours)
        ? TimeZoneInfo.CreateCustomTimeZone(name, TimeSpan.FromHours(hours), name, name)
        : TimeZoneInfo.FindSystemTimeZoneById(name);

    /// <summary>A visit is of the day of its last action.</summary>
    public static DateOnly DateOf(JsonElement visit, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(visit.GetProperty("lastActionTimestamp").GetInt64()), zone).DateTime);

    /// <summary>Matomo shifts the time of an action by the offset of the site's zone.</summary>
    public static DateTimeOffset InstantOf(long shifted, TimeZoneInfo zone) =>
        new(TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(DateTimeOffset.FromUnixTimeSeconds(shifted).UtcDateTime, DateTimeKind.Unspecified), zone), TimeSpan.Zero);
}
