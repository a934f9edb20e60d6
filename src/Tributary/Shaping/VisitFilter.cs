using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>
/// Keeps a visit once, and only on the days asked for. Matomo files a visit under the day of its last action;
/// asked for today it answers yesterday too, and visits move between pages while they are read (matomo-org/matomo 5.2, Live).
/// </summary>
internal sealed class VisitFilter(SiteZone zone, PartitionKey key) : IRowFilter
{
    private readonly HashSet<long> _seen = [];
    private long _visit;
    private DateOnly? _day;

    /// <summary>Visits that came again.</summary>
    public int Repeated { get; private set; }

    /// <inheritdoc/>
    public void BeginRow() => (_visit, _day) = (0, null);

    /// <inheritdoc/>
    public void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        if (path.SequenceEqual("idVisit"u8))
        {
            Numbers.TryInteger(value.Utf8, out _visit);
        }
        else if (path.SequenceEqual("lastActionTimestamp"u8) && Numbers.TryInteger(value.Utf8, out var seconds))
        {
            _day = zone.DateOf(DateTimeOffset.FromUnixTimeSeconds(seconds));
        }
    }

    /// <inheritdoc/>
    public bool Keeps()
    {
        if (_day is { } day && (day < key.Start || day > key.End))
        {
            return false;
        }

        if (_visit != 0 && !_seen.Add(_visit))
        {
            Repeated++;
            return false;
        }

        return true;
    }
}
