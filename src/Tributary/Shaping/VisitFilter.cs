using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>
/// Keeps a visit once, and only on the days asked for, and counts what came. Matomo files a visit under the day of its last action;
/// asked for today it answers yesterday too, and visits move between pages while they are read (matomo-org/matomo 5.2, Live).
/// </summary>
internal sealed class VisitFilter(SiteZone zone, PartitionKey key) : IRowFilter
{
    private readonly HashSet<long> _seen = [];
    private readonly HashSet<long> _elsewhere = [];
    private long _visit;
    private DateOnly? _day;
    private long? _actions;
    private int? _carried;

    /// <summary>Visits kept.</summary>
    public long Visits { get; private set; }

    /// <summary>Different visits that came, those of other days too.</summary>
    public long Met { get; private set; }

    /// <summary>Visits that came again.</summary>
    public long Repeated { get; private set; }

    /// <summary>Visits that have more actions than came with them.</summary>
    public long Capped { get; private set; }

    /// <summary>Actions that did not come.</summary>
    public long MissingActions { get; private set; }

    /// <inheritdoc/>
    public void BeginRow() => (_visit, _day, _actions, _carried) = (0, null, null, null);

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
        else if (path.SequenceEqual("actions"u8) && Numbers.TryInteger(value.Utf8, out var actions))
        {
            _actions = actions;
        }
        else if (path.SequenceEqual("actionDetails"u8) && value.Kind == ReplyValueKind.Json)
        {
            _carried = CountedItems(value.Utf8);
        }
    }

    /// <summary>How many items of the kinds a visit counts came with the visit, where its actions are rows instead of text.</summary>
    public void Carries(int counted) => _carried = counted;

    /// <inheritdoc/>
    public bool Keeps()
    {
        if (_day is { } day && (day < key.Start || day > key.End))
        {
            Met += _visit == 0 || _elsewhere.Add(_visit) ? 1 : 0;
            return false;
        }

        if (_visit != 0 && !_seen.Add(_visit))
        {
            Repeated++;
            return false;
        }

        Met++;
        Visits++;
        if (_actions is { } actions && _carried is { } carried && carried < actions)
        {
            Capped++;
            MissingActions += actions - carried;
        }

        return true;
    }

    private static int CountedItems(ReadOnlySpan<byte> json)
    {
        var count = 0;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            // The items of the outermost array.
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2 && reader.ValueTextEquals("type"u8) && reader.Read()
                && reader.TokenType == JsonTokenType.String && VisitLog.IsCounted(reader.ValueSpan))
            {
                count++;
            }
        }

        return count;
    }
}
