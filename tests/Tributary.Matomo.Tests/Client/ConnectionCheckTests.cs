using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

public class ConnectionCheckTests
{
    private const string Wrong = "Unable to authenticate with the provided token. It is either invalid or expired.";
    private const string NoSite = "You can't access this resource as it requires view access for at least one website.";

    [Fact]
    public async Task Passes_all_steps()
    {
        await using var server = ScriptedServer.Start().Always(request => ScriptedReply.Json(
            request.Method == "API.getMatomoVersion" ? """{"value":"5.2.0"}""" : """[{"idsite":1,"name":"Shop","timezone":"UTC","currency":"EUR"}]"""));

        var steps = await CheckAsync(server);

        Assert.Equal(["Address", "Encryption", "Matomo", "Version", "Access token", "Sites"], steps.Select(s => s.Name));
        Assert.All(steps.Where(s => s.Name != "Encryption"), step => Assert.Equal(ConnectionStepResult.Ok, step.Result));
        Assert.Equal(ConnectionStepResult.Warning, steps[1].Result);
        Assert.Equal("Matomo 5.2.0.", steps[3].Sentence);
        Assert.Equal("One site: Shop.", steps[5].Sentence);
        Assert.Contains("Not encrypted", steps[1].Sentence, StringComparison.Ordinal);
    }

    public static TheoryData<ScriptedReply, string, MatomoErrorKind> Failures => new()
    {
        { ScriptedReply.Html("<html><title>Sign in - Matomo</title></html>"), "Matomo", MatomoErrorKind.SignInPage },
        { ScriptedReply.Html("<html><title>Shop</title></html>"), "Matomo", MatomoErrorKind.NotMatomo },
        { ScriptedReply.Html("", 503), "Matomo", MatomoErrorKind.Unavailable },
        { ScriptedReply.Html("", 301).With("Location", "https://x/"), "Matomo", MatomoErrorKind.Redirected },
        { ScriptedReply.Json("""{"value":"hello"}"""), "Matomo", MatomoErrorKind.UnexpectedReply },
        { ScriptedReply.Error(Wrong, 401), "Access token", MatomoErrorKind.Authentication },
        { ScriptedReply.Error(NoSite), "Access token", MatomoErrorKind.AuthenticationOrNoAccess },
        { ScriptedReply.Error(NoSite, 401), "Sites", MatomoErrorKind.NoAccess },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Says_which_step_fails_and_asks_only_once(ScriptedReply reply, string step, MatomoErrorKind kind)
    {
        await using var server = ScriptedServer.Start().Always(reply);

        var steps = await CheckAsync(server);

        var failed = Assert.Single(steps, s => s.Result == ConnectionStepResult.Failed);
        Assert.Equal(step, failed.Name);
        Assert.Equal(kind, failed.Error!.Kind);
        Assert.Equal(failed.Error.Message, failed.Sentence);
        Assert.Equal(6, steps.Count);
        Assert.All(steps.SkipWhile(s => s != failed).Skip(1), later => Assert.Equal(ConnectionStepResult.NotReached, later.Result));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Fails_at_the_sites_when_the_list_is_empty()
    {
        await using var server = ScriptedServer.Start().Then(ScriptedReply.Json("""{"value":"4.16.1"}""")).Always(ScriptedReply.Json("[]"));

        var steps = await CheckAsync(server);

        Assert.Equal(ConnectionStepResult.Ok, steps[4].Result);
        Assert.Equal(MatomoErrorKind.NoAccess, steps[5].Error!.Kind);
    }

    [Fact]
    public async Task Fails_at_the_address_and_at_the_encryption()
    {
        using var certificate = Certificates.SelfSigned();
        await using var server = ScriptedServer.StartTls(certificate);
        using var noHost = new MatomoClient(MatomoEndpoint.Parse("https://nosuchhost.invalid"), new AccessToken(CanaryToken.Value), Some.Options, TimeProvider.System);
        using var noTls = new MatomoClient(MatomoEndpoint.Parse(server.Address.AbsoluteUri), new AccessToken(CanaryToken.Value), Some.Options, TimeProvider.System);

        Assert.Equal(ConnectionStepResult.Failed, (await noHost.CheckAsync(TestContext.Current.CancellationToken))[0].Result);
        Assert.Equal(
            [ConnectionStepResult.Ok, ConnectionStepResult.Failed],
            (await noTls.CheckAsync(TestContext.Current.CancellationToken)).Take(2).Select(s => s.Result));
    }

    private static async Task<IReadOnlyList<ConnectionStep>> CheckAsync(ScriptedServer server)
    {
        using var client = Some.Client(server);
        return await client.CheckAsync(TestContext.Current.CancellationToken);
    }
}
