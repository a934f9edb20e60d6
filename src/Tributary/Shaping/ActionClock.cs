using Tributary.Matomo;

namespace Tributary.Shaping;

/// <summary>
/// Puts the times of a visit's actions right. The visit's own timestamps are true instants; those of its actions are the site's wall clock read as if it were UTC
/// (matomo-org/matomo 5.2, Live: 1795188230 for an action at 02:23:50 UTC in a zone at +13).
/// Where the clock goes back an hour a wall time happens twice: then the one inside the visit, not before the action before it.
/// </summary>
internal sealed class ActionClock(SiteZone zone)
{
    private DateTimeOffset _previous, _last;

    /// <summary>A visit begins.</summary>
    /// <param name="first">Its first action, Unix seconds; null when unknown.</param>
    /// <param name="last">Its last action, Unix seconds; null when unknown.</param>
    public void Begin(long? first, long? last)
    {
        _previous = first is { } f ? DateTimeOffset.FromUnixTimeSeconds(f) : DateTimeOffset.MinValue;
        _last = last is { } l ? DateTimeOffset.FromUnixTimeSeconds(l) : DateTimeOffset.MaxValue;
    }

    /// <summary>The true instant of an action's timestamp.</summary>
    public DateTimeOffset InstantOf(long shifted)
    {
        var wall = DateTimeOffset.FromUnixTimeSeconds(shifted);

        // One change of the offset lies near at most: its two sides are seen a day before and a day after.
        List<DateTimeOffset> candidates = [.. new[] { wall.AddHours(-26), wall.AddHours(26) }
            .Select(near => wall - zone.OffsetAt(near))
            .Where(instant => instant + zone.OffsetAt(instant) == wall)
            .Distinct()
            .Order()];
        var instant = candidates.Count == 0
            ? wall - zone.OffsetAt(wall)
            : candidates.Where(c => c >= _previous && c <= _last).Concat(candidates.Where(c => c >= _previous)).Append(candidates[0]).First();
        _previous = instant > _previous ? instant : _previous;
        return instant;
    }
}
