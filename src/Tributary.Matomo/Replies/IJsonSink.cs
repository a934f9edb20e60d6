using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>Takes the tokens of one JSON document, buffer by buffer.</summary>
internal interface IJsonSink
{
    /// <summary>Whether the outermost object or array has closed.</summary>
    bool HasEnded { get; }

    /// <summary>Takes all tokens the buffer holds, and stops where the document ends. True when it stopped behind a row to be given the bytes of the next ones.</summary>
    bool Run(ref Utf8JsonReader reader);

    /// <summary>Takes whole rows behind the one that ended; the bytes used, after which the tokens go on as if those rows had not been there.</summary>
    int TakeRows(ReadOnlySpan<byte> bytes);
}

/// <summary>Only finds out whether a text is JSON.</summary>
internal sealed class JsonCheck : IJsonSink
{
    public bool HasEnded { get; private set; }

    public bool Run(ref Utf8JsonReader reader)
    {
        while (!HasEnded && reader.Read())
        {
            HasEnded = reader.CurrentDepth == 0 && reader.TokenType is (JsonTokenType.EndObject or JsonTokenType.EndArray);
        }

        return false;
    }

    public int TakeRows(ReadOnlySpan<byte> bytes) => 0;
}
