using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

public class ListTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""[{"idsite":3,"name":"Docs 日本語","timezone":"UTC","currency":"JPY","ts_created":"2026-09-15 00:00:00","ecommerce":1,"main_url":"https:\/\/x","group":"g","type":"website","excluded":[1]}]""")]
    [InlineData("""{"3":{"idsite":"3","name":"Docs 日本語","timezone":"UTC","currency":"JPY","ts_created":"2026-09-15 00:00:00","ecommerce":"1","main_url":"https:\/\/x","group":"g","type":"website"}}""")]
    public async Task Reads_sites_as_a_list_or_keyed_by_id_with_numbers_or_texts(string json)
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json(json));
        using var client = Some.Client(server);

        var site = Assert.Single(await client.GetSitesAsync(Cancel));

        Assert.Equal(
            new MatomoSite(3, "Docs 日本語", "UTC", "JPY")
            {
                CreatedAt = new DateTimeOffset(2026, 9, 15, 0, 0, 0, TimeSpan.Zero),
                Ecommerce = true,
                MainUrl = "https://x",
                Group = "g",
                Type = "website",
            },
            site);
        Assert.Equal("-1", server.Requests[0].Query["filter_limit"]);
    }

    [Theory]
    [InlineData("5.2/SitesManager/getSitesWithAtLeastViewAccess.super")]
    [InlineData("5.2/SitesManager/getSitesWithAtLeastViewAccess.view")]
    [InlineData("4.16/SitesManager/getSitesWithAtLeastViewAccess.view")]
    public async Task Reads_recorded_sites(string id)
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Of(Recordings.Get(id)));
        using var client = Some.Client(server);

        var sites = await client.GetSitesAsync(Cancel);

        Assert.Contains(sites, site => site is { Id: 1, Name: "Shop", TimeZone: "Pacific/Auckland", Currency: "EUR", Ecommerce: true, Group: "retail" });
        Assert.All(sites, site => Assert.NotNull(SiteZone.Of(site.TimeZone)));
    }

    [Fact]
    public async Task Reads_recorded_goals()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Of(Recordings.Get("5.2/Goals/getGoals.site2")));
        using var client = Some.Client(server);

        var goals = await client.GetGoalsAsync(2, Cancel);

        Assert.Equal(
            [
                new MatomoGoal(2, 1, "Subscribe") { MatchAttribute = "manually", Revenue = 3 },
                new MatomoGoal(2, 2, "Read a long post") { MatchAttribute = "url", Pattern = "/long-" },
            ],
            goals);
    }

    [Fact]
    public async Task Knows_the_version_also_of_a_Piwik()
    {
        await using var server = ScriptedServer.Start().Always(request => request.Method == "API.getPiwikVersion"
            ? ScriptedReply.Json("""{"value":"3.14.1"}""")
            : ScriptedReply.Error(@"The method 'getMatomoVersion' does not exist or is not available in the module '\Piwik\Plugins\API\API'."));
        using var client = Some.Client(server);

        Assert.Equal("3.14.1", await client.GetVersionAsync(Cancel));
    }

    [Theory]
    [InlineData("""{"value":true}""", true)]
    [InlineData("""{"value":1}""", true)]
    [InlineData("""{"value":false}""", false)]
    public async Task Asks_for_a_plugin(string json, bool activated)
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json(json));
        using var client = Some.Client(server);

        Assert.Equal(activated, await client.IsPluginActivatedAsync("UsersFlow", Cancel));
        Assert.Equal("UsersFlow", server.Requests[0].Form["pluginName"]);
    }
}
