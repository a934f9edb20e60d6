using System.Globalization;

namespace Tributary.SampleMatomo.Log;

/// <summary>A site's zone as Matomo writes it: a PHP zone name, or <c>UTC+5.5</c>.</summary>
internal sealed class SiteZone
{
    private readonly TimeZoneInfo _zone;

    public SiteZone(string name)
    {
        Name = name;
        _zone = name is "UTC" ? TimeZoneInfo.Utc
            : name.StartsWith("UTC", StringComparison.Ordinal) && double.TryParse(name.AsSpan(3), CultureInfo.InvariantCulture, out var hours)
                ? TimeZoneInfo.CreateCustomTimeZone(name, TimeSpan.FromHours(hours), name, name)
                : TimeZoneInfo.FindSystemTimeZoneById(name);
    }

    public string Name { get; }

    public DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, _zone).DateTime);

    public DateTimeOffset Local(long unixSeconds) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(unixSeconds), _zone);

    /// <summary>The first second of a local day; where a clock change swallows midnight, the first one after it.</summary>
    public long StartOf(DateOnly day)
    {
        var midnight = DateTime.SpecifyKind(day.ToDateTime(TimeOnly.MinValue), DateTimeKind.Unspecified);
        while (_zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(30);
        }

        return new DateTimeOffset(midnight, _zone.GetUtcOffset(midnight)).ToUnixTimeSeconds();
    }
}
