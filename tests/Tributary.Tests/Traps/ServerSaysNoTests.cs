using System.Globalization;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Servers that fail, refuse, limit, or answer with something else, as a DataSet's run meets them.</summary>
public sealed class ServerSaysNoTests
{
    private const string Refused = "Unable to authenticate with the provided token. It is either invalid or expired.";

    private const string Cut = "cut off";

    private static readonly DetailsInput LastTenDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "10", EndDaysBack = "1" };

    private static AccountEdit TwoAtOnce => new() { Connection = new ConnectionChange { ParallelRequests = 2 } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_with_status_200_is_an_error_and_what_is_stored_stays()
    {
        await using var fixture = await StoredAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Error("Something &quot;odd&quot; happened");

        var run = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, "matomo.api", Fault.Source), (run.Status, run.Error!.Code, run.Error.Fault));
        Assert.Contains("Something \"odd\" happened", run.Error.Message, StringComparison.Ordinal);
        Assert.Equal([[20L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
    }

    [Fact]
    public async Task An_error_for_one_site_of_many_fails_that_site_alone()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"},{"idsite":2,"name":"Blog","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}]""";
        fixture.Matomo.Report = r => r.Query["idSite"] == "2" ? ScriptedReply.Error("An unexpected website was found in the request: website id was set to '2'.") : null;
        await fixture.AddAsync("Countries", LastTenDays);

        var run = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Partial, 10, "matomo.unknown_site"), (run.Status, run.Partitions, run.Error!.Code));
        Assert.All(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop), p => Assert.Equal(1, p.Key.SiteId));
    }

    [Fact]
    public async Task An_error_inside_a_bulk_array_fails_what_it_belongs_to()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = r => r.Query.TryGetValue("idSubtable", out var below)
            ? below == "20" ? ScriptedReply.Error("Odd") : ScriptedReply.Json("""[{"label":"piece","nb_impressions":3}]""")
            : ScriptedReply.Json(r.Query["date"].Contains(',', StringComparison.Ordinal)
                ? "{" + string.Join(',', PretendMatomo.DaysOf(r).Select(d => $"\"{d}\":{Table(d)}")) + "}"
                : Table(r.Query["date"]));
        await fixture.AddAsync("Contents", new DetailsInput { Report = "Contents.getContentNames", Start = "2026-11-18", End = "2026-11-21" });

        var run = await fixture.RunAsync("Contents");

        Assert.Equal((RunStatus.Partial, "matomo.api", 3), (run.Status, run.Error?.Code, run.Partitions));
        Assert.DoesNotContain(await fixture.Workspace.ReadPartitionsAsync("Contents", Stop), p => p.Key.Start == new DateOnly(2026, 11, 20));

        static string Table(string day) => $$"""[{"label":"banner","nb_impressions":3,"idsubdatatable":{{day[^2..]}}}]""";
    }

    [Theory]
    [InlineData(200, "text/html", "<html><title>Sign in</title><form><input type=\"password\"></form></html>", "matomo.sign_in_page")]
    [InlineData(403, "text/html", "<html><title>Attention Required! | Cloudflare</title></html>", "matomo.firewall_page")]
    [InlineData(200, "text/html", "<html><h1>Matomo is in scheduled maintenance</h1></html>", "matomo.maintenance")]
    [InlineData(200, "text/html", "<html><title>Matomo Installation</title></html>", "matomo.installer_page")]
    [InlineData(200, "text/html", "<html><title>Our shop</title>Welcome</html>", "matomo.not_matomo")]
    [InlineData(200, "application/json", "", "matomo.empty_body")]
    [InlineData(200, "application/json", Cut, "matomo.cut_off")]
    [InlineData(200, "application/json", "[1,2]", "matomo.unexpected_reply")]
    public async Task What_is_no_answer_is_told_apart_and_named_and_what_is_stored_stays(int status, string type, string body, string code)
    {
        await using var fixture = await StoredAsync();
        fixture.Matomo.Report = r => ScriptedReply.Json(BodyOf(r, body), status) with { ContentType = type };

        var run = await fixture.RunPatientlyAsync("Countries");

        Assert.Equal((RunStatus.Failed, code), (run.Status, run.Error!.Code));
        Assert.DoesNotContain("<", run.Error.Message, StringComparison.Ordinal);
        Assert.InRange(run.Error.Message.Length, 30, 600);
        Assert.Equal([[20L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
    }

    [Fact]
    public async Task A_PHP_warning_before_the_data_is_told_and_the_data_arrives()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json("Warning: Undefined array key 3 in /var/www/x.php on line 5\n[{\"label\":\"Japan\",\"nb_visits\":1}]");
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });

        var run = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, 1L), (run.Status, run.Rows));
        Assert.Contains(run.Warnings, w => w.Code == "matomo.notice");
    }

    [Theory]
    [InlineData(401, Refused, "matomo.authentication")]
    [InlineData(500, "Too many failed logins. Please wait and try logging in again later.", "matomo.locked_out")]
    [InlineData(401, "Unable to authenticate with the provided token. It is either invalid or expired, or the token_auth is required to be sent as a POST parameter.", "matomo.secure_only_token")]
    [InlineData(403, "Your IP 10.0.0.1 is not allowed to use the API.", "matomo.address_not_allowed")]
    public async Task After_a_first_refusal_no_request_reaches_the_server_by_any_way_over_processes(int status, string message, string code)
    {
        await using var fixture = await StoredAsync();
        await fixture.AddAsync("More", LastTenDays);
        var first = 0;
        fixture.Matomo.Anything = r =>
        {
            // The sites are still answered: the refusal comes in the middle of a run.
            if (r.Method.StartsWith("SitesManager", StringComparison.Ordinal) && first == 0)
            {
                return null;
            }

            first++;
            return ScriptedReply.Error(message, status);
        };

        var refused = await fixture.RunAsync("Countries");
        await using var other = await Workspace.OpenAsync(fixture.Folder, fixture.Clock, Stop);
        foreach (var workspace in new[] { fixture.Workspace, other })
        {
            var results = await workspace.RunAsync(new RunRequest { All = true }, null, Stop);
            Assert.All(results, r => Assert.Equal((RunStatus.Failed, "account.needs_attention"), (r.Status, r.Error!.Code)));
            await Assert.ThrowsAsync<TributaryException>(() => workspace.PreviewAsync("Shop", LastTenDays, 10, Stop));
            await Assert.ThrowsAsync<TributaryException>(() => workspace.Reports.ListAsync("Shop", null, Stop));
        }

        Assert.Equal((RunStatus.Failed, code), (refused.Status, refused.Error!.Code));
        Assert.Equal(1, first);
        Assert.Equal(("needs_attention", refused.Error.Message), Assert.Single(await other.Accounts.ListAsync(Stop)) is var a ? (a.State, a.Reason) : default);
    }

    [Fact]
    public async Task A_run_under_way_in_another_process_asks_nothing_more_after_the_refusal()
    {
        await using var fixture = await StoredAsync();
        await fixture.AddAsync("Long", new DetailsInput { Report = "UserCountry.getCountry", Start = "2024-01-01", End = "2026-10-31" });
        await using var other = await Workspace.OpenAsync(fixture.Folder, fixture.Clock, Stop);
        var (go, arrived) = (new TaskCompletionSource(), new TaskCompletionSource());
        fixture.Matomo.Report = r => r.Query["date"].StartsWith("2026-11", StringComparison.Ordinal) ? ScriptedReply.Error(Refused, 401) : Wait();

        var running = other.RunAsync(new RunRequest { Names = ["Long"] }, null, Stop);
        await arrived.Task.WaitAsync(Stop);
        await fixture.RunAsync("Countries");
        var asked = fixture.Matomo.Requests.Count;
        go.SetResult();
        var result = Assert.Single(await running);

        Assert.Equal("account.needs_attention", result.Error!.Code);
        Assert.Equal(asked, fixture.Matomo.Requests.Count);

        ScriptedReply Wait()
        {
            arrived.TrySetResult();
            return ScriptedReply.Json("{}") with { Before = go.Task };
        }
    }

    [Fact]
    public async Task A_preview_that_is_refused_stops_the_account_too()
    {
        await using var fixture = await StoredAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Error(Refused, 401);

        await Assert.ThrowsAsync<MatomoException>(() => fixture.Workspace.PreviewAsync("Shop", LastTenDays, 10, Stop));

        Assert.Equal("account.needs_attention", (await fixture.RunAsync("Countries")).Error!.Code);
    }

    [Fact]
    public async Task A_token_that_an_old_server_refuses_as_it_refuses_a_site_is_asked_once_more_and_stops_the_account()
    {
        await using var fixture = await StoredAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Error("You can't access this resource as it requires 'view' access for the website id = 1.");
        await fixture.AddAsync("Long", new DetailsInput { Report = "UserCountry.getCountry", Start = "2024-01-01", End = "2026-10-31" });
        await fixture.Workspace.Accounts.EditAsync("Shop", TwoAtOnce, Stop);
        fixture.Matomo.Anything = r => r.Method == "API.getMatomoVersion" ? ScriptedReply.Error("You can't access this resource as it requires a 'view' access for at least one website.") : null;
        var before = fixture.Matomo.Requests.Count;

        var run = await fixture.RunAsync("Long");

        var asked = fixture.Matomo.Requests.Skip(before).Where(r => !r.Method.StartsWith("SitesManager", StringComparison.Ordinal)).Select(r => r.Method).ToList();
        Assert.Equal((RunStatus.Failed, "matomo.authentication_or_no_access"), (run.Status, run.Error!.Code));
        Assert.Single(asked, m => m == "API.getMatomoVersion");

        // Two windows are read at the same time.
        Assert.InRange(asked.Count(m => m == "UserCountry.getCountry"), 1, 2);
        Assert.Equal("needs_attention", Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).State);
    }

    [Fact]
    public async Task A_site_that_an_old_server_refuses_does_not_stop_the_account()
    {
        await using var fixture = await StoredAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Error("You can't access this resource as it requires 'view' access for the website id = 1.");

        var run = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, "matomo.authentication_or_no_access"), (run.Status, run.Error!.Code));
        Assert.Equal("valid", Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).State);
    }

    [Fact]
    public async Task An_empty_list_of_sites_is_no_success_when_the_token_is_unknown()
    {
        await using var fixture = await StoredAsync();
        fixture.Matomo.Sites = "[]";
        fixture.Matomo.Anything = r => r.Method == "API.getMatomoVersion" ? ScriptedReply.Error(Refused, 401) : null;

        var run = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, "matomo.authentication"), (run.Status, run.Error!.Code));
        Assert.Equal("needs_attention", Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).State);
    }

    [Fact]
    public async Task A_refused_secure_only_token_is_told_with_the_possible_causes()
    {
        await using var fixture = await StoredAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Error("Unable to authenticate with the provided token. It is either invalid, expired or is required to be sent as a POST parameter.", 401);

        var run = await fixture.RunAsync("Countries");

        Assert.Equal("matomo.secure_only_token", run.Error!.Code);
        Assert.All(new[] { "wrong", "expired", "body", "proxy" }, cause => Assert.Contains(cause, run.Error.Message, StringComparison.Ordinal));
        Assert.All(fixture.Matomo.Requests, r => Assert.DoesNotContain("token_auth", r.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_the_address_to_use_is_named()
    {
        await using var elsewhere = ScriptedServer.Start();
        await using var fixture = await StoredAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Html("moved", 301).With("Location", $"{elsewhere.Address}stats/index.php?module=API");

        var run = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, "matomo.redirected"), (run.Status, run.Error!.Code));
        Assert.Contains($"{elsewhere.Address}stats/", run.Error.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(429, null)]
    [InlineData(429, "20")]
    [InlineData(503, null)]
    [InlineData(503, "20")]
    public async Task A_server_that_asks_to_wait_is_waited_for(int status, string? retryAfter)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", LastTenDays);
        var refusals = 0;
        fixture.Matomo.Report = _ => refusals++ > 1 ? null : retryAfter is null ? ScriptedReply.Html("", status) : ScriptedReply.Html("", status).With("Retry-After", retryAfter);

        var run = await fixture.RunPatientlyAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, 10), (run.Status, run.Partitions));
    }

    [Fact]
    public async Task Limits_learned_from_a_refusal_are_kept_for_the_next_process_and_forgotten_when_set_by_hand()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.Workspace.Accounts.EditAsync("Shop", TwoAtOnce, Stop);
        await fixture.AddAsync("Countries", LastTenDays);
        var refusals = 0;
        fixture.Matomo.Report = _ => refusals++ > 0 ? null : ScriptedReply.Html("", 429);
        await fixture.RunPatientlyAsync("Countries");

        await fixture.Workspace.DisposeAsync();
        await fixture.OpenAsync();
        var learned = Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).Learned;
        await fixture.RunAsync("Countries");

        Assert.Equal((1, null), (learned!.ParallelRequests, learned.RequestsPerMinute));
        fixture.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Null(Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).Learned);

        refusals = 0;
        await fixture.RunPatientlyAsync("Countries");
        Assert.NotNull(Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).Learned);
        await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { ParallelRequests = 3 } }, Stop);
        Assert.Null(Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).Learned);
    }

    [Theory]
    [InlineData(500, "<b>Fatal error</b>: Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in x.php", "matomo.out_of_memory")]
    [InlineData(502, "<html><title>502 Bad Gateway</title></html>", "matomo.unavailable")]
    [InlineData(504, "<html><title>504 Gateway Time-out</title></html>", "matomo.unavailable")]
    [InlineData(200, "<b>Fatal error</b>: Maximum execution time of 30 seconds exceeded in x.php", "matomo.server_timeout")]
    [InlineData(200, Cut, "matomo.cut_off")]
    [InlineData(200, "", "matomo.empty_body")]
    public async Task What_is_too_much_is_halved_and_the_one_bad_day_fails_alone(int status, string body, string code)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", LastTenDays);
        fixture.Matomo.Report = r => PretendMatomo.DaysOf(r).Contains("2026-11-20") ? ScriptedReply.Html(BodyOf(r, body), status) : null;

        var run = await fixture.RunPatientlyAsync("Countries");

        Assert.Equal((RunStatus.Partial, 9, code), (run.Status, run.Partitions, run.Error!.Code));
        Assert.DoesNotContain(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop), p => p.Key.Start == new DateOnly(2026, 11, 20));
    }

    [Fact]
    public async Task Long_parameters_go_in_the_body()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        var segment = string.Join(',', Enumerable.Range(0, 400).Select(i => string.Create(CultureInfo.InvariantCulture, $"pageUrl=@page-{i}-ö")));
        await fixture.AddAsync("Countries", LastTenDays with { Segments = [segment] });

        var run = await fixture.RunAsync("Countries");

        Assert.Null(run.Error);
        Assert.Contains(fixture.Matomo.Reports, r => r.Form.GetValueOrDefault("segment") == segment);
        Assert.All(fixture.Matomo.Requests, r => Assert.InRange(r.Target.Length, 1, 1000));
    }

    /// <summary>The body, or the beginning of what was asked for.</summary>
    private static string BodyOf(ScriptedRequest request, string body) => body != Cut ? body
        : (request.Query["date"].Contains(',', StringComparison.Ordinal) ? $$"""{"{{PretendMatomo.DaysOf(request).First()}}":""" : "") + """[{"label":"Japan","nb_vis""";

    /// <summary>A workspace whose DataSet Countries has ten days stored.</summary>
    private static async Task<WorkspaceFixture> StoredAsync()
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", LastTenDays);
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
        return fixture;
    }

    private static void FillLastTenDays(WorkspaceFixture fixture)
    {
        for (var day = new DateOnly(2026, 11, 15); day <= new DateOnly(2026, 11, 25); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = day.Day;
        }
    }
}
