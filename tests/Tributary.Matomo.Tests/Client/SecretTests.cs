using System.Text;
using System.Text.Json;
using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

/// <summary>A server that echoes the token in every way must not bring it into anything a person or a log sees.</summary>
public class SecretTests
{
    private static readonly string[] Echoes =
    [
        CanaryToken.Value,
        CanaryToken.Value.ToUpperInvariant(),
        string.Concat(CanaryToken.Value.Select(c => $"%{(int)c:X2}")),
        Convert.ToBase64String(Encoding.ASCII.GetBytes(CanaryToken.Value)),
        Convert.ToBase64String(Encoding.ASCII.GetBytes("token_auth=" + CanaryToken.Value)),
        Convert.ToBase64String(Encoding.ASCII.GetBytes("x:" + CanaryToken.Value)),
        "<b>" + CanaryToken.Value[..16] + "</b>" + CanaryToken.Value[16..],
    ];

    [Fact]
    public async Task No_error_holds_the_token_when_the_server_echoes_it()
    {
        foreach (var echo in Echoes)
        {
            foreach (var reply in (ScriptedReply[])
            [
                ScriptedReply.Error($"Token {echo} is bad", 401),
                ScriptedReply.Error($"Token {echo} is bad"),
                ScriptedReply.Html($"<html><title>Sign in</title><a href='?token_auth={echo}'>{echo}</a></html>"),
                ScriptedReply.Html($"Not here: {echo}", 404),
                ScriptedReply.Html($"\nFatal error: Uncaught Exception: {echo} in x.php on line 5\n"),
                ScriptedReply.Json($"[{{\"a\":1}}] {echo}"),
                ScriptedReply.Json($"[{{\"a\":{echo}}}]"),
                ScriptedReply.Html("", 302).With("Location", $"https://x.example/{Uri.EscapeDataString(echo)}/index.php?t={Uri.EscapeDataString(echo)}"),
            ])
            {
                await using var server = ScriptedServer.Start().Always(reply);

                var error = await Some.FailureAsync(server, Some.Options with { Retries = 0 });

                AssertClean(error.ToString());
                AssertClean(error.Message + error.ApiMessage + error.Excerpt);
            }
        }
    }

    [Fact]
    public async Task No_notice_and_no_error_of_a_part_holds_the_token()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json(
            $$"""
            Notice: {{CanaryToken.Value}} in x.php on line 5
            {"2026-10-14":{"result":"error","message":"{{CanaryToken.Value}}"},"2026-10-15":{{JsonSerializer.Serialize(new { a = 1 })}}}
            """));
        using var client = Some.Client(server);
        var log = new ReplyLog();

        var result = await client.ReadAsync(Some.Visits with { KeyedByDate = true }, log, TestContext.Current.CancellationToken);

        Assert.Equal("Notice: *** in x.php on line 5", result.Notice);
        AssertClean(Assert.Single(log.PartErrors).Error.ToString());
    }

    [Fact]
    public void Nothing_prints_the_token_or_the_other_secrets()
    {
        var options = new MatomoClientOptions
        {
            BasicUser = "user",
            BasicPassword = CanaryToken.Value,
            Headers = new Dictionary<string, string> { ["X"] = CanaryToken.Value },
            Proxy = new Uri($"http://user:{CanaryToken.Value}@proxy.example"),
        };
        using var client = new MatomoClient(MatomoEndpoint.Parse("https://x.example"), new AccessToken(CanaryToken.Value), options, TimeProvider.System);

        Assert.Equal("***", new AccessToken(CanaryToken.Value).ToString());
        AssertClean($"{new AccessToken(CanaryToken.Value)} {options} {client.Endpoint}");
        AssertClean(client.Redactor.Redact($"a {CanaryToken.Value} b"));
    }

    [Fact]
    public void The_search_itself_finds_a_planted_token() =>
        Assert.All(Echoes[..6], echo => Assert.ThrowsAny<Exception>(() => AssertClean($"planted {echo} here")));

    [Theory]
    [InlineData("https://x.example/index.php?module=API&token_auth=" + CanaryToken.Value)]
    [InlineData("https://user:" + CanaryToken.Value + "@x.example")]
    [InlineData("matomo?token_auth=" + CanaryToken.Value)]
    public void An_address_never_repeats_a_token_that_was_pasted_with_it(string address)
    {
        try
        {
            AssertClean(MatomoEndpoint.Parse(address).ToString());
        }
        catch (ArgumentException error)
        {
            AssertClean(error.ToString().Split("   at ")[0]);
        }
    }

    private static void AssertClean(string text)
    {
        var lower = text.ToLowerInvariant();
        Assert.DoesNotContain(CanaryToken.Value, lower, StringComparison.Ordinal);
        Assert.DoesNotContain(CanaryToken.Value[..16] + " ", lower, StringComparison.Ordinal);
        Assert.DoesNotContain(Echoes[2].ToLowerInvariant(), lower, StringComparison.Ordinal);
        for (var shift = 0; shift < 3; shift++)
        {
            var inner = Convert.ToBase64String([.. new byte[shift], .. Encoding.ASCII.GetBytes(CanaryToken.Value)])[4..40];
            Assert.DoesNotContain(inner, text, StringComparison.Ordinal);
        }
    }
}
