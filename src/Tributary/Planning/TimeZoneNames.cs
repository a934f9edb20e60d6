using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Zones by their IANA names.</summary>
internal static class TimeZoneNames
{
    /// <summary>The zone of a name; null when there is none.</summary>
    public static TimeZoneInfo? Find(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && (zone.HasIanaId || name is "UTC") ? zone : null;

    /// <summary>The failure of what needs a zone that another machine knew when it was typed, and this one does not.</summary>
    public static TributaryException Unknown(string name) => new("schedule.zone_unknown", Fault.Workspace, UnknownHere(name));

    /// <summary>The same in words.</summary>
    public static string UnknownHere(string name) => $"This machine does not know the time zone '{name}': its own data of time zones is missing or older. Install or bring up to date the system's package of them (tzdata), and start Tributary again.";

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
