using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>The documents the store keeps as JSON: names in snake_case, unknown properties ignored so that an older program can list what a newer one wrote.</summary>
internal static class StoreJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The document as text.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>The document of a text.</summary>
    /// <exception cref="TributaryException">The text is no such document.</exception>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException error)
        {
            throw new TributaryException("workspace.damaged", Fault.Workspace, $"A record of the workspace cannot be read as {typeof(T).Name}: {error.Message}", error);
        }
    }
}
