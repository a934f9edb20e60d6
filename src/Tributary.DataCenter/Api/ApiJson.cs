using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tributary.DataCenter.Api;

/// <summary>How the API reads and writes JSON.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;

        // A field that is not known is a typo, and what it should have said would be missed without a word.
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(RefuseNullItems);
        return options;
    }

    /// <summary>The serializer keeps null out of fields that cannot be null, but not out of the lists in them.</summary>
    private static void RefuseNullItems(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => typeof(IEnumerable<string>).IsAssignableFrom(p.PropertyType)))
        {
            if (property.Set is { } set)
            {
                property.Set = (target, value) => set(target, value is IEnumerable<string?> texts && texts.Contains(null) ? throw new JsonException("A list of texts holds null.") : value);
            }
        }
    }
}
