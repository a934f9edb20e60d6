using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Tributary.Accounts;
using Tributary.Alerts;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Alerts;

/// <summary>Messages from the end of a run to the mailbox or the address they go to.</summary>
public sealed class DeliveryTests
{
    private static readonly DetailsInput Yesterday = new() { Report = "UserCountry.getCountry", DaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_gets_the_documented_form_and_its_address_is_nowhere_in_clear()
    {
        await using var hook = ScriptedServer.Start().Always(ScriptedReply.Json("{}"));
        await using var fixture = await FailingAsync("国別 Länder");
        var added = await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "通知", Webhook = $"{hook.Address}{CanaryToken.Value}" }, Stop);

        var run = await fixture.RunAsync("国別 Länder");
        fixture.Matomo.Report = _ => null;
        await fixture.RunAsync("国別 Länder");

        var (failed, recovered) = (JsonDocument.Parse(hook.Requests[0].RawBody).RootElement, JsonDocument.Parse(hook.Requests[1].RawBody).RootElement);
        Assert.Equal(["event", "dataset", "status", "message", "code", "fault", "run_id", "at", "workspace"], failed.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["event", "dataset", "status", "message", "code", "fault", "run_id", "at", "workspace"], recovered.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ("failed", "国別 Länder", "failed", "matomo.api", "source", run.RunId, fixture.Folder),
            (Text(failed, "event"), Text(failed, "dataset"), Text(failed, "status"), Text(failed, "code"), Text(failed, "fault"), Text(failed, "run_id"), Text(failed, "workspace")));
        Assert.EndsWith("Z", Text(failed, "at"), StringComparison.Ordinal);
        Assert.Equal(("recovered", null, null), (Text(recovered, "event"), Text(recovered, "code"), Text(recovered, "fault")));
        Assert.Equal(($"/{CanaryToken.Value}", "application/json; charset=utf-8"), (hook.Requests[0].Target, hook.Requests[0].Headers["Content-Type"]));
        Assert.Equal(hook.Address.Authority, added.Definition.WebhookHost);
        var listed = Assert.Single(await fixture.Workspace.Alerts.ListAsync(Stop));
        await fixture.Workspace.DisposeAsync();
        Assert.Empty(TokenSearch.In([JsonSerializer.Serialize(listed), added.ToString(), new NewAlert { Name = "x", Webhook = CanaryToken.Value, Password = CanaryToken.Value }.ToString()]));
        Assert.Empty(TokenSearch.InFolder(fixture.Folder));
    }

    [Fact]
    public async Task Slack_gets_its_form_and_no_name_becomes_markup()
    {
        await using var hook = ScriptedServer.Start().Always(ScriptedReply.Html("ok"));
        await using var fixture = await FailingAsync("<!channel> & Länder");
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "Chat", Webhook = hook.Address.ToString(), IsSlack = true }, Stop);
        var slack = await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "Slack", Webhook = "https://hooks.slack.com/services/T/B/X", On = "late" }, Stop);

        await fixture.RunAsync("<!channel> & Länder");

        var body = JsonDocument.Parse(Assert.Single(hook.Requests).RawBody).RootElement;
        Assert.Equal("text", Assert.Single(body.EnumerateObject()).Name);
        Assert.StartsWith("*&lt;!channel&gt; &amp; Länder: not updated*\n", body.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.True(slack.Definition.IsSlack);
        Assert.Equal("hooks.slack.com", slack.Definition.WebhookHost);
    }

    [Fact]
    public async Task A_mail_says_all_that_a_person_needs()
    {
        await using var server = new PretendMailServer { Password = CanaryToken.Value };
        await using var fixture = await FailingAsync("国別 Länder");
        await fixture.Workspace.Alerts.AddAsync(Mail(server, "Team") with { User = "tributary", Password = CanaryToken.Value }, Stop);

        await fixture.RunAsync("国別 Länder");

        var mail = Assert.Single(server.Mails);
        Assert.Equal("[Tributary] 国別 Länder: not updated", mail.Subject);
        Assert.Equal(["tributary@example.org", "team@example.org", "ops@example.org"], mail.From.Mailboxes.Concat(mail.To.Mailboxes).Select(m => m.Address));
        Assert.All(new[] { "'国別 Länder' could not be updated.", "It broke", "Whose side: Matomo", "Code: matomo.api", "When: 2026-11-25 09:0", $"Workspace: {fixture.Folder}" }, words => Assert.Contains(words, mail.TextBody, StringComparison.Ordinal));
        await fixture.Workspace.DisposeAsync();
        Assert.Empty(TokenSearch.InFolder(fixture.Folder));
    }

    [Fact]
    public async Task A_message_that_breaks_in_a_way_nobody_thought_of_waits_with_its_reason_and_holds_up_no_other()
    {
        await using var hook = ScriptedServer.Start().Always(ScriptedReply.Json("{}"));
        await using var fixture = await FailingAsync("Countries");
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "A", Smtp = "127.0.0.1:1", Tls = SmtpTls.None, From = "a@example.org", To = ["b@example.org"] }, Stop);
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "B", Webhook = hook.Address.ToString() }, Stop);
        var store = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        await store.ExecuteAsync("UPDATE alerts SET definition = replace(definition, 'a@example.org', '<no address') WHERE name = 'A'", [], Stop);

        var run = await fixture.RunAsync("Countries");

        Assert.Equal("matomo.api", run.Error?.Code);
        Assert.Single(hook.Requests);
        var alerts = await fixture.Workspace.Alerts.ListAsync(Stop);
        Assert.Equal([1, 0], alerts.Select(a => a.Waiting));
        Assert.NotNull(alerts[0].Error);
    }

    [Fact]
    public async Task An_alert_whose_DataSets_are_deleted_is_told_as_one_of_nothing()
    {
        await using var fixture = await FailingAsync("Countries");
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "One", Webhook = "https://hooks.example.org/x", DataSets = ["Countries"] }, Stop);
        var before = Assert.Single(await fixture.Workspace.Alerts.ListAsync(Stop)).IsOfNothing;

        await fixture.Workspace.DeleteDataSetAsync("Countries", keepData: false, Stop);

        Assert.False(before);
        Assert.True(Assert.Single(await fixture.Workspace.Alerts.ListAsync(Stop)).IsOfNothing);
        var finding = (await fixture.Workspace.DiagnoseAsync(Stop)).Single(f => f.Name == "alert One");
        Assert.False(finding.Ok);
        Assert.Contains("tells of nothing", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_message_goes_at_once_and_says_why_it_does_not_arrive()
    {
        await using var server = new PretendMailServer { Password = "right" };
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.Workspace.Alerts.AddAsync(Mail(server, "Wrong password") with { User = "tributary", Password = CanaryToken.Value }, Stop);
        await fixture.Workspace.Alerts.AddAsync(Mail(server, "Not encrypted") with { Tls = SmtpTls.StartTls }, Stop);
        await fixture.Workspace.Alerts.AddAsync(Mail(server, "Fine"), Stop);

        var password = await Assert.ThrowsAsync<TributaryException>(() => fixture.Workspace.Alerts.TestAsync("Wrong password", Stop));
        var tls = await Assert.ThrowsAsync<TributaryException>(() => fixture.Workspace.Alerts.TestAsync("Not encrypted", Stop));
        await fixture.Workspace.Alerts.TestAsync("fine", Stop);
        server.Refuses = true;
        var refused = await Assert.ThrowsAsync<TributaryException>(() => fixture.Workspace.Alerts.TestAsync("Fine", Stop));

        Assert.All([password, tls, refused], e => Assert.Equal(("alert.not_delivered", Fault.Destination), (e.Code, e.Fault)));
        Assert.Contains("refuses the user or password", password.Message, StringComparison.Ordinal);
        Assert.Contains("--tls", tls.Message, StringComparison.Ordinal);
        Assert.Contains("550", refused.Message, StringComparison.Ordinal);
        Assert.Empty(TokenSearch.In([password.ToString()]));
        Assert.Equal("[Tributary] Messages of Tributary arrive here", Assert.Single(server.Mails).Subject);
    }

    [Fact]
    public async Task An_address_that_is_down_is_tried_ever_more_seldom_given_up_after_a_day_and_told_by_doctor()
    {
        await using var fixture = await FailingAsync("Countries");
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "Down", Webhook = $"http://localhost:{FreePort()}/{CanaryToken.Value}" }, Stop);
        var started = fixture.Clock.GetUtcNow();
        await fixture.RunAsync("Countries");
        var first = Assert.Single(await fixture.Workspace.Alerts.ListAsync(Stop));

        var tries = new List<TimeSpan>();
        for (var minute = 1; minute <= 26 * 60; minute++)
        {
            fixture.Clock.Advance(TimeSpan.FromMinutes(1));
            var before = await AttemptsAsync(fixture);
            await fixture.Workspace.Alerts.SendDueAsync(Stop);
            if (await AttemptsAsync(fixture) > before)
            {
                tries.Add(fixture.Clock.GetUtcNow() - started);
            }
        }

        Assert.Equal((1, 0), (first.Waiting, first.GivenUp));
        Assert.Contains("did not take the message", first.Error, StringComparison.Ordinal);
        Assert.InRange(tries.Count, 25, 35);
        Assert.All(tries.Zip(tries.Skip(1)).Skip(7), pair => Assert.InRange((pair.Second - pair.First).TotalMinutes, 59, 62));
        var last = Assert.Single(await fixture.Workspace.Alerts.ListAsync(Stop));
        Assert.Equal((0, 1), (last.Waiting, last.GivenUp));
        var finding = (await fixture.Workspace.DiagnoseAsync(Stop)).Single(f => f.Name == "alert Down");
        Assert.False(finding.Ok);
        Assert.Contains("given up", finding.Message, StringComparison.Ordinal);
        Assert.Empty(TokenSearch.In([finding.Message, last.Error!]));
    }

    [Fact]
    public async Task A_message_waits_for_a_server_that_comes_back_and_is_sent_once()
    {
        await using var hook = ScriptedServer.Start().Then(ScriptedReply.Html("", 503), ScriptedReply.Html("", 302).With("Location", "http://elsewhere.invalid/")).Always(ScriptedReply.Json("{}"));
        await using var fixture = await FailingAsync("Countries");
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "Hook", Webhook = hook.Address.ToString() }, Stop);
        await fixture.RunAsync("Countries");
        Assert.Equal(0, await fixture.Workspace.Alerts.SendDueAsync(Stop));

        fixture.Clock.Advance(TimeSpan.FromMinutes(2));
        await fixture.Workspace.Alerts.SendDueAsync(Stop);
        fixture.Clock.Advance(TimeSpan.FromMinutes(5));
        await using var other = await Workspace.OpenAsync(fixture.Folder, fixture.Clock, Stop);
        var sent = await Task.WhenAll(fixture.Workspace.Alerts.SendDueAsync(Stop), other.Alerts.SendDueAsync(Stop));
        fixture.Clock.Advance(TimeSpan.FromHours(1));
        await other.Alerts.SendDueAsync(Stop);

        Assert.Equal(1, sent.Sum());
        Assert.Equal(3, hook.Requests.Count);
        var alert = Assert.Single(await other.Alerts.ListAsync(Stop));
        Assert.Equal((0, 0, null), (alert.Waiting, alert.GivenUp, alert.Error));
        Assert.NotNull(alert.LastSentAt);
    }

    [Fact]
    public async Task Much_post_on_a_slow_server_is_sent_once_by_two_processes()
    {
        await using var fixture = await FailingAsync("Countries");
        await using var other = await Workspace.OpenAsync(fixture.Folder, fixture.Clock, Stop);
        var taken = 0;
        await using var hook = ScriptedServer.Start();
        hook.Always(_ =>
        {
            fixture.Clock.Advance(TimeSpan.FromMinutes(1));
            if (Interlocked.Increment(ref taken) == 7)
            {
                other.Alerts.SendDueAsync(Stop).GetAwaiter().GetResult();
            }

            return ScriptedReply.Json("{}");
        });
        for (var i = 1; i <= 7; i++)
        {
            await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = $"Hook {i}", Webhook = hook.Address.ToString() }, Stop);
        }

        await fixture.RunAsync("Countries");

        Assert.Equal(7, taken);
    }

    [Fact]
    public async Task A_run_tells_of_other_DataSets_that_are_late()
    {
        await using var hook = ScriptedServer.Start().Always(ScriptedReply.Json("{}"));
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Fresh", Yesterday);
        await fixture.Workspace.AddDataSetAsync(new NewDataSet { Name = "Forgotten", Account = "Shop", Details = Yesterday, Schedule = new ScheduleInput { ExpectEvery = "26h" } }, Stop);
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "Hook", Webhook = hook.Address.ToString(), On = "late", DataSets = ["forgotten"] }, Stop);
        fixture.Clock.Advance(TimeSpan.FromHours(27));

        await fixture.RunAsync("Fresh");

        var body = JsonDocument.Parse(Assert.Single(hook.Requests).RawBody).RootElement;
        Assert.Equal(("late", "Forgotten"), (Text(body, "event"), Text(body, "dataset")));
    }

    [Fact]
    public async Task A_worker_sends_what_waits_and_tells_what_is_late()
    {
        await using var hook = ScriptedServer.Start().Then(ScriptedReply.Html("", 503)).Always(ScriptedReply.Json("{}"));
        await using var fixture = await FailingAsync("Countries");
        await fixture.Workspace.AddDataSetAsync(new NewDataSet { Name = "Forgotten", Account = "Shop", Details = Yesterday, Schedule = new ScheduleInput { ExpectEvery = "26h" } }, Stop);
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "Hook", Webhook = hook.Address.ToString() }, Stop);
        await fixture.RunAsync("Countries");
        await hook.WaitForRequestsAsync(1, Stop);
        fixture.Clock.Advance(TimeSpan.FromHours(27));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var working = fixture.Workspace.WorkAsync(1, _ => { }, end.Token);
        await hook.WaitForRequestsAsync(2, Stop);
        await end.CancelAsync();
        await working;

        Assert.Equal(["failed", "failed", "late"], hook.Requests.Select(r => Text(JsonDocument.Parse(r.RawBody).RootElement, "event")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_removed_alert_sends_nothing_more()
    {
        await using var hook = ScriptedServer.Start().Always(ScriptedReply.Html("", 500));
        await using var fixture = await FailingAsync("Countries");
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "Hook", Webhook = hook.Address.ToString() }, Stop);
        await fixture.RunAsync("Countries");
        var asked = hook.Requests.Count;

        await fixture.Workspace.Alerts.RemoveAsync("HOOK", Stop);
        fixture.Clock.Advance(TimeSpan.FromHours(1));
        await fixture.Workspace.Alerts.SendDueAsync(Stop);

        Assert.Equal((1, asked), (asked, hook.Requests.Count));
        Assert.Empty(await fixture.Workspace.Alerts.ListAsync(Stop));
    }

    [Fact]
    public async Task What_cannot_be_used_is_told_at_its_flag_and_nothing_is_stored()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", Yesterday);
        var mail = new NewAlert { Name = "Mail", Smtp = "smtp.example.org", From = "a@example.org", To = ["b@example.org"] };
        var hook = new NewAlert { Name = "Hook", Webhook = "https://hook.example.org/x" };
        foreach (var (alert, flag) in new[]
        {
            (new NewAlert { Name = "Nowhere" }, "--smtp"),
            (mail with { Webhook = "https://x.example" }, "--smtp"),
            (mail with { Name = " " }, "NAME"),
            (mail with { Smtp = "smtp.example.org:0" }, "--smtp"),
            (mail with { Smtp = "not a host" }, "--smtp"),
            (mail with { From = null }, "--from"),
            (mail with { From = "nobody" }, "--from"),
            (mail with { To = [] }, "--to"),
            (mail with { To = ["b@example.org", "@"] }, "--to"),
            (mail with { User = "u" }, "--password-env"),
            (mail with { User = "u", Password = "p", Tls = SmtpTls.None }, "--tls"),
            (hook with { Webhook = $"ftp://{CanaryToken.Value}" }, "--webhook"),
            (hook with { Webhook = $"https://u:{CanaryToken.Value}@x.example" }, "--webhook"),
            (hook with { On = "faild" }, "--on"),
            (hook with { On = "," }, "--on"),
            (hook with { DataSets = ["Contries"] }, "--dataset"),
        })
        {
            var error = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Alerts.AddAsync(alert, Stop));
            Assert.True(error.Problems is [var only] && only.Field == flag, $"{flag}: {error.Message}");
            Assert.Empty(TokenSearch.In([error.ToString()]));
        }

        Assert.Empty(await fixture.Workspace.Alerts.ListAsync(Stop));
        Assert.Equal((465, SmtpTls.Tls), (await fixture.Workspace.Alerts.AddAsync(mail with { Smtp = "smtp.example.org:465" }, Stop)).Definition.Smtp is { } smtp ? (smtp.Port, smtp.Tls) : default);
        Assert.Contains("already", (await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Alerts.AddAsync(mail with { Name = "MAIL" }, Stop))).Message, StringComparison.Ordinal);
    }

    private static async Task<WorkspaceFixture> FailingAsync(string dataSet)
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync(dataSet, Yesterday);
        fixture.Matomo.Report = _ => ScriptedReply.Error("It broke");
        return fixture;
    }

    private static NewAlert Mail(PretendMailServer server, string name) => new()
    {
        Name = name,
        Smtp = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}"),
        Tls = SmtpTls.None,
        From = "tributary@example.org",
        To = ["team@example.org", "ops@example.org"],
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<int> AttemptsAsync(WorkspaceFixture fixture)
    {
        var store = await Tributary.Store.StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        return (await store.ReadAsync("SELECT sum(attempts) FROM alert_messages", [], r => r.GetInt32(0), Stop))[0];
    }

    private static string? Text(JsonElement form, string name) => form.GetProperty(name).GetString();
}
