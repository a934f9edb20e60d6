using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Files;

public class FileSecretTests
{
    private const string Secret = "s3cret-of-the-gateway";

    [Fact]
    public async Task A_file_that_leads_to_another_server_gives_the_secrets_again()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        await using var elsewhere = ScriptedServer.Start();
        await fixture.ApplyAsync($"version: 1\n{fixture.Account}");
        fixture.Variables.Clear();

        var error = await Assert.ThrowsAnyAsync<TributaryException>(() => fixture.ApplyAsync($"version: 1\n{fixture.Account}".Replace(fixture.Inner.Matomo.Address.ToString(), elsewhere.Address.ToString(), StringComparison.Ordinal)));

        Assert.Contains("is not set", error.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Secrets_come_by_variables_stay_when_those_are_not_set_and_are_never_written()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Variables["GATE"] = Secret;
        fixture.Variables["BASIC"] = $"me:{Secret}";
        fixture.Variables["HOOK"] = $"https://example.org/{Secret}";
        var file = $$"""
            version: 1
            {{fixture.Account}}
                header_env: {X-Gate: GATE}
                basic_env: BASIC
            alerts:
              - name: Chat
                webhook_env: HOOK
            """;

        var first = await fixture.ApplyAsync(file);
        fixture.Variables.Clear();
        var second = await fixture.ApplyAsync(file);
        fixture.Variables["GATE"] = Secret + "2";
        fixture.Variables["HOOK"] = $"https://example.org/{Secret}2";
        var third = await fixture.ApplyAsync(file);

        Assert.Equal(["header_env", "basic_env"], first.Changes[0].Fields.Select(f => f.Field));
        Assert.Empty(second.Changes);
        Assert.Equal([("Shop", "header_env"), ("Chat", "webhook_env")], third.Changes.Select(c => (c.Name, Assert.Single(c.Fields).Field)));
        var said = string.Join('\n', first.Changes.Concat(third.Changes).SelectMany(c => c.Fields)) + await fixture.ExportAsync();
        Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain(CanaryToken.Value, said, StringComparison.Ordinal);
        Assert.Contains(fixture.Inner.Matomo.Requests, r => r.Headers.TryGetValue("X-Gate", out var sent) && sent == Secret + "2");
    }

    [Theory]
    [InlineData("smtp: MAIL.example.org:587", true)]
    [InlineData("smtp: mail.example.org\n    tls: tls", true)]
    [InlineData("smtp: elsewhere.example.org", false)]
    [InlineData("smtp: mail.example.org:2525", false)]
    [InlineData("smtp: mail.example.org\n    tls: none", false)]
    [InlineData("smtp: mail.example.org\n    user: other", false)]
    public async Task A_kept_mail_password_goes_to_the_server_and_user_it_was_given_for(string server, bool isKept)
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Variables["MAIL"] = Secret;
        await fixture.ApplyAsync(File("smtp: mail.example.org"));
        fixture.Variables.Remove("MAIL");

        var error = await Record.ExceptionAsync(() => fixture.ApplyAsync(File(server)));

        Assert.Equal(isKept, error is null);
        Assert.True(isKept || error!.Message.Contains("password_env: The environment variable MAIL is not set", StringComparison.Ordinal), error?.Message);

        string File(string server) => $"version: 1\n{fixture.Account}\nalerts:\n  - name: Mail\n    {server}\n{(server.Contains("user:", StringComparison.Ordinal) ? "" : "    user: ann\n")}    password_env: MAIL\n    from: a@example.org\n    to: b@example.org\n";
    }

    [Theory]
    [InlineData("token_env: TRIBUTARY_TOKEN_SHOP", "token_env: " + CanaryToken.Value)]
    [InlineData("token_env: TRIBUTARY_TOKEN_SHOP", "token_env: TRIBUTARY_TOKEN_SHOP\n    basic_env: me:" + Secret)]
    [InlineData("token_env: TRIBUTARY_TOKEN_SHOP", "token_env: TRIBUTARY_TOKEN_SHOP\n    header_env: {X-Gate: " + Secret + "!}")]
    public async Task A_secret_in_the_place_of_a_variable_is_refused_and_not_repeated(string written, string instead)
    {
        await using var fixture = await ApplyFixture.CreateAsync();

        var error = await Assert.ThrowsAsync<InputException>(() => fixture.ApplyAsync($"version: 1\n{fixture.Account.Replace(written, instead, StringComparison.Ordinal)}"));

        Assert.Contains("no name of an environment variable", Assert.Single(error.Problems).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(CanaryToken.Value, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_file_no_longer_says_of_a_connection_is_gone()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Variables["GATE"] = Secret;
        await fixture.ApplyAsync($"version: 1\n{fixture.Account}\n    header_env: {{X-Gate: GATE}}\n    parallel: 7");

        await fixture.ApplyAsync($"version: 1\n{fixture.Account}");

        var account = Assert.Single(await fixture.Workspace.Accounts.ListAsync(TestContext.Current.CancellationToken));
        Assert.Empty(account.HeaderNames);
        Assert.Equal(4, account.Settings.ParallelRequests);
    }

    [Fact]
    public async Task Another_token_is_taken_over_and_told_without_being_shown()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Variables["TRIBUTARY_TOKEN_SHOP"] = "abcdefabcdefabcdefabcdefabcdefab";

        var result = await fixture.ApplyAsync($"version: 1\n{fixture.Account}");

        Assert.Equal("(what TRIBUTARY_TOKEN_SHOP holds)", Assert.Single(Assert.Single(result.Changes).Fields).New);
        Assert.Empty((await fixture.ApplyAsync($"version: 1\n{fixture.Account}")).Changes);
    }

    [Fact]
    public async Task A_password_in_the_file_is_refused()
    {
        await using var fixture = await ApplyFixture.CreateAsync();

        var error = await Assert.ThrowsAsync<Tributary.Model.InputException>(() => fixture.ApplyAsync($"version: 1\n{fixture.Account}\n    proxy: http://me:{Secret}@proxy:8080"));

        Assert.Contains("proxy_env", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.Message, StringComparison.Ordinal);
    }
}
