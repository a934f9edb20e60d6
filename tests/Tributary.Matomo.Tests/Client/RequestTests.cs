using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

public class RequestTests
{
    [Fact]
    public async Task Sends_short_parameters_in_the_query_and_the_token_and_personal_ones_in_the_body()
    {
        var request = Some.Pages with
        {
            Segment = "pageUrl=@/a b;country==nz",
            Subtable = 12,
            Offset = 5,
            Limit = 10,
            Parameters = new Dictionary<string, string> { ["idGoal"] = "3", ["pageUrl"] = "https://x/?a=b&c", ["definition"] = new string('x', 201) },
        };

        var sent = await SentAsync(request);

        Assert.Equal("POST", sent.HttpMethod);
        Assert.Equal("/index.php", sent.Path);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["module"] = "API",
                ["method"] = "Actions.getPageUrls",
                ["format"] = "json",
                ["language"] = "en",
                ["idSite"] = "1",
                ["period"] = "day",
                ["date"] = "2026-10-14",
                ["flat"] = "1",
                ["idSubtable"] = "12",
                ["filter_limit"] = "10",
                ["filter_offset"] = "5",
                ["format_metrics"] = "0",
                ["idGoal"] = "3",
            },
            sent.Query);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["segment"] = "pageUrl=@/a b;country==nz",
                ["pageUrl"] = "https://x/?a=b&c",
                ["definition"] = new string('x', 201),
                ["token_auth"] = CanaryToken.Value,
            },
            sent.Form);
    }

    [Fact]
    public async Task The_token_stands_nowhere_but_in_the_body()
    {
        var sent = await SentAsync(Some.Visits);

        Assert.DoesNotContain(CanaryToken.Value, sent.Target, StringComparison.Ordinal);
        Assert.DoesNotContain(sent.Headers.Values, value => value.Contains(CanaryToken.Value, StringComparison.Ordinal));
        Assert.Equal($"token_auth={CanaryToken.Value}", sent.RawBody);
        Assert.Equal("application/x-www-form-urlencoded", sent.Headers["Content-Type"].Split(';')[0]);
    }

    [Theory]
    [InlineData(MatomoPeriod.Day, "2026-10-14", null, false, "2026-10-14")]
    [InlineData(MatomoPeriod.Week, "2026-10-12", "2026-10-18", false, "2026-10-12")]
    [InlineData(MatomoPeriod.Month, "2026-10-01", "2026-10-31", false, "2026-10-01")]
    [InlineData(MatomoPeriod.Day, "2026-10-14", "2026-10-14", true, "2026-10-14,2026-10-14")]
    [InlineData(MatomoPeriod.Week, "2026-10-14", "2026-11-14", true, "2026-10-14,2026-11-14")]
    [InlineData(MatomoPeriod.Range, "2026-10-14", "2026-11-14", false, "2026-10-14,2026-11-14")]
    [InlineData(MatomoPeriod.Range, "2026-10-14", null, false, "2026-10-14,2026-10-14")]
    public void Writes_one_date_for_one_period_and_a_pair_for_what_is_keyed_or_a_range(MatomoPeriod period, string from, string? to, bool keyed, string date)
    {
        var form = RequestForm.Of(Some.Visits with { Period = period, From = Day(from), To = to is null ? null : Day(to), KeyedByDate = keyed }, "en");

        Assert.Contains($"&date={Uri.EscapeDataString(date)}&", form.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MatomoPeriod.Day, "2026-10-14", "2026-10-15", false)]
    [InlineData(MatomoPeriod.Day, "2026-10-15", "2026-10-14", true)]
    [InlineData(MatomoPeriod.Range, "2026-10-14", "2026-10-15", true)]
    [InlineData(MatomoPeriod.Day, null, null, false)]
    public void Refuses_dates_that_Matomo_would_misunderstand(MatomoPeriod period, string? from, string? to, bool keyed) =>
        Assert.Throws<ArgumentException>(() => RequestForm.Of(
            Some.Visits with { Period = period, From = from is null ? null : Day(from), To = to is null ? null : Day(to), KeyedByDate = keyed },
            "en"));

    [Theory]
    [InlineData("SitesManager.deleteSite")]
    [InlineData("SitesManager.addSite")]
    [InlineData("UsersManager.setUserAccess")]
    [InlineData("UsersManager.createAppSpecificTokenAuth")]
    [InlineData("API.getBulkRequest")]
    [InlineData("api.GETBULKREQUEST")]
    [InlineData("Goals.getter")]
    [InlineData("Live.issue")]
    [InlineData("getPageUrls")]
    [InlineData("Actions.getPageUrls&method=SitesManager.deleteSite")]
    [InlineData("Actions.getPageUrls\n")]
    [InlineData("")]
    public async Task Cannot_call_a_method_that_writes(string method)
    {
        await using var server = ScriptedServer.Start();
        using var client = Some.Client(server);
        var request = Some.Visits with { Method = method };

        await Assert.ThrowsAsync<ArgumentException>(() => client.ReadAsync(request, new ReplyLog(), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ReadBulkAsync([new BulkItem(request, new ReplyLog())], TestContext.Current.CancellationToken));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("method")]
    [InlineData("token_auth")]
    [InlineData("TOKEN_AUTH")]
    [InlineData("urls")]
    [InlineData("format")]
    [InlineData("a&b")]
    [InlineData("")]
    public void Cannot_be_given_a_parameter_that_the_request_itself_sets(string name) => Assert.Throws<ArgumentException>(() =>
        RequestForm.Of(Some.Visits with { Parameters = new Dictionary<string, string> { [name] = "x" } }, "en"));

    [Fact]
    public async Task Sends_bulk_items_as_query_strings_of_their_own_in_the_body()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("""[{"nb_visits":1},{"result":"error","message":"NoDataForAction"}]"""));
        using var client = Some.Client(server);
        var (first, second) = (new ReplyLog(), new ReplyLog());

        var errors = (await client.ReadBulkAsync(
            [new BulkItem(Some.Visits with { Segment = "a==b&c" }, first), new BulkItem(Some.Pages, second)],
            TestContext.Current.CancellationToken)).Errors;

        var sent = Assert.Single(server.Requests);
        Assert.Equal("API.getBulkRequest", sent.Query["method"]);
        Assert.Equal("-1", sent.Query["filter_limit"]);
        Assert.Equal("method=VisitsSummary.get&idSite=1&period=day&date=2026-10-14&filter_limit=-1&format_metrics=0&segment=a%3D%3Db%26c", sent.Form["urls[0]"]);
        Assert.Equal("method=Actions.getPageUrls&idSite=1&period=day&date=2026-10-14&flat=1&filter_limit=-1&format_metrics=0", sent.Form["urls[1]"]);
        Assert.Equal(CanaryToken.Value, sent.Form["token_auth"]);
        Assert.Equal("part row0[] nb_visits=1 end0 endpart", first.ToString());
        Assert.Equal([null, MatomoErrorKind.NoDataForAction], errors.Select(e => e?.Kind));
        Assert.Equal("Actions.getPageUrls", errors[1]!.Method);
    }

    [Fact]
    public async Task Refuses_a_bulk_answer_that_has_fewer_answers_than_items()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("[[]]"));
        using var client = Some.Client(server);

        var error = await Assert.ThrowsAsync<MatomoException>(() => client.ReadBulkAsync(
            [new BulkItem(Some.Pages, new ReplyLog()), new BulkItem(Some.Pages, new ReplyLog())],
            TestContext.Current.CancellationToken));

        Assert.Equal(MatomoErrorKind.UnexpectedReply, error.Kind);
        Assert.Contains("1 answers came to 2 items", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sends_the_headers_and_credentials_of_the_options()
    {
        var sent = await SentAsync(Some.Visits, Some.Options with
        {
            BasicUser = "user",
            BasicPassword = "pässword",
            UserAgent = "Mine/1",
            Headers = new Dictionary<string, string> { ["X-Gate"] = "open sesame" },
            Language = "de",
        });

        Assert.Equal("Basic dXNlcjpww6Rzc3dvcmQ=", sent.Headers["Authorization"]);
        Assert.Equal("Mine/1", sent.Headers["User-Agent"]);
        Assert.Equal("open sesame", sent.Headers["X-Gate"]);
        Assert.Equal("de", sent.Query["language"]);
    }

    [Fact]
    public async Task Says_who_asks_and_takes_compressed_answers()
    {
        var sent = await SentAsync(Some.Visits);

        Assert.Matches(@"^Tributary/\d+\.\d+\.\d+$", sent.Headers["User-Agent"]);
        Assert.Contains("gzip", sent.Headers["Accept-Encoding"], StringComparison.Ordinal);
        Assert.Contains("br", sent.Headers["Accept-Encoding"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_cannot_be_sent_is_named_without_its_value()
    {
        var error = Assert.Throws<ArgumentException>(() => new MatomoClient(
            MatomoEndpoint.Parse("https://example.org"),
            new AccessToken(CanaryToken.Value),
            new MatomoClientOptions { Headers = new Dictionary<string, string> { ["X-Gate"] = "sec\r\nret" } },
            TimeProvider.System));

        Assert.Contains("X-Gate", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ret", error.ToString().Replace("secret", "", StringComparison.Ordinal).Split('\n')[0].Replace("X-Gate", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task<ScriptedRequest> SentAsync(MatomoRequest request, MatomoClientOptions? options = null)
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("[]"));
        using var client = Some.Client(server, options);
        await client.ReadAsync(request, new ReplyLog(), TestContext.Current.CancellationToken);
        return Assert.Single(server.Requests);
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
