using System.Net.Http.Json;
using System.Text.Json;
using Tributary.Testing;

namespace Tributary.DataCenter.Tests;

/// <summary>Calls with their answers, none of which may hold the token.</summary>
internal static class Calls
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<Answer> AskAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) => client.CallAsync(HttpMethod.Get, path, null, headers);

    public static async Task<Answer> CallAsync(this HttpClient client, HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Default) };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var reply = await client.SendAsync(request, Stop);
        var bytes = await reply.Content.ReadAsByteArrayAsync(Stop);
        var answer = new Answer((int)reply.StatusCode, bytes, reply.Content.Headers.ContentType?.ToString(), reply.Headers.Concat(reply.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(CanaryToken.Value, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(CanaryToken.Value, string.Join('\n', answer.Headers), StringComparison.Ordinal);
        return answer;
    }
}

internal sealed record Answer(int Status, byte[] Bytes, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Bytes);
            return document.RootElement.Clone();
        }
    }

    /// <summary>The answer, when it has that status.</summary>
    public Answer Is(int status)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
        return this;
    }

    /// <summary>The answer, when it is a problem of that status and code.</summary>
    public JsonElement IsProblem(int status, string code)
    {
        Is(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(code, Json.GetProperty("code").GetString());
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEqual("", Json.GetProperty("detail").GetString());
        return Json;
    }
}
