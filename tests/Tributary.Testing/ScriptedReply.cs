using System.Text;

namespace Tributary.Testing;

/// <summary>What a <see cref="ScriptedServer"/> answers.</summary>
public sealed record ScriptedReply
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The content type; empty sends none.</summary>
    public string ContentType { get; init; } = "application/json; charset=utf-8";

    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Writes the body instead of <see cref="Body"/>, in chunks; for bodies no one wants to hold.</summary>
    public Func<Stream, CancellationToken, Task>? Write { get; init; }

    /// <summary>Closes the connection after so many bytes of the body, though the headers promised more.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Waits for this before the first byte.</summary>
    public Task Before { get; init; } = Task.CompletedTask;

    /// <summary>Waits for this after the headers and so many bytes of the body.</summary>
    public (int Bytes, Task Until)? Pause { get; init; }

    /// <summary>A JSON answer.</summary>
    public static ScriptedReply Json(string body, int status = 200) => new() { Body = Encoding.UTF8.GetBytes(body), Status = status };

    /// <summary>A page.</summary>
    public static ScriptedReply Html(string body, int status = 200) => Json(body, status) with { ContentType = "text/html; charset=utf-8" };

    /// <summary>Matomo's error body.</summary>
    public static ScriptedReply Error(string message, int status = 200) =>
        Json($$"""{"result":"error","message":{{System.Text.Json.JsonSerializer.Serialize(message)}}}""", status);

    /// <summary>A recorded answer of a real Matomo.</summary>
    public static ScriptedReply Of(Recording recording) =>
        new() { Status = recording.Status, ContentType = recording.ContentType, Body = recording.Body };

    /// <summary>The same with another header.</summary>
    public ScriptedReply With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [header] = value } };
}
