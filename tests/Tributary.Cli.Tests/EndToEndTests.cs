using System.Text.Json;

namespace Tributary.Cli.Tests;

/// <summary>From an address and a token to a table, by the program itself.</summary>
public sealed class EndToEndTests(SampleWorkspace workspace) : IClassFixture<SampleWorkspace>
{
    [Fact]
    public async Task An_account_shows_its_state_and_never_its_token()
    {
        var run = await workspace.RunAsync("account", "list", "--json");

        var account = Assert.Single(JsonDocument.Parse(run.Out).RootElement.EnumerateArray());
        Assert.Equal("Main", account.GetProperty("name").GetString());
        Assert.Equal("valid", account.GetProperty("state").GetString());
        Assert.DoesNotContain(workspace.Sample.Tokens.SecureOnly, run.Out + run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WRONG_TOKEN", null, 3, "FAILED access token")]
    [InlineData("MATOMO_TOKEN", "http://127.0.0.1:9/", 3, "FAILED")]
    [InlineData("MATOMO_TOKEN", "ftp://example.org", 2, "error: --url")]
    public async Task An_account_that_does_not_work_is_not_stored(string variable, string? url, int code, string words)
    {
        var add = await workspace.RunAsync("account", "add", "Other", "--url", url ?? workspace.Url, "--token-env", variable);
        var list = await workspace.RunAsync("account", "list");

        Assert.Equal((code, ""), (add.ExitCode, add.Out));
        Assert.Contains(words, add.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(workspace.Variables[variable], add.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Other", list.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_stored_by_a_preview()
    {
        var run = await workspace.RunAsync("preview", "--account", "Main", "--report", "Actions.getPageUrls", "--rows", "3", "--json");

        var preview = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, preview.GetProperty("rows").GetArrayLength());
        Assert.Equal(preview.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()), preview.GetProperty("rows")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(2, preview.GetProperty("plan").GetProperty("sites").GetInt32());
        Assert.Contains("Pages", (await workspace.RunAsync("dataset", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_is_told_in_the_form_scripts_read()
    {
        var run = await workspace.RunAsync("dataset", "run", "--tag", "web", "--json");

        var result = Assert.Single(JsonDocument.Parse(run.Out).RootElement.GetProperty("runs").EnumerateArray());
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("Pages", result.GetProperty("dataset").GetString());
        Assert.StartsWith("succeeded", result.GetProperty("status").GetString(), StringComparison.Ordinal);
        Assert.Equal(6, result.GetProperty("partitions").GetInt32() + result.GetProperty("partitions_skipped").GetInt32());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind);
        Assert.StartsWith("Pages: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_what_a_run_will_ask_for_and_asks_for_nothing()
    {
        var before = workspace.Sample.Requests.Count(r => r.Method == "Actions.getPageUrls");
        var run = await workspace.RunAsync("dataset", "run", "Pages", "--full", "--dry-run", "--json");

        var plan = Assert.Single(JsonDocument.Parse(run.Out).RootElement.GetProperty("plans").EnumerateArray());
        Assert.Equal(0, run.ExitCode);
        Assert.Equal((2, 6), (plan.GetProperty("sites").GetInt32(), plan.GetProperty("partitions").GetInt32()));
        Assert.Equal(before, workspace.Sample.Requests.Count(r => r.Method == "Actions.getPageUrls"));
    }

    [Fact]
    public async Task Rows_come_out_the_same_by_every_way()
    {
        var query = await workspace.RunAsync("query", "SELECT count(*) AS n FROM pages", "--json");
        var csv = await workspace.RunAsync("dataset", "export", "Pages", "--format", "csv");
        var json = await workspace.RunAsync("dataset", "export", "Pages", "--format", "json");
        var partitions = await workspace.RunAsync("dataset", "partitions", "Pages", "--json");

        var rows = JsonDocument.Parse(query.Out).RootElement[0].GetProperty("n").GetInt64();
        Assert.True(rows > 0);
        Assert.Equal(rows, JsonDocument.Parse(json.Out).RootElement.GetArrayLength());
        Assert.Equal(rows, JsonDocument.Parse(partitions.Out).RootElement.EnumerateArray().Sum(p => p.GetProperty("rows").GetInt64()));
        Assert.Equal(rows + 1, csv.Out.Count(c => c == '\n'));
        Assert.StartsWith("site_id,site_name,period,period_start,period_end,label", csv.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_written_whole_or_not_at_all()
    {
        var good = workspace.PathOf("pages.parquet");
        var bad = workspace.PathOf("none.csv");

        var written = await workspace.RunAsync("dataset", "export", "Pages", "--output", good, "--where", "nb_hits > 0");
        var failed = await workspace.RunAsync("dataset", "export", "Pages", "--output", bad, "--where", "no_such_column > 0");

        Assert.Equal((0, ""), (written.ExitCode, written.Out));
        Assert.Equal("PAR1"u8.ToArray(), (await File.ReadAllBytesAsync(good, TestContext.Current.CancellationToken))[..4]);
        Assert.Equal(2, failed.ExitCode);
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(bad)!), f => Path.GetFileName(f).StartsWith("none.csv", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Actions.getPageUlrs", "1", "Actions.getPageUrls")]
    [InlineData("Actions.getPageUrls", "99", "99")]
    public async Task A_report_or_site_that_is_not_there_writes_nothing(string report, string site, string named)
    {
        var add = await workspace.RunAsync("dataset", "add", "Wrong", "--account", "Main", "--report", report, "--sites", site);

        Assert.Equal((2, ""), (add.ExitCode, add.Out));
        Assert.Contains(named, add.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Wrong", (await workspace.RunAsync("dataset", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_leaves_the_tables_of_a_person_alone()
    {
        var before = await workspace.RunAsync("query", "SELECT count(*) AS n FROM pages", "--json");
        var demo = await workspace.RunAsync("demo", "--once", "--workspace", workspace.PathOf("workspace"));

        Assert.Equal((2, ""), (demo.ExitCode, demo.Out));
        Assert.Contains("has a DataSet Pages that is not the demo's", demo.Error, StringComparison.Ordinal);
        Assert.Equal(before.Out, (await workspace.RunAsync("query", "SELECT count(*) AS n FROM pages", "--json")).Out);
    }

    [Fact]
    public async Task A_run_stopped_by_a_person_says_so_and_leaves_its_table_whole()
    {
        var folder = workspace.PathOf("slow");
        await using var slow = await SampleMatomo.SampleMatomo.StartAsync(new() { Days = 10, VisitsPerDay = 5, Sites = 2, Parallel = 1 }, TestContext.Current.CancellationToken);
        var variables = new Dictionary<string, string>(workspace.Variables, StringComparer.Ordinal) { ["TRIBUTARY_WORKSPACE"] = folder, ["MATOMO_TOKEN"] = slow.Tokens.SecureOnly };
        await RealProgram.RunAsync(variables, "account", "add", "Slow", "--url", slow.Address.ToString(), "--token-env", "MATOMO_TOKEN");
        await RealProgram.RunAsync(variables, "dataset", "add", "Visits", "--account", "Slow", "--report", "VisitsSummary.get", "--start-days-back", "7", "--end-days-back", "1");
        slow.AddFault(SampleMatomo.SampleFault.Parse("late:60000"));

        using var process = RealProgram.Start(variables, "dataset", "run", "Visits", "--json");
        try
        {
            var error = process.StandardError;
            var first = await error.ReadLineAsync(TestContext.Current.CancellationToken);
            await RealProgram.TerminateAsync(process);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.StartsWith("Visits: ", first, StringComparison.Ordinal);
            Assert.Equal(130, process.ExitCode);
            Assert.StartsWith("stopping: ", await error.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            var run = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("runs")[0];
            Assert.Equal("cancelled", run.GetProperty("status").GetString());
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal(0, (await RealProgram.RunAsync(variables, "doctor")).ExitCode);
    }
}
