using System.Net;

namespace Tributary.Testing;

/// <summary>A request as it reached a <see cref="ScriptedServer"/>.</summary>
/// <param name="HttpMethod">GET or POST.</param>
/// <param name="Target">Path and query as sent.</param>
/// <param name="Headers">The headers; names compare without case.</param>
/// <param name="RawBody">The body as sent.</param>
public sealed record ScriptedRequest(string HttpMethod, string Target, IReadOnlyDictionary<string, string> Headers, string RawBody)
{
    /// <summary>The path.</summary>
    public string Path => Target.Split('?', 2)[0];

    /// <summary>The query string, decoded.</summary>
    public IReadOnlyDictionary<string, string> Query { get; } = Decode(Target.Contains('?', StringComparison.Ordinal) ? Target.Split('?', 2)[1] : "");

    /// <summary>The form body, decoded.</summary>
    public IReadOnlyDictionary<string, string> Form { get; } = Decode(RawBody);

    /// <summary>The API method asked, wherever it stands.</summary>
    public string Method => Query.GetValueOrDefault("method") ?? Form.GetValueOrDefault("method") ?? "";

    private static Dictionary<string, string> Decode(string text)
    {
        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            parameters[WebUtility.UrlDecode(parts[0])] = parts.Length > 1 ? WebUtility.UrlDecode(parts[1]) : "";
        }

        return parameters;
    }
}
