using System.Text;
using System.Text.Json;

namespace Tributary.Matomo;

/// <summary>Finds Matomo's error object in a short body, also behind PHP's messages. Matomo writes <c>{"result":"error","message":…}</c>; what stands before it may order and space it anew.</summary>
internal static class ErrorBody
{
    /// <summary>Brackets that are looked at; a page of scripts holds thousands.</summary>
    private const int MostBrackets = 64;

    /// <summary>The message; null when the text holds no whole error object.</summary>
    public static string? Find(string text)
    {
        var looked = 0;
        for (var at = text.IndexOf('{', StringComparison.Ordinal); at >= 0 && looked < MostBrackets; at = text.IndexOf('{', at + 1), looked++)
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
            var body = document.RootElement;
            if (!body.TryGetProperty("result"u8, out var result) || result.ValueKind != JsonValueKind.String || !result.ValueEquals("error"u8))
            {
                return null;
            }

            return body.TryGetProperty("message"u8, out var message) && message.ValueKind == JsonValueKind.String ? message.GetString() : "";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Cut off, or a message with half an emoji: the page rules decide.
            return null;
        }
    }
}
