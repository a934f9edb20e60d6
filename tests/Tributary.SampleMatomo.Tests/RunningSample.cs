using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

[assembly: AssemblyFixture(typeof(Tributary.SampleMatomo.Tests.RunningSample))]

namespace Tributary.SampleMatomo.Tests;

/// <summary>One sample for all tests that only read: its now and its first day are those of the recordings.</summary>
public sealed class RunningSample : IAsyncLifetime
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 50, 0, TimeSpan.Zero);

    private readonly HttpClient _http = new();

    public SampleMatomo Sample { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sample = await StartAsync(new SampleMatomoOptions { Days = 66 });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Sample.DisposeAsync();
    }

    public static Task<SampleMatomo> StartAsync(SampleMatomoOptions options) => SampleMatomo.StartAsync(
        ReferenceEquals(options.Clock, TimeProvider.System) ? options with { Clock = new FakeTimeProvider(Now) } : options, TestContext.Current.CancellationToken);

    public Task<Reply> AskAsync(string method, string parameters = "", string? token = null) => AskAsync(Sample, method, parameters, token);

    public static async Task<Reply> AskAsync(SampleMatomo sample, string method, string parameters = "", string? token = null)
    {
        using var http = new HttpClient();
        using var body = new FormUrlEncodedContent([KeyValuePair.Create("token_auth", token ?? sample.Tokens.Super)]);
        using var reply = await http.PostAsync(new Uri(sample.Address, $"index.php?module=API&format=json&method={method}&{parameters}"), body, TestContext.Current.CancellationToken);
        return new Reply((int)reply.StatusCode, reply.Content.Headers.ContentType?.ToString() ?? "", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async Task<Reply> SendAsync(HttpMethod method, IEnumerable<KeyValuePair<string, string>> query, IEnumerable<KeyValuePair<string, string>>? body)
    {
        var text = string.Join('&', query.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        using var request = new HttpRequestMessage(method, new Uri(Sample.Address, $"index.php?{text}"));
        if (body is not null)
        {
            request.Content = new FormUrlEncodedContent(body);
        }

        using var reply = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply((int)reply.StatusCode, reply.Content.Headers.ContentType?.ToString() ?? "", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

public sealed record Reply(int Status, string ContentType, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public IReadOnlyList<JsonElement> Rows => [.. Json.EnumerateArray()];

    public string Message => Json.GetProperty("message").GetString()!;
}

internal static class Elements
{
    /// <summary>A number, or the text of one: day archives send both.</summary>
    public static double Number(this JsonElement row, string name) => !row.TryGetProperty(name, out var value) ? 0
        : value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : value.GetDouble();

    public static string Text(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    public static double Sum(this Reply reply, string name) => reply.Rows.Sum(r => r.Number(name));
}
