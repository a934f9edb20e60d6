namespace Tributary.Matomo.Tests.Client;

public class EndpointTests
{
    [Theory]
    [InlineData("https://stats.example.org", "https://stats.example.org/")]
    [InlineData("  https://stats.example.org/  ", "https://stats.example.org/")]
    [InlineData("https://example.org/sub/dir", "https://example.org/sub/dir/")]
    [InlineData("https://example.org/sub/dir/index.php", "https://example.org/sub/dir/")]
    [InlineData("https://example.org/matomo/index.php?module=CoreHome&action=index&idSite=1&period=day&date=yesterday#?period=day&category=Dashboard_Dashboard", "https://example.org/matomo/")]
    [InlineData("https://example.org:8443/?module=API", "https://example.org:8443/")]
    [InlineData("https://example.org/matomo.php", "https://example.org/")]
    [InlineData("HTTPS://Example.ORG", "https://example.org/")]
    [InlineData("https://bücher.example/", "https://bücher.example/")]
    [InlineData("https://[::1]:8080/m", "https://[::1]:8080/m/")]
    public void Makes_the_address_of_what_is_pasted(string pasted, string address)
    {
        var endpoint = MatomoEndpoint.Parse(pasted);

        Assert.Equal(new Uri(address), endpoint.Address);
        Assert.Equal(new Uri(address + "index.php"), endpoint.Index);
        Assert.False(endpoint.IsPlainHttp);
    }

    [Fact]
    public void Takes_http_but_says_so() => Assert.True(MatomoEndpoint.Parse("http://example.org").IsPlainHttp);

    [Theory]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("ftp://example.org")]
    [InlineData("https://")]
    [InlineData("https://user:pass@example.org")]
    [InlineData("C:\\matomo")]
    public void Says_what_to_write_instead(string pasted) =>
        Assert.Contains("Write it as https://", Assert.Throws<ArgumentException>(() => MatomoEndpoint.Parse(pasted)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("abc def")]
    [InlineData("abc&x=1")]
    public void A_token_has_letters_and_digits_only(string text) => Assert.Throws<ArgumentException>(() => new AccessToken(text));

    [Fact]
    public void A_token_may_be_pasted_with_blanks_around_it() => Assert.Equal("abc1", new AccessToken(" abc1\n").Reveal());

    [Fact]
    public void Options_out_of_bounds_are_named()
    {
        foreach (var (options, name) in (IEnumerable<(MatomoClientOptions, string)>)
        [
            (new() { Timeout = TimeSpan.Zero }, "Timeout"),
            (new() { ParallelRequests = 0 }, "ParallelRequests"),
            (new() { RequestsPerMinute = 0 }, "RequestsPerMinute"),
            (new() { Retries = -1 }, "Retries"),
            (new() { Language = "en&x" }, "Language"),
            (new() { BasicPassword = "x" }, "BasicUser"),
        ])
        {
            var error = Assert.Throws<ArgumentException>(() => new MatomoClient(MatomoEndpoint.Parse("https://x.example"), AccessToken.Anonymous, options, TimeProvider.System));
            Assert.StartsWith(name + " is ", error.Message, StringComparison.Ordinal);
        }
    }
}
