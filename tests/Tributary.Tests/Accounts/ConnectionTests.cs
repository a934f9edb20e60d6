using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Accounts;

/// <summary>Headers, credentials, proxies and certificate authorities of an account.</summary>
public sealed class ConnectionTests
{
    private const string Password = "pass-Word-0f-the-gate";

    private static readonly DetailsInput Yesterday = new() { Report = "UserCountry.getCountry", DaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_credentials_and_user_agent_go_with_every_request()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var before = fixture.Matomo.Requests.Count;

        await AddAsync(fixture, "Gated", new ConnectionChange { Headers = new Dictionary<string, string> { ["X-Gate"] = CanaryToken.Value }, Basic = $"user:{Password}", UserAgent = "Mine/1" });
        await fixture.Workspace.AddDataSetAsync(new NewDataSet { Name = "Countries", Account = "Gated", Details = Yesterday }, Stop);
        await fixture.RunAsync("Countries");

        var sent = fixture.Matomo.Requests.Skip(before).ToList();
        Assert.True(sent.Count > 3);
        Assert.All(sent, r => Assert.Equal(
            (CanaryToken.Value, "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"user:{Password}")), "Mine/1"),
            (r.Headers["X-Gate"], r.Headers["Authorization"], r.Headers["User-Agent"])));
    }

    [Fact]
    public async Task Secrets_of_a_connection_are_nowhere_in_clear()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 5;
        var test = await AddAsync(fixture, "Gated", new ConnectionChange
        {
            Headers = new Dictionary<string, string> { ["X-Gate"] = CanaryToken.Value },
            Basic = $"user:{CanaryToken.Value}",
            Proxy = fixture.Matomo.Address.ToString().Replace("//", $"//me:{CanaryToken.Value}@", StringComparison.Ordinal),
        });
        await fixture.Workspace.AddDataSetAsync(new NewDataSet { Name = "Countries", Account = "Gated", Details = Yesterday }, Stop);
        fixture.Matomo.Report = _ => ScriptedReply.Error($"The gate {CanaryToken.Value} is odd");
        var run = await fixture.RunAsync("Countries");
        var account = (await fixture.Workspace.Accounts.ListAsync(Stop)).Single(a => a.Name == "Gated");
        await fixture.Workspace.DisposeAsync();

        Assert.Contains("The gate *** is odd", run.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(("X-Gate", true, fixture.Matomo.Address.ToString().TrimEnd('/')), (Assert.Single(account.HeaderNames), account.HasBasicCredentials, account.Proxy));
        Assert.Empty(TokenSearch.In([test.ToString(), account.ToString(), System.Text.Json.JsonSerializer.Serialize(account), run.ToString()]));
        Assert.Empty(TokenSearch.InFolder(fixture.Folder));
    }

    [Fact]
    public async Task A_proxy_is_gone_through()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var test = await fixture.Workspace.Accounts.AddAsync(
            new NewAccount { Name = "Behind", Url = "http://behind.invalid/stats/", Token = new AccessToken(CanaryToken.Value), Connection = new ConnectionChange { Proxy = fixture.Matomo.Address.ToString() } }, Stop);

        Assert.DoesNotContain(test.Steps, s => s.Result == ConnectionStepResult.Failed);
        Assert.StartsWith("http://behind.invalid/stats/index.php?", fixture.Matomo.Requests[^1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_of_ones_own_is_trusted_for_the_name_in_the_certificate_alone()
    {
        using var folder = new TemporaryFolder();
        using var certificate = Certificates.SelfSigned();
        await File.WriteAllTextAsync(folder.File("ca.pem"), certificate.ExportCertificatePem(), Stop);
        await using var server = ScriptedServer.StartTls(certificate).Always(r => ScriptedReply.Json(r.Method == "API.getMatomoVersion" ? """{"value":"5.2.0"}""" : """[{"idsite":1,"name":"Shop"}]"""));
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var without = await TestAsync("Without", server.Address, null);
        var with = await TestAsync("With", server.Address, folder.File("ca.pem"));
        var otherName = await TestAsync("Other", new UriBuilder(server.Address) { Host = "127.0.0.1" }.Uri, folder.File("ca.pem"));

        Assert.Equal(["Encryption"], without.Steps.Where(s => s.Result == ConnectionStepResult.Failed).Select(s => s.Name));
        Assert.DoesNotContain(with.Steps, s => s.Result == ConnectionStepResult.Failed);
        Assert.Equal(["Encryption"], otherName.Steps.Where(s => s.Result == ConnectionStepResult.Failed).Select(s => s.Name));
        Assert.Equal(folder.File("ca.pem"), with.Account.Settings.CaFile);

        Task<AccountTest> TestAsync(string name, Uri address, string? caFile) => fixture.Workspace.Accounts.AddAsync(
            new NewAccount { Name = name, Url = address.ToString(), Token = new AccessToken(CanaryToken.Value), Connection = new ConnectionChange { CaFile = caFile } }, Stop);
    }

    [Theory]
    [InlineData("Authorization", "--basic-env")]
    [InlineData("host", "--url")]
    [InlineData("Content-Type", "body")]
    [InlineData("content-length", "body")]
    [InlineData("Transfer-Encoding", "travels")]
    [InlineData("User-Agent", "--user-agent")]
    [InlineData("Proxy-Authorization", "--proxy")]
    [InlineData("X Gate", "letters")]
    public async Task A_header_that_would_break_requests_is_refused_with_the_reason(string name, string reason)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var error = await Assert.ThrowsAsync<InputException>(() => AddAsync(fixture, "Gated", new ConnectionChange { Headers = new Dictionary<string, string> { [name] = Password } }));

        Assert.Equal("--header", Assert.Single(error.Problems).Field);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_used_is_told_at_its_flag_and_never_repeated_when_secret()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("empty.pem"), "no certificate", Stop);
        await using var fixture = await WorkspaceFixture.CreateAsync();
        foreach (var (change, flag) in new[]
        {
            (new ConnectionChange { Basic = Password }, "--basic-env"),
            (new ConnectionChange { Basic = ":" + Password }, "--basic-env"),
            (new ConnectionChange { Proxy = $"ftp://u:{Password}@proxy:21" }, "--proxy"),
            (new ConnectionChange { Proxy = "proxy:3128" }, "--proxy"),
            (new ConnectionChange { CaFile = folder.File("none.pem") }, "--ca-file"),
            (new ConnectionChange { CaFile = folder.File("empty.pem") }, "--ca-file"),
            (new ConnectionChange { Language = "?" }, "--language"),
            (new ConnectionChange { ParallelRequests = 100 }, "--parallel"),
            (new ConnectionChange { Headers = new Dictionary<string, string> { ["X-Gate"] = Password + "\r\nX: y" } }, "--header"),
        })
        {
            var error = await Assert.ThrowsAsync<InputException>(() => AddAsync(fixture, "Gated", change));

            Assert.Equal(flag, Assert.Single(error.Problems).Field);
            Assert.DoesNotContain(Password, error.ToString(), StringComparison.Ordinal);
        }

        Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop));
    }

    [Fact]
    public async Task An_edit_changes_only_what_is_given_and_an_empty_text_takes_a_thing_away()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Gated", new ConnectionChange { Headers = new Dictionary<string, string> { ["X-Gate"] = "open sesame", ["X-Other"] = "other" }, Basic = $"user:{Password}", Language = "de", RequestsPerMinute = 600 });

        await fixture.Workspace.Accounts.EditAsync("Gated", new AccountEdit { Connection = new ConnectionChange { ParallelRequests = 1, Headers = new Dictionary<string, string> { ["x-other"] = "" } } }, Stop);
        var once = (await fixture.Workspace.Accounts.ListAsync(Stop)).Single(a => a.Name == "Gated");
        await fixture.Workspace.Accounts.EditAsync("Gated", new AccountEdit { Connection = new ConnectionChange { Basic = "", RequestsPerMinute = 0 } }, Stop);
        var twice = (await fixture.Workspace.Accounts.ListAsync(Stop)).Single(a => a.Name == "Gated");

        Assert.Equal(new AccountSettings { Language = "de", RequestsPerMinute = 600, ParallelRequests = 1 }, once.Settings);
        Assert.Equal(("X-Gate", true), (string.Join(',', once.HeaderNames), once.HasBasicCredentials));
        Assert.Equal(new AccountSettings { Language = "de", ParallelRequests = 1 }, twice.Settings);
        Assert.Equal(("X-Gate", false), (string.Join(',', twice.HeaderNames), twice.HasBasicCredentials));
        Assert.Equal(("open sesame", false), (fixture.Matomo.Requests[^1].Headers["X-Gate"], fixture.Matomo.Requests[^1].Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task An_edit_that_does_not_work_stores_nothing_and_says_which_step_failed()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var test = await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Url = "http://localhost:9/", Token = new AccessToken(CanaryToken.Value), Connection = new ConnectionChange { Language = "de" } }, Stop);
        var account = Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop));

        Assert.Equal("Address", test.Steps.Single(s => s.Result == ConnectionStepResult.Failed).Name);
        Assert.Equal((fixture.Matomo.Address.ToString(), "en", "valid"), (account.Url, account.Settings.Language, account.State));
        Assert.Equal("valid", test.Account.State);
    }

    [Fact]
    public async Task Secrets_kept_for_one_server_are_sent_to_no_other()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Gated", new ConnectionChange { Headers = new Dictionary<string, string> { ["X-Gate"] = "open sesame" }, Basic = $"user:{Password}" });
        await using var elsewhere = ScriptedServer.Start();
        var url = elsewhere.Address.ToString();

        var all = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Accounts.EditAsync("Gated", new AccountEdit { Url = url }, Stop));
        var some = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Accounts.EditAsync("Gated", new AccountEdit { Url = url, Token = new AccessToken(CanaryToken.Value), Connection = new ConnectionChange { Basic = "" } }, Stop));
        var proxied = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Accounts.EditAsync("Gated", new AccountEdit { Connection = new ConnectionChange { Proxy = url } }, Stop));

        Assert.Equal(["--token-env", "--header", "--basic-env"], all.Problems.Select(p => p.Field));
        Assert.Equal(["--header"], some.Problems.Select(p => p.Field));
        Assert.Equal(["--token-env", "--header", "--basic-env"], proxied.Problems.Select(p => p.Field));
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("http://matomo.example/", "http://matomo.example/sub/", null, false)]
    [InlineData("http://matomo.example/", "https://MATOMO.example/", null, false)]
    [InlineData("https://matomo.example/", "http://matomo.example/", null, true)]
    [InlineData("http://matomo.example/", "https://matomo.example:8443/", null, true)]
    [InlineData("https://matomo.example/", "https://matomo.example.evil.example/", null, true)]
    [InlineData("https://matomo.example/", "https://matomo.example/", "http://proxy.example:3128/", true)]
    public void Another_host_port_or_proxy_is_elsewhere_and_another_path_is_not(string url, string to, string? proxy, bool isElsewhere) =>
        Assert.Equal(isElsewhere, KeptSecrets.LeadElsewhere(url, null, to, proxy));

    [Fact]
    public async Task An_edit_in_another_process_holds_for_the_next_run()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");
        await using (var other = await Workspace.OpenAsync(fixture.Folder, fixture.Clock, Stop))
        {
            await other.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { Headers = new Dictionary<string, string> { ["X-Gate"] = "open" } } }, Stop);
        }

        await fixture.RunAsync("Countries");

        Assert.Equal("open", fixture.Matomo.Requests[^1].Headers["X-Gate"]);
    }

    [Fact]
    public async Task After_the_keys_were_lost_token_and_secrets_are_asked_for_and_can_be_given_again()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Gated", new ConnectionChange { Headers = new Dictionary<string, string> { ["X-Gate"] = "open sesame" } });
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.Workspace.AddDataSetAsync(new NewDataSet { Name = "Gated countries", Account = "Gated", Details = Yesterday }, Stop);
        await fixture.Workspace.DisposeAsync();
        Directory.Delete(Path.Combine(fixture.Folder, "keys"), recursive: true);
        await fixture.OpenAsync();

        var run = await fixture.RunAsync("Countries");
        var edit = await Assert.ThrowsAsync<TributaryException>(() => fixture.Workspace.Accounts.EditAsync("Gated", new AccountEdit { Connection = new ConnectionChange { Language = "de" } }, Stop));
        Assert.Equal(("workspace.key_missing", Fault.Workspace), (run.Error!.Code, run.Error.Fault));
        Assert.Contains("account token \"Shop\"", run.Error.Message, StringComparison.Ordinal);
        Assert.Equal("workspace.key_missing", edit.Code);

        await fixture.Workspace.Accounts.ReplaceTokenAsync("Shop", new AccessToken(CanaryToken.Value), Stop);
        await fixture.Workspace.Accounts.EditAsync("Gated", new AccountEdit { Token = new AccessToken(CanaryToken.Value), Connection = new ConnectionChange { Headers = new Dictionary<string, string> { ["X-Gate"] = "again" } } }, Stop);

        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Gated countries")).Status);
        Assert.Equal("again", fixture.Matomo.Requests[^1].Headers["X-Gate"]);
    }

    private static async Task<AccountTest> AddAsync(WorkspaceFixture fixture, string name, ConnectionChange connection)
    {
        var test = await fixture.Workspace.Accounts.AddAsync(
            new NewAccount { Name = name, Url = fixture.Matomo.Address.ToString(), Token = new AccessToken(CanaryToken.Value), Connection = connection }, Stop);
        Assert.DoesNotContain(test.Steps, s => s.Result == ConnectionStepResult.Failed);
        return test;
    }
}
