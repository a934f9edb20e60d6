using System.Text.Json;

namespace Tributary.Cli.Tests;

/// <summary>The sample as the command line makes it.</summary>
public sealed class SampleOptionTests
{
    [Fact]
    public async Task It_can_be_an_older_Matomo_with_more_goals_and_less_switched_on()
    {
        using var process = RealProgram.Start(
            new Dictionary<string, string>(StringComparer.Ordinal),
            "sample", "--json", "--days", "2", "--visits-per-day", "5", "--sites", "2", "--goals", "30", "--matomo-version", "4.16.1", "--plugin-off", "Events", "--visits-log-off", "2");
        try
        {
            var sample = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!).RootElement;
            var (url, token) = (sample.GetProperty("url").GetString()!, sample.GetProperty("tokens").GetProperty("super").GetString()!);

            Assert.Equal("4.16.1", (await AskAsync(url, token, "API.getMatomoVersion")).GetProperty("value").GetString());
            Assert.Equal(30, (await AskAsync(url, token, "Goals.getGoals&idSite=1&filter_limit=100")).GetArrayLength());
            Assert.False((await AskAsync(url, token, "API.isPluginActivated&pluginName=Events")).GetProperty("value").GetBoolean());
            Assert.StartsWith("Visits log is deactivated", (await AskAsync(url, token, "Live.getLastVisitsDetails&idSite=2")).GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task<JsonElement> AskAsync(string url, string token, string query)
    {
        using var http = new HttpClient();
        using var body = new FormUrlEncodedContent([KeyValuePair.Create("token_auth", token)]);
        using var reply = await http.PostAsync(new Uri($"{url}index.php?module=API&format=json&method={query}"), body, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }
}
