using Tributary.Matomo.Replies;
using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

/// <summary>Labels in another language than English: Matomo 4 and 5 word their errors in it, too.</summary>
public class LanguageTests
{
    private const string Refusal = "Sie können nicht auf diese Ressource zugreifen, da sie 'view'-Zugriff benötigt.";

    private static readonly MatomoClientOptions German = Some.Options with { Language = "de" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, Refusal, "You can't access this resource as it requires 'view' access for the website id = 1.", MatomoErrorKind.AuthenticationOrNoAccess)]
    [InlineData(500, "Sie haben sich zu oft erfolglos angemeldet.", "You have been locked out because there were too many failed logins. Try again later.", MatomoErrorKind.LockedOut)]
    [InlineData(200, "Das Besucherprotokoll ist ausgeschaltet.", "The visits log is disabled for this site.", MatomoErrorKind.VisitLogDisabled)]
    public async Task An_error_in_another_language_is_told_apart_by_its_English_words(int status, string german, string english, MatomoErrorKind kind)
    {
        await using var server = ScriptedServer.Start().Always(r => ScriptedReply.Error(r.Query["language"] == "de" ? german : english, status));
        using var client = Some.Client(server, German);

        var error = await Assert.ThrowsAsync<MatomoException>(() => client.ReadAsync(Some.Pages, new ReplyLog(), Stop));

        Assert.Equal((kind, english), (error.Kind, error.ApiMessage));
        Assert.Equal(["de", "en"], server.Requests.Select(r => r.Query["language"]));
        Assert.Equal(server.Requests[0].Query["method"], server.Requests[1].Query["method"]);
    }

    [Fact]
    public async Task An_error_whose_words_are_known_is_not_asked_for_again()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Error("Unable to authenticate with the provided token. It is either invalid or expired.", 401));
        using var client = Some.Client(server, German);

        Assert.Equal(MatomoErrorKind.Authentication, (await Assert.ThrowsAsync<MatomoException>(() => client.ReadAsync(Some.Pages, new ReplyLog(), Stop))).Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_succeeds_in_English_keeps_its_error()
    {
        await using var server = ScriptedServer.Start().Always(r => r.Query["language"] == "de" ? ScriptedReply.Error("Hoppla.") : ScriptedReply.Json("""[{"label":"a"}]"""));
        using var client = Some.Client(server, German);
        var rows = new ReplyLog();

        var error = await Assert.ThrowsAsync<MatomoException>(() => client.ReadAsync(Some.Pages, rows, Stop));

        Assert.Equal((MatomoErrorKind.Api, "Hoppla.", ""), (error.Kind, error.ApiMessage, rows.ToString()));
    }

    [Fact]
    public async Task So_is_the_error_of_one_item_of_a_bulk_request()
    {
        await using var server = ScriptedServer.Start()
            .Then(ScriptedReply.Json($$"""[[{"label":"a"}],{"result":"error","message":"{{Refusal}}"}]"""))
            .Always(ScriptedReply.Error("You can't access this resource as it requires 'view' access for the website id = 1."));
        using var client = Some.Client(server, German);

        var result = await client.ReadBulkAsync([new BulkItem(Some.Pages, new ReplyLog()), new BulkItem(Some.Pages, new ReplyLog())], Stop);

        Assert.Null(result.Errors[0]);
        Assert.Equal((MatomoErrorKind.AuthenticationOrNoAccess, true), (result.Errors[1]!.Kind, result.Errors[1]!.IsPart));
        Assert.Equal(2, server.Requests.Count);
    }
}
