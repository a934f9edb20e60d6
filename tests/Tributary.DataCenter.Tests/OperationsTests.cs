using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.DataCenter.Tests;

public sealed partial class OperationsTests(Center center)
{
    private static readonly (string, string) Passed = ("X-Forwarded-For", "192.0.2.7");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_living_program_says_so_without_a_sign_in()
    {
        using var client = center.Client((KeyScope?)null);

        var answer = await client.AskAsync("/health/live", Passed);

        Assert.Equal((200, "application/json", "{\"status\":\"ok\"}"), (answer.Status, answer.ContentType, answer.Text));
    }

    [Fact]
    public async Task A_program_that_can_work_is_ready_and_names_what_was_looked_at()
    {
        using var client = center.Client((KeyScope?)null);

        Assert.Equal((200, "{\"status\":\"ok\",\"store\":{\"ok\":true},\"keys\":{\"ok\":true}}"), Of(await client.AskAsync("/health/ready")));
    }

    [Fact]
    public async Task A_worker_alone_is_ready_while_it_works_and_serves_nothing_else()
    {
        using var folder = new TemporaryFolder();
        await using var workspace = await Workspace.OpenAsync(folder.Path, TimeProvider.System, Stop);
        await using var server = await OperationsServer.StartAsync(workspace, new DataCenterOptions { Port = 0, MakesRuns = true }, TimeProvider.System, Stop);
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.Equal((503, "{\"status\":\"not_ready\",\"store\":{\"ok\":true},\"keys\":{\"ok\":true},\"worker\":{\"ok\":false,\"code\":\"web.no_worker\"}}"), Of(await client.AskAsync("/health/ready")));

        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var work = workspace.WorkAsync(1, _ => { }, end.Token);
        while ((await client.AskAsync("/health/ready")).Status != 200)
        {
            Assert.False(work.IsCompleted);
        }

        Assert.Equal(404, (await client.AskAsync("/")).Status);
        Assert.Contains("tributary_queue_length", (await client.AskAsync("/metrics")).Text, StringComparison.Ordinal);
        await end.CancelAsync();
        await work;
    }

    [Fact]
    public async Task Keys_that_are_gone_are_told_by_a_code_and_no_place()
    {
        using var folder = new TemporaryFolder();
        await using var workspace = await Workspace.OpenAsync(folder.Path, TimeProvider.System, Stop);
        Directory.Delete(folder.File("keys"), recursive: true);
        await File.WriteAllTextAsync(folder.File("keys"), "in the way", Stop);
        await using var server = await OperationsServer.StartAsync(workspace, new DataCenterOptions { Port = 0 }, TimeProvider.System, Stop);
        using var client = new HttpClient { BaseAddress = server.Address };

        Assert.Equal((503, "{\"status\":\"not_ready\",\"store\":{\"ok\":true},\"keys\":{\"ok\":false,\"code\":\"workspace.keys\"}}"), Of(await client.AskAsync("/health/ready")));
    }

    [Fact]
    public void The_key_that_the_first_start_makes_is_for_good()
    {
        var key = Assert.Single(Directory.EnumerateFiles(Path.Combine(center.Folder, "keys"), "key-*.xml"));

        var expires = Regex.Match(File.ReadAllText(key), "<expirationDate>([0-9]{4})", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

        Assert.InRange(int.Parse(expires, CultureInfo.InvariantCulture), 2100, 2200);
    }

    [Fact]
    public async Task Metrics_are_given_to_no_other_name_of_this_machine()
    {
        using var client = center.Client((KeyScope?)null);

        Assert.Equal(421, (await client.AskAsync("/metrics", ("Host", "evil.example"))).Status);
        Assert.Equal(200, (await client.AskAsync("/health/live", ("Host", "evil.example"))).Status);
    }

    [Fact]
    public async Task Keys_that_were_lost_are_told_even_though_new_ones_come_to_be()
    {
        using var folder = new TemporaryFolder();
        await using var matomo = await Tributary.SampleMatomo.SampleMatomo.StartAsync(new() { Days = 3, Sites = 1 }, Stop);
        await using (var before = await Workspace.OpenAsync(folder.Path, TimeProvider.System, Stop))
        {
            await before.Accounts.AddAsync(new NewAccount { Name = "Main", Url = matomo.Address.ToString(), Token = new AccessToken(matomo.Tokens.Super) }, Stop);
        }

        Directory.Delete(folder.File("keys"), recursive: true);
        await using var workspace = await Workspace.OpenAsync(folder.Path, TimeProvider.System, Stop);
        await using var server = await OperationsServer.StartAsync(workspace, new DataCenterOptions { Port = 0 }, TimeProvider.System, Stop);
        using var client = new HttpClient { BaseAddress = server.Address };

        Assert.Equal((503, "{\"status\":\"not_ready\",\"store\":{\"ok\":true},\"keys\":{\"ok\":false,\"code\":\"workspace.key_missing\"}}"), Of(await client.AskAsync("/health/ready")));
    }

    [Fact]
    public async Task Metrics_are_free_on_this_machine_and_need_a_key_from_afar()
    {
        using HttpClient nobody = center.Client((KeyScope?)null), reader = center.Client(KeyScope.Read), stranger = center.Client(new AuthenticationHeaderValue("Bearer", "made-up"));

        Assert.Equal(200, (await nobody.AskAsync("/metrics")).Status);
        Assert.Equal(401, (await nobody.AskAsync("/metrics", Passed)).Status);
        Assert.Equal(401, (await stranger.AskAsync("/metrics", Passed)).Status);
        Assert.Equal(200, (await reader.AskAsync("/metrics", Passed)).Status);
    }

    [Fact]
    public async Task The_metrics_are_those_that_the_page_about_them_lists()
    {
        await center.AddPagesAsync("Measured");
        using var client = center.Client((KeyScope?)null);

        var text = (await client.AskAsync("/metrics")).Text;
        var told = Told().Matches(text).Select(m => m.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal);
        var listed = Listed().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "observability.md"), Stop)).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal);

        Assert.Equal(listed, told);
        Assert.Matches("tributary_runs_total\\{[^}]*status=\"succeeded[^}]*\\} [1-9]", text);
        Assert.DoesNotContain("Measured", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_tell_of_a_run_that_ended_right_after_they_were_asked_for()
    {
        await center.AddPagesAsync("Counted");
        using var client = center.Client((KeyScope?)null);

        var before = Runs((await client.AskAsync("/metrics")).Text);
        await center.Workspace.RunAsync(new RunRequest { Names = ["Counted"] }, null, Stop);

        Assert.True(Runs((await client.AskAsync("/metrics")).Text) > before);

        static double Runs(string text) => CountedRuns().Matches(text).Sum(m => double.Parse(m.Groups["count"].Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_run_is_a_trace_of_windows_requests_and_commits_without_a_secret()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name is Signals.Name or Signals.Requests,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);

        await center.AddPagesAsync("Traced");

        var run = Assert.Single(spans, s => s.OperationName == "run" && Equals(s.GetTagItem("tributary.dataset"), "Traced"));
        var own = spans.Where(s => s.TraceId == run.TraceId).ToList();
        var windows = own.Where(s => s.OperationName == "window").ToList();
        Assert.All(windows, w => Assert.Equal(run.SpanId, w.ParentSpanId));
        Assert.Contains(own, s => s.OperationName == "request" && windows.Exists(w => w.SpanId == s.ParentSpanId) && Equals(s.GetTagItem("tributary.method"), "Actions.getPageUrls"));
        Assert.Contains(own, s => s.OperationName == "commit" && s.ParentSpanId == run.SpanId);
        Assert.All(own.SelectMany(s => s.TagObjects), t =>
        {
            Assert.DoesNotContain(CanaryToken.Value, t.Value?.ToString() ?? "", StringComparison.Ordinal);
            Assert.DoesNotContain("?", t.Value?.ToString() ?? "", StringComparison.Ordinal);
        });
    }

    private static (int, string) Of(Answer answer) => (answer.Status, answer.Text);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex("^# TYPE (?<name>tributary_[a-z_]+) ", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Told();

    [GeneratedRegex("^\\| `(?<name>tributary_[a-z_]+)` \\|", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Listed();

    [GeneratedRegex("^tributary_runs_total\\{[^}]*\\} (?<count>[0-9.]+)", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CountedRuns();
}
