using System.Text.Json;
using Tributary.Testing;

namespace Tributary.SampleMatomo.Tests;

/// <summary>The recorded mistakes, made again.</summary>
public sealed class ErrorTests(RunningSample sample)
{
    // Which token a recording was made with is not among its parameters; the file names tell.
    private static readonly string[] WithoutToken = ["no_token", "version_no_token", "sites_no_token", "module_other", "empty_token", "anonymous_token"];

    public static TheoryData<string> Ids =>
    [
        .. Recordings.All.Where(r => r.Version == "5.2" && r.Family == "Errors")
            // The formats CSV and HTML of good answers are not offered; the accesses of the second user differ.
            .Where(r => !r.Name.StartsWith("view_", StringComparison.Ordinal) && r.Name is not ("seg_bad4" or "sites_no_token"))
            .Select(r => r.Id),
    ];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_recorded_mistake_is_answered_as_recorded(string id)
    {
        var recording = Recordings.Get(id);
        var token = Token(recording.Name);
        var plain = recording.Parameters.Where(p => p.Key != "token_auth").ToList();
        KeyValuePair<string, string>[] credentials = token is null ? [] : [KeyValuePair.Create("token_auth", token)];
        var reply = recording.HttpMethod == "GET" ? await sample.SendAsync(HttpMethod.Get, [.. plain, .. credentials], null)
            : recording.Name.EndsWith("postq", StringComparison.Ordinal) ? await sample.SendAsync(HttpMethod.Post, plain, credentials)
            : await sample.SendAsync(HttpMethod.Post, [], [.. plain, .. credentials]);
        Assert.Equal(recording.Status, reply.Status);
        if (!recording.ContentType.Contains("json", StringComparison.Ordinal))
        {
            Assert.Equal(recording.ContentType.Contains("html", StringComparison.Ordinal) && recording.Body[0] == '<', reply.Body.StartsWith('<') && reply.ContentType.Contains("html", StringComparison.Ordinal));
            return;
        }

        using var recorded = JsonDocument.Parse(recording.Body);
        Assert.Equal(recorded.RootElement.ValueKind, reply.Json.ValueKind);
        if (recorded.RootElement.ValueKind == JsonValueKind.Object && recorded.RootElement.TryGetProperty("message", out var message))
        {
            Assert.Equal(message.GetString(), reply.Message);
        }
    }

    private string? Token(string name) => WithoutToken.Any(n => name.StartsWith(n, StringComparison.Ordinal)) ? null
        : name.StartsWith("wrong_token", StringComparison.Ordinal) || name == "short_token" ? new string('0', 32)
        : name.StartsWith("secure_token", StringComparison.Ordinal) ? sample.Sample.Tokens.SecureOnly
        : sample.Sample.Tokens.Super;
}
