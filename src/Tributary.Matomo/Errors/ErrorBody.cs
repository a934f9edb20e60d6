using System.Text;
using System.Text.Json;

namespace Tributary.Matomo;

/// <summary>Finds Matomo's error object in a short body, also behind PHP's messages.</summary>
internal static class ErrorBody
{
    private const string Beginning = "{\"result\":\"error\"";

    /// <summary>The message; null when the text holds no whole error object.</summary>
    public static string? Find(string text)
    {
        for (var at = text.IndexOf(Beginning, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Beginning, at + 1, StringComparison.Ordinal))
        {
            if (Message(text[at..]) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    private static string? Message(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString() : "";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Cut off, or a message with half an emoji: the page rules decide.
            return null;
        }
    }
}
