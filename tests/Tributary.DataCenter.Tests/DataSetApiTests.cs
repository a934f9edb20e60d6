using System.Globalization;
using System.Text;
using Tributary.Accounts;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

public sealed class DataSetApiTests(Center center)
{
    private const string Root = "/api/v1/datasets";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_DataSet_is_added_changed_run_looked_at_duplicated_and_deleted()
    {
        using var client = center.Client(KeyScope.Manage);

        var added = (await client.CallAsync(HttpMethod.Post, Root, new { name = "Titles", account = "Main", report = "Actions.getPageTitles", start_days_back = 2, end_days_back = 1, tag = new[] { "web" }, daily_at = new[] { "07:00" } })).Is(201);
        var address = added.Headers["Location"];
        Assert.Equal("titles", added.Json.GetProperty("table").GetString());
        Assert.StartsWith("every day at 07:00", added.Json.GetProperty("schedule").GetString(), StringComparison.Ordinal);
        Assert.Equal(Root + "/" + added.Json.GetProperty("id").GetString(), address);
        foreach (var path in new[] { address, Root + "/Titles", Root + "/titles" })
        {
            Assert.Equal("Titles", (await client.AskAsync(path)).Is(200).Json.GetProperty("name").GetString());
        }

        var dry = (await client.CallAsync(HttpMethod.Patch, address + "?dry_run=true", new { lookback = 10 })).Is(200).Json;
        Assert.Equal(10, dry.GetProperty("dataset").GetProperty("lookback_days").GetInt32());
        Assert.Equal(3, (await client.AskAsync(address)).Json.GetProperty("lookback_days").GetInt32());
        var edited = (await client.CallAsync(HttpMethod.Patch, address, new { description = "Titles of pages", lookback = 5, manual = true })).Is(200).Json.GetProperty("dataset");
        Assert.Equal((5, "by hand", "Titles of pages"), (edited.GetProperty("lookback_days").GetInt32(), edited.GetProperty("schedule").GetString(), edited.GetProperty("description").GetString()));

        var queued = (await client.CallAsync(HttpMethod.Post, address + "/run", null)).Is(202);
        var run = queued.Headers["Location"];
        Assert.Equal("queued", (await client.AskAsync(run)).Is(200).Json.GetProperty("status").GetString());
        Assert.Equal("key test Manage", (await client.AskAsync(run)).Json.GetProperty("requested_by").GetString());
        Assert.Contains((await client.AskAsync("/api/v1/runs/active")).Json.EnumerateArray(), r => r.GetProperty("dataset").GetString() == "Titles");
        var backfill = (await client.CallAsync(HttpMethod.Post, address + "/backfill", new { from = "2026-01-01", to = "2026-01-02" })).Is(202);
        Assert.NotEqual(run, backfill.Headers["Location"]);
        (await client.CallAsync(HttpMethod.Post, run + "/stop", null)).Is(200);
        (await client.CallAsync(HttpMethod.Post, run + "/stop", null)).IsProblem(409, "run.ended");
        Assert.Equal(1, (await client.CallAsync(HttpMethod.Post, address + "/stop", null)).Is(200).Json.GetProperty("queued").GetInt32());
        Assert.Equal(2, (await client.AskAsync(address + "/runs?status=cancelled")).Is(200).Json.GetArrayLength());
        Assert.Contains("Stopped by a person", (await client.AskAsync(run + "/log")).Is(200).Text, StringComparison.Ordinal);

        Assert.Equal("Titles again", (await client.CallAsync(HttpMethod.Post, address + "/duplicate", new { name = "Titles again" })).Is(201).Json.GetProperty("name").GetString());
        (await client.CallAsync(HttpMethod.Delete, Root + "/Titles%20again", null)).Is(204);
        (await client.CallAsync(HttpMethod.Delete, address, null)).Is(204);
        (await client.AskAsync(address)).IsProblem(404, "input.invalid");
    }

    [Fact]
    public async Task All_that_is_given_of_a_DataSet_is_told_again_and_its_tag_sees_it_change()
    {
        using var client = center.Client(KeyScope.Manage);
        (await client.CallAsync(HttpMethod.Post, Root, new
        {
            name = "Told whole",
            account = "Main",
            report = "Live.getLastVisitsDetails",
            start_days_back = 2,
            end_days_back = 1,
            flatten = "actionDetails",
            personal = new { visitIp = "hash" },
            monthly = "1,last@07:00",
            time_zone = "Europe/Paris",
            missed = "skip",
            no_retry = true,
        })).Is(201);

        var told = (await client.AskAsync(Root + "/told_whole")).Is(200);
        var (details, schedule) = (told.Json.GetProperty("details"), told.Json.GetProperty("schedule_fields"));
        Assert.Equal(("actionDetails", "hash"), (details.GetProperty("flatten").GetString(), details.GetProperty("personal").GetProperty("visitIp").GetString()));
        Assert.Equal(("1,last@07:00", "Europe/Paris", "skip", true), (schedule.GetProperty("monthly").GetString(), schedule.GetProperty("time_zone").GetString(), schedule.GetProperty("missed").GetString(), schedule.GetProperty("no_retry").GetBoolean()));

        (await client.CallAsync(HttpMethod.Patch, Root + "/told_whole", new { personal = new { visitIp = "drop" } })).Is(200);
        (await client.CallAsync(HttpMethod.Patch, Root + "/told_whole", new { description = "seen before" }, ("If-Match", told.Headers["ETag"]))).IsProblem(412, "web.changed_meanwhile");
        (await client.CallAsync(HttpMethod.Delete, Root + "/told_whole", null)).Is(204);

        (await client.CallAsync(HttpMethod.Post, Root, new { name = "Told below", account = "Main", report = "Actions.getPageUrls", days_back = 1, subtables = "all", segment = new[] { "deviceType==desktop" }, daily_at = new[] { "06:00", "18:00" } })).Is(201);
        var below = (await client.AskAsync(Root + "/told_below")).Is(200).Json;
        Assert.Equal("all", below.GetProperty("details").GetProperty("subtables").GetString());
        Assert.Equal(["06:00", "18:00"], below.GetProperty("schedule_fields").GetProperty("daily_at").EnumerateArray().Select(t => t.GetString()));
        (await client.CallAsync(HttpMethod.Delete, Root + "/told_below", null)).Is(204);
    }

    [Fact]
    public async Task A_name_with_a_slash_is_an_address_like_any_other()
    {
        await center.AddPagesAsync("Seiten/Tag 100%");
        using var client = center.Client(KeyScope.Read);

        foreach (var end in new[] { "", "/rows?format=json", "/runs" })
        {
            (await client.AskAsync(Root + "/Seiten%2fTag%20100%25" + end)).Is(200);
        }

        (await client.AskAsync(Root + "/Seiten%2FNacht")).IsProblem(404, "input.invalid");
    }

    [Fact]
    public async Task Head_is_answered_as_get_without_the_body()
    {
        using var client = center.Client(KeyScope.Read);

        var got = (await client.AskAsync(Root)).Is(200);
        var head = (await client.CallAsync(HttpMethod.Head, Root, null)).Is(200);

        Assert.Empty(head.Bytes);
        Assert.Equal((got.ContentType, got.Headers["ETag"]), (head.ContentType, head.Headers["ETag"]));
        Assert.Equal(404, (await client.CallAsync(HttpMethod.Head, Root + "/nothing", null)).Status);
    }

    [Theory]
    [InlineData("keep_days", -1)]
    [InlineData("keep_days", 800_000)]
    [InlineData("keep_runs", -1)]
    [InlineData("keep_runs", 100_000)]
    [InlineData("lookback", -400)]
    [InlineData("lookback", 2_000_000_000)]
    [InlineData("start_days_back", -1)]
    [InlineData("start_days_back", 800_000)]
    [InlineData("retry", -1)]
    public async Task A_number_that_no_run_could_keep_is_refused_at_its_field(string field, int value)
    {
        using var client = center.Client(KeyScope.Manage);
        var fields = new Dictionary<string, object> { ["name"] = "Never", ["account"] = "Main", ["report"] = "Actions.getPageTitles", ["start_days_back"] = 2, ["end_days_back"] = 1, [field] = value };
        var problem = (await client.CallAsync(HttpMethod.Post, Root, fields)).IsProblem(422, "input.invalid");

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task A_stored_DataSet_tells_its_columns_partitions_and_schemas_and_goes_back_to_a_run()
    {
        var dataSet = await center.AddPagesAsync("Looked at");
        using var client = center.Client(KeyScope.Manage);
        var address = $"{Root}/{dataSet.Id}";

        Assert.Contains((await client.AskAsync(address)).Is(200).Json.GetProperty("columns").EnumerateArray(), c => c.GetProperty("name").GetString() == "nb_hits");
        var partitions = (await client.AskAsync(address + "/partitions")).Is(200).Json;
        Assert.Equal(6, partitions.GetArrayLength());
        Assert.Single((await client.AskAsync(address + "/schemas")).Is(200).Json.EnumerateArray());
        Assert.Equal(System.Text.Json.JsonValueKind.Array, (await client.AskAsync(address + "/health")).Is(200).Json.GetProperty("findings").ValueKind);

        var first = dataSet.LastRun!.RunId;
        Assert.Single(await center.Workspace.RunAsync(new RunRequest { Names = ["Looked at"], Full = true }, null, Stop));
        var reverted = (await client.CallAsync(HttpMethod.Post, address + "/revert", new { run_id = first })).Is(200).Json;
        Assert.Equal("Looked at", reverted.GetProperty("dataset").GetString());
        (await client.CallAsync(HttpMethod.Post, address + "/revert", new { })).IsProblem(422, "input.invalid");
    }

    [Fact]
    public async Task Lists_come_by_page_and_by_what_is_asked()
    {
        foreach (var name in new[] { "Paged a", "Paged b", "Paged c" })
        {
            await center.Workspace.AddDataSetAsync(new NewDataSet { Name = name, Account = "Main", Details = new DetailsInput { Report = "VisitsSummary.get" }, Settings = new DataSetSettings { Tags = ["paged"] } }, Stop);
        }

        using var client = center.Client(KeyScope.Read);
        var first = (await client.AskAsync(Root + "?tag=paged&take=2")).Is(200);
        Assert.Equal(["Paged a", "Paged b"], Names(first));
        var next = Next(first)!;
        var second = (await client.AskAsync(next)).Is(200);
        Assert.Equal(["Paged c"], Names(second));
        Assert.Null(Next(second));
        Assert.Equal(["Paged b"], Names((await client.AskAsync(Root + "?search=GED%20B")).Is(200)));
        Assert.Empty(Names((await client.AskAsync(Root + "?tag=paged&status=failed")).Is(200)));
        var problem = (await client.AskAsync(Root + "?take=0")).IsProblem(422, "input.invalid");
        Assert.True(problem.GetProperty("errors").TryGetProperty("take", out _));
        Assert.Contains("running", (await client.AskAsync(Root + "?status=nonsense")).IsProblem(422, "input.invalid").GetProperty("errors").GetProperty("status")[0].GetString(), StringComparison.Ordinal);

        await center.Workspace.Runs.QueueAsync(new RunRequest { Tag = "paged" }, "ann", Stop);
        var runs = (await client.AskAsync("/api/v1/runs?status=queued,running&take=1&account=main")).Is(200);
        Assert.Equal(1, runs.Json.GetArrayLength());
        Assert.Contains("before=", Next(runs), StringComparison.Ordinal);
        await center.Workspace.StopAsync("Paged a", Stop);
        await center.Workspace.StopAsync("Paged b", Stop);
        await center.Workspace.StopAsync("Paged c", Stop);
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again_and_what_was_not_seen_is_not_changed()
    {
        var dataSet = await center.AddPagesAsync("Unchanged");
        using var client = center.Client(KeyScope.Manage);
        var address = $"{Root}/{dataSet.Id}";
        foreach (var path in new[] { address, Root + "?search=Unchanged", address + "/partitions", address + "/rows?format=csv", address + "/rows?take=2" })
        {
            var tag = (await client.AskAsync(path)).Is(200).Headers["ETag"];
            var again = (await client.AskAsync(path, ("If-None-Match", tag))).Is(304);
            Assert.Empty(again.Bytes);
            (await client.AskAsync(path, ("If-None-Match", "\"other\""))).Is(200);
        }

        var seen = (await client.AskAsync(address)).Headers["ETag"];
        var rows = (await client.AskAsync(address + "/rows")).Headers["ETag"];
        (await client.CallAsync(HttpMethod.Patch, address, new { description = "first" }, ("If-Match", seen))).Is(200);
        (await client.CallAsync(HttpMethod.Patch, address, new { description = "second" }, ("If-Match", seen))).IsProblem(412, "web.changed_meanwhile");
        (await client.CallAsync(HttpMethod.Delete, address, null, ("If-Match", seen))).IsProblem(412, "web.changed_meanwhile");
        (await client.AskAsync(address, ("If-None-Match", seen))).Is(200);
        (await client.AskAsync(address + "/rows", ("If-None-Match", rows))).Is(304);
        await center.Workspace.RunAsync(new RunRequest { Names = ["Unchanged"], Full = true }, null, Stop);
        (await client.AskAsync(address + "/rows", ("If-None-Match", rows))).Is(200);
    }

    [Fact]
    public async Task Of_changes_at_once_with_one_tag_one_is_made()
    {
        var dataSet = await center.AddPagesAsync("Fought over");
        using var client = center.Client(KeyScope.Manage);
        var address = $"{Root}/{dataSet.Id}";
        var seen = (await client.AskAsync(address)).Headers["ETag"];

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => client.CallAsync(HttpMethod.Patch, i % 2 == 0 ? address : $"{Root}/Fought%20over", new { description = $"by {i}" }, ("If-Match", seen))));

        Assert.Single(answers, a => a.Status == 200);
        Assert.All(answers.Where(a => a.Status != 200), a => a.IsProblem(412, "web.changed_meanwhile"));
    }

    [Fact]
    public async Task Changes_at_once_without_a_tag_lose_nothing_of_each_other()
    {
        var dataSet = await center.AddPagesAsync("Shared by many");
        var changes = new[] { new DataSetSettings { Description = "told" }, new DataSetSettings { LookbackDays = 9 }, new DataSetSettings { KeepRuns = 7 }, new DataSetSettings { Tags = ["a"] } };

        await Task.WhenAll(changes.Select(c => center.Workspace.EditDataSetAsync("Shared by many", new DataSetChange { Settings = c }, dryRun: false, Stop)));

        var now = (await center.Workspace.GetDataSetAsync(dataSet.Id, Stop)).Definition;
        Assert.Equal(("told", 9, 7, "a"), (now.Description, now.LookbackDays, now.KeepRuns, now.Tags[0]));
    }

    [Fact]
    public async Task A_form_that_was_filled_before_somebody_else_saved_is_not_saved_over_it()
    {
        var dataSet = await center.AddPagesAsync("Edited by two");
        await center.Workspace.EditDataSetAsync("Edited by two", new DataSetChange { Settings = new DataSetSettings { Description = "the other's" } }, dryRun: false, Stop);
        var filled = new NewDataSet { Name = "Edited by two", Account = "Main", Details = DataSets.DataSetForms.TypedOf(dataSet.Definition), Settings = new DataSetSettings { Description = "mine" } };

        foreach (var dry in new[] { true, false })
        {
            var error = await Assert.ThrowsAsync<TributaryException>(() => center.Workspace.Forms.ReplaceAsync("Edited by two", filled, dataSet.Definition, dry, Stop));
            Assert.Equal("dataset.changed_meanwhile", error.Code);
        }

        var seen = (await center.Workspace.GetDataSetAsync(dataSet.Id, Stop)).Definition;
        Assert.Equal("the other's", seen.Description);
        await center.Workspace.Forms.ReplaceAsync("Edited by two", filled, seen, dryRun: false, Stop);
        Assert.Equal("mine", (await center.Workspace.GetDataSetAsync(dataSet.Id, Stop)).Definition.Description);
    }

    [Theory]
    [InlineData("/api/v1/settings", "PATCH", """{"time_zone":"UTC"}""")]
    [InlineData("/api/v1/accounts/Main", "PATCH", """{"parallel":4}""")]
    [InlineData("/api/v1/destinations/embedded", "DELETE", null)]
    [InlineData("/api/v1/datasets/Pages", "PATCH", """{"lookback":3}""")]
    [InlineData("/api/v1/datasets/Pages", "DELETE", null)]
    public async Task A_tag_that_does_not_fit_or_is_none_changes_nothing(string path, string method, string? body)
    {
        using var client = center.Client(KeyScope.Manage);
        object? fields = body is null ? null : System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, object>>(body);

        (await client.CallAsync(new HttpMethod(method), path, fields, ("If-Match", "\"0123456789\""))).IsProblem(412, "web.changed_meanwhile");
        (await client.CallAsync(new HttpMethod(method), path, fields, ("If-Match", "no quotation marks"))).IsProblem(400, "web.malformed");
        (await client.CallAsync(new HttpMethod(method), path, fields, ("If-Match", "\"half"))).IsProblem(400, "web.malformed");
        var tag = (await client.AskAsync(path)).Is(200).Headers["ETag"];
        if (method == "PATCH")
        {
            (await client.CallAsync(new HttpMethod(method), path, fields, ("If-Match", tag))).Is(200);
        }
    }

    [Fact]
    public async Task What_is_wrong_is_told_at_each_field_as_the_API_names_it()
    {
        using var client = center.Client(KeyScope.Manage);

        var problem = (await client.CallAsync(HttpMethod.Post, Root, new { name = "Wrong", account = "Main", report = "Actions.getPageUrls", start = "2026-02-30", end_days_back = -1 })).IsProblem(422, "input.invalid");
        Assert.Equal("setup", problem.GetProperty("fault").GetString());
        Assert.Contains("start", problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.DoesNotContain("--", problem.GetProperty("errors").ToString(), StringComparison.Ordinal);

        Assert.True((await client.CallAsync(HttpMethod.Post, Root, new { name = "Wrong", account = "Mian", report = "Actions.getPageUrls" })).IsProblem(422, "input.invalid").GetProperty("errors").TryGetProperty("account", out _));
        Assert.True((await client.CallAsync(HttpMethod.Post, Root, new { name = "Wrong", acount = "Main" })).IsProblem(400, "web.malformed").GetProperty("errors").TryGetProperty("acount", out _));
        Assert.True((await client.CallAsync(HttpMethod.Post, Root, new { name = "Wrong", keep_days = "many" })).IsProblem(400, "web.malformed").GetProperty("errors").TryGetProperty("keep_days", out _));
        (await client.CallAsync(HttpMethod.Post, Root, "text")).IsProblem(400, "web.malformed");
        (await client.CallAsync(HttpMethod.Post, Root, null)).IsProblem(400, "web.malformed");
        Assert.True((await client.CallAsync(HttpMethod.Post, Root, new { name = "Wrong", account = "Main", report = "Actions.getPageUrls", tag = new string?[] { null } })).IsProblem(400, "web.malformed").GetProperty("errors").TryGetProperty("tag", out _));
        (await client.CallAsync(HttpMethod.Post, "/api/v1/query", new { sql = 5 })).IsProblem(400, "web.malformed");
        var bound = (await client.AskAsync(Root + "?take=abc")).IsProblem(400, "web.malformed");
        Assert.True(bound.GetProperty("errors").TryGetProperty("take", out _));
        Assert.DoesNotContain("Nullable", bound.ToString(), StringComparison.Ordinal);
        (await client.AskAsync("/api/v1/query?sql=" + Uri.EscapeDataString("DROP TABLE pages"))).IsProblem(422, "query.sql");
        (await client.AskAsync("/api/v1/query?sql=" + Uri.EscapeDataString("FROM read_csv('/etc/passwd')"))).IsProblem(422, "query.sql");
        (await client.AskAsync("/api/v1/query")).IsProblem(422, "input.invalid");
    }

    [Fact]
    public async Task Rows_come_in_every_format_by_name_or_by_what_is_accepted()
    {
        using var client = center.Client(KeyScope.Read);
        var rows = (await client.AskAsync(Root + "/Pages/rows")).Is(200).Json;
        Assert.Equal((await center.Workspace.GetDataSetAsync("Pages", Stop)).Rows, rows.GetArrayLength());

        var csv = (await client.AskAsync(Root + "/Pages/rows?format=csv")).Is(200);
        Assert.StartsWith("text/csv", csv.ContentType, StringComparison.Ordinal);
        Assert.StartsWith("site_id,site_name,period", csv.Text, StringComparison.Ordinal);
        Assert.Contains("pages.csv", csv.Headers["Content-Disposition"], StringComparison.Ordinal);
        Assert.Equal(csv.Text, (await client.AskAsync(Root + "/Pages/rows", ("Accept", "text/csv"))).Is(200).Text);
        Assert.Equal("PAR1", Encoding.ASCII.GetString((await client.AskAsync(Root + "/Pages/rows?format=parquet")).Is(200).Bytes.AsSpan(0, 4)));
        Assert.Equal("PK", Encoding.ASCII.GetString((await client.AskAsync(Root + "/Pages/rows?format=xlsx")).Is(200).Bytes.AsSpan(0, 2)));
        Assert.Equal("application/vnd.apache.arrow.stream", (await client.AskAsync(Root + "/Pages/rows", ("Accept", "application/vnd.apache.arrow.stream"))).Is(200).ContentType);
        (await client.AskAsync(Root + "/Pages/rows", ("Accept", "image/png"))).IsProblem(406, "web.no_such_format");
        (await client.AskAsync(Root + "/Pages/rows?format=docx")).IsProblem(406, "web.no_such_format");

        await center.Workspace.AddDataSetAsync(new NewDataSet { Name = "Never run", Account = "Main", Details = new DetailsInput { Report = "VisitsSummary.get" } }, Stop);
        (await client.AskAsync(Root + "/never_run/rows?format=csv")).IsProblem(409, "destination.no_table");
    }

    [Fact]
    public async Task Rows_come_by_page_chosen_and_sorted()
    {
        using var client = center.Client(KeyScope.Read);

        var first = (await client.AskAsync(Root + "/pages/rows?columns=label,nb_hits&sort=-nb_hits&take=2&filter=nb_hits:greater:0&filter=is_others:equals:false")).Is(200);
        Assert.Equal(2, first.Json.GetArrayLength());
        Assert.Equal(["label", "nb_hits"], first.Json[0].EnumerateObject().Select(p => p.Name));
        Assert.True(first.Json[0].GetProperty("nb_hits").GetInt64() >= first.Json[1].GetProperty("nb_hits").GetInt64());
        var total = int.Parse(first.Headers["X-Total-Count"], CultureInfo.InvariantCulture);
        var seen = 2;
        for (var next = Next(first); next is not null;)
        {
            var page = (await client.AskAsync(next)).Is(200);
            seen += page.Json.GetArrayLength();
            next = Next(page);
        }

        Assert.Equal(total, seen);
        Assert.True((await client.AskAsync(Root + "/pages/rows?columns=lable")).IsProblem(422, "input.invalid").GetProperty("errors").TryGetProperty("columns", out _));
        Assert.True((await client.AskAsync(Root + "/pages/rows?take=0")).IsProblem(422, "input.invalid").GetProperty("errors").TryGetProperty("take", out _));
        Assert.Equal(["label"], (await client.AskAsync(Root + "/pages/rows?columns=label,label&take=1")).Is(200).Json[0].EnumerateObject().Select(p => p.Name));
        Assert.True((await client.AskAsync(Root + "/pages/rows?filter=nb_hits")).IsProblem(422, "input.invalid").GetProperty("errors").TryGetProperty("filter", out _));
    }

    [Fact]
    public async Task SQL_is_answered_as_JSON_and_CSV()
    {
        using var client = center.Client(KeyScope.Read);
        var sql = Uri.EscapeDataString("SELECT count(*) AS n, 'x' AS n, NULL AS nothing FROM pages");

        var json = (await client.AskAsync($"/api/v1/query?sql={sql}")).Is(200).Json;
        Assert.Equal(["n", "n_2", "nothing"], json[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal("PK", Encoding.ASCII.GetString((await client.AskAsync($"/api/v1/query?sql={sql}&format=xlsx")).Is(200).Bytes.AsSpan(0, 2)));
        Assert.StartsWith("n,n,nothing\n", (await client.AskAsync($"/api/v1/query?sql={sql}&format=csv")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Formulas_in_the_CSV_of_a_query_are_guarded_where_a_person_opens_it()
    {
        using var client = center.Client(KeyScope.Read);
        var sql = Uri.EscapeDataString("SELECT '=1+1' AS a, '@x' AS b, -1 AS c");

        Assert.Equal("a,b,c\n'=1+1,'@x,-1\n", (await client.AskAsync($"/api/v1/query?sql={sql}&format=csv&formulas=guard")).Is(200).Text);
        Assert.Equal("a,b,c\n=1+1,@x,-1\n", (await client.AskAsync($"/api/v1/query?sql={sql}&format=csv")).Is(200).Text);
    }

    private static IEnumerable<string> Names(Answer list) => list.Json.EnumerateArray().Select(d => d.GetProperty("name").GetString()!);

    private static string? Next(Answer answer) => answer.Headers.TryGetValue("Link", out var link) && link.EndsWith("; rel=\"next\"", StringComparison.Ordinal) ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
}
