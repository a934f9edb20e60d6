using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.Matomo;

/// <summary>
/// The time zone a site's days are counted in. Takes every form Matomo stores: names of the IANA database, <c>UTC</c>, and offsets such as <c>UTC+5.5</c>,
/// which <see cref="TimeZoneInfo"/> does not know.
/// </summary>
public sealed partial class SiteZone
{
    private readonly TimeZoneInfo _zone;

    private SiteZone(string name, TimeZoneInfo zone)
    {
        Name = name;
        _zone = zone;
    }

    /// <summary>The zone as Matomo writes it.</summary>
    public string Name { get; }

    /// <summary>Whether a zone of that name is known on this machine.</summary>
    public static bool Knows(string name)
    {
        try
        {
            Of(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The zone of that name. A site without one is counted in UTC, as Matomo does (<c>Date::adjustForTimezone</c>).</summary>
    /// <exception cref="ArgumentException">No such zone is known on this machine.</exception>
    public static SiteZone Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (string.IsNullOrWhiteSpace(name))
        {
            return new SiteZone("UTC", TimeZoneInfo.Utc);
        }

        var offset = Offset().Match(name);
        if (offset.Success && TryReadOffset(offset, out var time))
        {
            return new SiteZone(name, time == TimeSpan.Zero ? TimeZoneInfo.Utc : TimeZoneInfo.CreateCustomTimeZone(name, time, name, name));
        }

        try
        {
            return new SiteZone(name, TimeZoneInfo.FindSystemTimeZoneById(name));
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new ArgumentException(
                $"The time zone '{name}' is not known on this machine. Matomo writes zones as 'Europe/Paris', 'UTC' or 'UTC+5.5'; if this is such a name, the machine's time zone data (tzdata) is missing or too old.",
                nameof(name),
                error);
        }
    }

    /// <summary>The calendar day it is now in this zone.</summary>
    public DateOnly Today(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return DateOf(clock.GetUtcNow());
    }

    /// <summary>The calendar day of an instant.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, _zone).DateTime);

    /// <summary>
    /// The first instant of a day, in UTC. Where clocks go forward at midnight this is not 00:00; where they go back over it, the first of the two.
    /// A day the zone skipped altogether (Apia, 2011-12-30) begins when the next one does.
    /// </summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        if (!_zone.IsInvalidTime(midnight))
        {
            var offset = _zone.IsAmbiguousTime(midnight) ? _zone.GetAmbiguousTimeOffsets(midnight).Max() : _zone.GetUtcOffset(midnight);
            var start = Utc(midnight - offset);
            if (DateOf(start) == day)
            {
                return start;
            }
        }

        return FirstInstantFrom(day, Utc(midnight));
    }

    /// <summary>How far the zone's clocks are ahead of UTC at an instant.</summary>
    public TimeSpan OffsetAt(DateTimeOffset instant) => _zone.GetUtcOffset(instant);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Searches the second at which the local date reaches <paramref name="day"/>.</summary>
    private DateTimeOffset FirstInstantFrom(DateOnly day, DateTimeOffset about)
    {
        var (before, after) = (about.AddHours(-48).ToUnixTimeSeconds(), about.AddHours(48).ToUnixTimeSeconds());
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            if (DateOf(DateTimeOffset.FromUnixTimeSeconds(middle)) < day)
            {
                before = middle;
            }
            else
            {
                after = middle;
            }
        }

        return DateTimeOffset.FromUnixTimeSeconds(after);
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private static bool TryReadOffset(Match match, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (!match.Groups["sign"].Success)
        {
            return true;
        }

        var hours = decimal.Parse(match.Groups["hours"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        offset = TimeSpan.FromMinutes((double)Math.Round(hours * 60)) * (match.Groups["sign"].ValueSpan is "-" ? -1 : 1);
        return offset.Duration() <= TimeSpan.FromHours(14);
    }

    [GeneratedRegex(@"^UTC((?<sign>[+-])(?<hours>\d{1,2}(\.\d{1,4})?))?\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Offset();
}
