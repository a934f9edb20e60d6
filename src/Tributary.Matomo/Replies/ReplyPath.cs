namespace Tributary.Matomo.Replies;

/// <summary>
/// A property that rows of a reply have, by itself or in an object inside them whose values are cells of the row. One object a property as long as a reply is read,
/// so that a <see cref="ReplyHandler"/> can keep what it knows of a property with it instead of looking it up by name.
/// </summary>
public sealed class ReplyPath
{
    // No report comes near. A reply that makes up a new name for every row must not fill the memory: its rows are read token by token.
    private const int MostInside = 500;

    private readonly byte[] _utf8;
    private readonly byte[] _token;
    private readonly List<ReplyPath> _inside = [];

    private ReplyPath(byte[] utf8, byte[] token) => (_utf8, _token) = (utf8, token);

    /// <summary>The path in UTF-8: the property name, or names joined by <see cref="ReplyHandler.PathSeparator"/>.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>What the receiver of the cells knows of the property; null until it says so. A path is handed to one receiver only.</summary>
    public object? Known { get; set; }

    /// <summary>The row itself.</summary>
    internal static ReplyPath Row() => new([], []);

    /// <summary>The name as it stands in a reply: <c>"nb_visits":</c>.</summary>
    internal ReadOnlySpan<byte> Token => _token;

    /// <summary>Whether an object in this place is read as cells of the row; null before there was one.</summary>
    internal bool? HasCells { get; set; }

    /// <summary>What stood first inside the last time, and what it took the place of.</summary>
    internal ReplyPath? First { get; private set; }

    /// <inheritdoc cref="First"/>
    internal ReplyPath? OtherFirst { get; private set; }

    /// <summary>What stood behind it the last time, and what it took the place of.</summary>
    internal ReplyPath? Next { get; private set; }

    /// <inheritdoc cref="Next"/>
    internal ReplyPath? Other { get; private set; }

    /// <summary>The property of that name inside, a new one when it was not met before; null when there are too many to remember.</summary>
    internal ReplyPath? Inside(ReadOnlySpan<byte> name)
    {
        foreach (var known in _inside)
        {
            if (known._token.Length == name.Length + 3 && known._token.AsSpan(1, name.Length).SequenceEqual(name))
            {
                return known;
            }
        }

        if (_inside.Count == MostInside)
        {
            return null;
        }

        var path = new ReplyPath(_utf8.Length == 0 ? name.ToArray() : [.. _utf8, ReplyHandler.PathSeparator, .. name], [(byte)'"', .. name, (byte)'"', (byte)':']);
        _inside.Add(path);
        return path;
    }

    /// <summary>Remembers what stands first inside.</summary>
    internal void BeginsWith(ReplyPath first) => (OtherFirst, First) = (First, first);

    /// <summary>Remembers what stands behind.</summary>
    internal void Precedes(ReplyPath next) => (Other, Next) = (Next, next);
}
