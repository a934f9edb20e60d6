using System.Text.Json;

namespace Tributary.Matomo.Catalog;

/// <summary>
/// The members of a JSON object, read with PHP's habits in mind. A name or text with a lone surrogate or bytes that are no UTF-8
/// is JSON to the parser and text to nobody: it counts as not there.
/// </summary>
internal readonly struct JsonMembers
{
    private readonly Dictionary<string, JsonElement> _members;

    public JsonMembers(JsonElement json)
    {
        _members = new(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (Readable(member, m => m.Name) is { } name)
            {
                _members[name] = member.Value;
            }
        }
    }

    /// <summary>A text or number as text; null for anything else.</summary>
    public string? Text(string name) => _members.TryGetValue(name, out var value) ? Text(value) : null;

    /// <summary>Whether it is true, or a text or number other than 0.</summary>
    public bool Flag(string name) => _members.TryGetValue(name, out var value)
        && (value.ValueKind == JsonValueKind.True || Text(value) is { } text && text is not ("" or "0"));

    /// <summary>An object's members as text. PHP writes an empty one as <c>[]</c> and some releases write <c>false</c> or null: all mean none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string name) =>
        _members.TryGetValue(name, out var map) && map.ValueKind == JsonValueKind.Object
            ? [.. new JsonMembers(map)._members.Where(m => m.Key.Length > 0 && Text(m.Value) is not null).Select(m => KeyValuePair.Create(m.Key, Text(m.Value)!))]
            : [];

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Readable(value, v => v.GetString()),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static string? Readable<T>(T json, Func<T, string?> read)
    {
        try
        {
            return read(json);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
