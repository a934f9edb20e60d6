using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>
/// Keeps, hashes or leaves out the personal fields of raw visits, wherever they stand: as a value of the visit, or inside nested JSON.
/// A hash is the first half of HMAC-SHA256 with a key of the workspace, 32 hexadecimal digits: the same person is the same value in all DataSets of the workspace, and in no other.
/// </summary>
/// <param name="treatments">What is done to the fields, where that is not the default.</param>
/// <param name="key">The workspace's.</param>
/// <param name="alsoVisitor">A property that holds a visitor's id in this report alone; null when there is none.</param>
internal sealed class PersonalData(IReadOnlyDictionary<string, PersonalTreatment> treatments, byte[] key, string? alsoVisitor = null)
{
    private readonly Dictionary<byte[], PersonalTreatment> _treatments = PersonalFields.Defaults.Keys.Select(f => (Property: f, Field: f))
        .Concat(PersonalFields.OtherNames.Select(o => (Property: o.Key, Field: o.Value)))
        .Concat(alsoVisitor is null ? [] : [(Property: alsoVisitor, Field: "visitorId")])
        .ToDictionary(p => Encoding.UTF8.GetBytes(p.Property), p => treatments.GetValueOrDefault(p.Field, PersonalFields.Defaults[p.Field]), Utf8Comparer.Instance);

    /// <summary>What is done to a field, by its property's name alone, however deep it stands; keep for one that is not personal.</summary>
    public PersonalTreatment Of(ReadOnlySpan<byte> path)
    {
        var lookup = _treatments.GetAlternateLookup<ReadOnlySpan<byte>>();
        return lookup.TryGetValue(path[(path.LastIndexOf(ReplyHandler.PathSeparator) + 1)..], out var treatment) ? treatment : PersonalTreatment.Keep;
    }

    /// <summary>What is done to a field.</summary>
    public PersonalTreatment Of(string field) => Of(Encoding.UTF8.GetBytes(field));

    /// <summary>The value as it may be stored; null when it is left out.</summary>
    public byte[]? Treat(ReadOnlySpan<byte> field, in ReplyValue value) => value.Kind switch
    {
        ReplyValueKind.Json => Nested(value.Utf8),
        ReplyValueKind.Null or ReplyValueKind.False => value.Utf8.ToArray(),
        _ => Of(field) switch
        {
            PersonalTreatment.Drop => null,
            PersonalTreatment.Hash => Hash(value.Utf8),
            _ => value.Utf8.ToArray(),
        },
    };

    /// <summary>The hash of a value; an empty one stays empty.</summary>
    public byte[] Hash(ReadOnlySpan<byte> value) =>
        value.IsEmpty ? [] : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(key, value).AsSpan(0, 16)));

    private byte[] Nested(ReadOnlySpan<byte> json)
    {
        var found = false;
        foreach (var field in _treatments.Keys)
        {
            found |= json.IndexOf(field) >= 0;
        }

        if (!found || JsonNode.Parse(json) is not { } root)
        {
            return json.ToArray();
        }

        Walk(root);
        return Encoding.UTF8.GetBytes(root.ToJsonString(Relaxed));
    }

    private void Walk(JsonNode node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array.OfType<JsonNode>())
            {
                Walk(item);
            }
        }

        if (node is not JsonObject members)
        {
            return;
        }

        foreach (var (name, value) in members.ToList())
        {
            switch (value is null ? PersonalTreatment.Keep : Of(name))
            {
                case PersonalTreatment.Drop:
                    members.Remove(name);
                    break;
                case PersonalTreatment.Hash when value is JsonValue scalar:
                    members[name] = Encoding.ASCII.GetString(Hash(Encoding.UTF8.GetBytes(scalar.ToString())));
                    break;
                default:
                    if (value is not null and not JsonValue)
                    {
                        Walk(value);
                    }

                    break;
            }
        }
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
