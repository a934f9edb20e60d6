using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

public class ReportMetadataTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("5.2/API/getReportMetadata.site1")]
    [InlineData("4.16/API/getReportMetadata.site1")]
    public async Task Gives_what_the_server_announces_without_the_addresses_that_hold_the_token(string id)
    {
        var recording = Recordings.Get(id);
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Of(recording));
        using var client = Some.Client(server);

        var json = await client.GetReportMetadataAsync(1, Cancel);

        var expected = JsonNode.Parse(recording.Body)!.AsArray();
        Assert.NotEmpty(expected);
        Assert.Contains(expected, report => report!.AsObject().Remove("imageGraphUrl") & report.AsObject().Remove("imageGraphEvolutionUrl"));
        foreach (var report in expected)
        {
            report!.AsObject().Remove("imageGraphUrl");
            report.AsObject().Remove("imageGraphEvolutionUrl");
        }

        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(json)));
    }

    [Fact]
    public async Task Asks_for_all_reports_of_the_site()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("[]"));
        using var client = Some.Client(server);

        Assert.Equal("[]"u8.ToArray(), await client.GetReportMetadataAsync(7, Cancel));

        var query = Assert.Single(server.Requests).Query;
        Assert.Equal(("API.getReportMetadata", "7", "-1", "1"), (query["method"], query["idSite"], query["filter_limit"], query["hideMetricsDoc"]));
    }

    [Fact]
    public async Task Gives_valid_JSON_where_the_server_prints_notices_and_odd_values()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json(
            "\nNotice: Undefined index in /var/www/x.php on line 5\n{\"0\":{\"module\":\"A\\\"\\u0000\\ud83d\",\"constantRowsCount\":true,\"processedMetrics\":false,\"n\":null,\"order\":-1.5},\"1\":{}}"));
        using var client = Some.Client(server);

        using var json = JsonDocument.Parse(await client.GetReportMetadataAsync(1, Cancel));

        Assert.Equal("""[{"module":"A\u0022\u0000\uFFFD","constantRowsCount":true,"processedMetrics":false,"n":null,"order":-1.5},{}]""", JsonSerializer.Serialize(json));
    }

    [Fact]
    public async Task Fails_as_every_request_does()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Error("You can't access this resource as it requires 'view' access for the website id = 1.", 401));
        using var client = Some.Client(server);

        var error = await Assert.ThrowsAsync<MatomoException>(() => client.GetReportMetadataAsync(1, Cancel));

        Assert.Equal(MatomoErrorKind.NoAccess, error.Kind);
    }
}
