using Tributary.Planning;

namespace Tributary.Scheduling;

/// <summary>Zones by their IANA names.</summary>
internal static class TimeZoneNames
{
    /// <summary>The zone of a name; null when there is none.</summary>
    public static TimeZoneInfo? Find(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && (zone.HasIanaId || name is "UTC") ? zone : null;

    /// <summary>The zone of a name that was checked when it was stored; UTC when this machine does not know it.</summary>
    public static TimeZoneInfo Get(string name) => Find(name) ?? TimeZoneInfo.Utc;

    /// <summary>What is wrong with a name that is no zone.</summary>
    public static string Refusal(string name)
    {
        if (TimeZoneInfo.TryConvertWindowsIdToIanaId(name, out var iana))
        {
            return $"'{name}' is a zone's name on Windows. Write {iana}.";
        }

        // People type the city: its zone is the one that ends with it.
        var city = name.Trim().Replace(' ', '_');
        var known = TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(id => id.Contains('/', StringComparison.Ordinal)).ToList();
        var hint = NearestName.Hint(city, known);
        if (hint.Length == 0)
        {
            var near = NearestName.Of(city, known.Select(id => id[(id.LastIndexOf('/') + 1)..]).Distinct(StringComparer.Ordinal), 1);
            hint = near.Count == 0 ? "" : $" Did you mean '{known.First(id => id.EndsWith("/" + near[0], StringComparison.Ordinal))}'?";
        }

        return $"There is no time zone '{name}'.{hint} Zones are written as Europe/Paris, America/New_York or UTC.";
    }
}
