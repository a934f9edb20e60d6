using System.Globalization;
using System.Text.Json;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Subtables, lists of transitions, the starter set.</summary>
public sealed class SubtableTests(SubtableTests.Server server) : IClassFixture<SubtableTests.Server>
{
    private const string Day = "2026-11-23";

    [Theory]
    [InlineData("Events.getCategory", "Events.getActionFromCategoryId", "nb_events")]
    [InlineData("Referrers.getWebsites", "Referrers.getUrlsFromWebsiteId", "nb_visits")]
    [InlineData("Referrers.getSearchEngines", "Referrers.getKeywordsFromSearchEngineId", "nb_visits")]
    [InlineData("Contents.getContentNames", "Contents.getContentNames", "nb_impressions")]
    [InlineData("Actions.getPageUrls", "Actions.getPageUrls", "nb_hits")]
    public async Task The_rows_below_a_row_are_read_by_its_id_and_by_its_label(string report, string child, string metric)
    {
        var parent = (await server.AskAsync(report)).First(r => r.TryGetProperty("idsubdatatable", out _));
        var (id, label) = (parent.GetProperty("idsubdatatable").ToString(), parent.GetProperty("label").GetString()!);
        var plain = (await server.AskAsync(child, ("idSubtable", id))).Select(r => decimal.Parse(r.GetProperty(metric).ToString(), CultureInfo.InvariantCulture)).Order().ToList();

        var byId = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = Day, Subtable = id });
        var byLabel = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = Day, SubtableOf = label });

        Assert.NotEmpty(plain);
        foreach (var below in new[] { byId, byLabel }.Select(s => s.Rows.Select(r => Convert.ToDecimal(r[metric], CultureInfo.InvariantCulture)).Order().ToList()))
        {
            // Folders lie below folders: their pages are the rows.
            Assert.Equal(report.StartsWith("Actions", StringComparison.Ordinal) ? [plain.Sum()] : plain, report.StartsWith("Actions", StringComparison.Ordinal) ? [below.Sum()] : below);
        }
    }

    [Fact]
    public async Task A_label_is_looked_up_anew_on_every_date()
    {
        // Behind the same number there is another row on another date.
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = "Actions.getPageUrls", Sites = "1", Start = "2026-11-20", End = Day, SubtableOf = "help" });

        Assert.Equal(4, stored.Partitions.Count);
        foreach (var partition in stored.Partitions)
        {
            var date = $"{partition.Key.Start:yyyy-MM-dd}";
            var plain = (await server.AskOnAsync(date, "Actions.getPageUrls", ("flat", "1"))).Where(r => r.GetProperty("label").GetString()!.StartsWith("/help/", StringComparison.Ordinal)).Sum(r => r.GetProperty("nb_hits").GetInt64());
            var below = stored.Rows.Where(r => Equals(r["period_start"], partition.Key.Start)).ToList();
            Assert.True(plain > 0);
            Assert.Equal(plain, below.Sum(r => (long)r["nb_hits"]!));
        }
    }

    [Theory]
    [InlineData("catalog>boots")]
    [InlineData("catalog > boots")]
    public async Task Labels_joined_by_an_arrow_walk_down(string label)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = "Actions.getPageUrls", Sites = "1", Date = Day, SubtableOf = label });
        var plain = (await server.AskAsync("Actions.getPageUrls", ("flat", "1"))).Where(r => r.GetProperty("label").GetString()!.StartsWith("/catalog/boots/", StringComparison.Ordinal)).Sum(r => r.GetProperty("nb_hits").GetInt64());

        Assert.True(plain > 0);
        Assert.Equal(plain, stored.Rows.Sum(r => (long)r["nb_hits"]!));
        Assert.All(stored.Rows, r => Assert.Equal(("catalog", "boots"), ((string)r["level_1"]!, (string)r["level_2"]!)));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("catalog>nowhere")]
    [InlineData("/index")]
    public async Task A_label_that_is_not_there_is_no_rows_and_a_note(string label)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = "Actions.getPageUrls", Sites = "1", Date = Day, SubtableOf = label });

        Assert.True(stored.Run.Error is null, stored.Run.Error?.Message);
        Assert.Equal(RunStatus.Succeeded, stored.Run.Status);
        Assert.Equal(0, Assert.Single(stored.Partitions).Rows);
        Assert.Contains(stored.Run.Warnings, w => w.Code == "subtable.no_such_label" && w.IsNote && w.Message.Contains(label, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Events.getCategory", "nb_events")]
    [InlineData("Referrers.getWebsites", "nb_visits")]
    [InlineData("Referrers.getUrlsFromWebsiteId", "nb_visits")]
    [InlineData("Contents.getContentNames", "nb_impressions")]
    [InlineData("Actions.getPageUrls", "nb_hits")]
    public async Task All_subtables_are_every_leaf(string report, string metric)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = Day, Subtables = "all" });
        var parent = report == "Referrers.getUrlsFromWebsiteId" ? "Referrers.getWebsites" : report;
        var top = await server.AskAsync(parent);

        Assert.True(stored.Rows.Count > top.Count);
        Assert.Equal(top.Sum(r => decimal.Parse(r.GetProperty(metric).ToString(), CultureInfo.InvariantCulture)), stored.Rows.Sum(r => Convert.ToDecimal(r[metric], CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("previousPages", "previous_page")]
    [InlineData("followingPages", "following_page")]
    [InlineData("referrers", "referrer")]
    [InlineData(null, null)]
    public async Task A_list_of_transitions_makes_a_row_of_each_of_its_items(string? field, string? prefix)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = "Transitions.getTransitionsForPageTitle", Title = "Shop – Home", Sites = "1", Date = Day, Flatten = field });
        var plain = await server.Here.Plain.AskAsync("Transitions.getTransitionsForPageTitle", null, ("idSite", "1"), ("period", "day"), ("date", Day), ("pageTitle", "Shop – Home"), ("limitBeforeGrouping", "100000"));
        string[] lists = ["previousPages", "followingPages", "previousSiteSearches", "followingSiteSearches", "outlinks", "downloads", "referrers"];
        var items = lists.Where(l => field is null || l == field).Sum(l => plain.TryGetProperty(l, out var list) && list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0);

        Assert.True(items > 1);
        Assert.Equal(items, stored.Rows.Count);
        Assert.All(stored.Rows, r => Assert.Equal(plain.GetProperty("pageMetrics").GetProperty("pageviews").GetInt64(), r.First(c => c.Key.EndsWith("pageviews", StringComparison.Ordinal)).Value));
        Assert.NotEqual(field is null, stored.Columns.All(c => c.Name != "direction"));
        Assert.Equal(prefix is null, stored.Columns.All(c => !c.Name.StartsWith("previous_page", StringComparison.Ordinal) && !c.Name.StartsWith("following_page", StringComparison.Ordinal) && !c.Name.StartsWith("referrer", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("MarketingCampaignsReporting", 0)]
    [InlineData("Events", 1)]
    [InlineData("Goals,CustomDimensions", 5)]
    public async Task A_starter_set_leaves_out_what_the_server_lacks_and_the_rest_runs_green(string off, int skipped)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 34, VisitsPerDay = 12, Sites = 2, PluginsOff = off.Split(',', StringSplitOptions.RemoveEmptyEntries) });
        var set = await here.Workspace.AddStarterSetAsync(new NewStarterSet(NewStarterSet.Standard, "Sample"), TestContext.Current.CancellationToken);

        Assert.Equal(skipped, set.Skipped.Count);
        Assert.All(set.Skipped, s => Assert.Contains(off.Split(','), plugin => s.Reason.Contains(plugin, StringComparison.Ordinal)));
        Assert.Equal(24, set.Added.Count + set.Skipped.Count);
        var runs = await here.Workspace.RunAsync(new RunRequest { All = true }, null, TestContext.Current.CancellationToken);
        Assert.Equal(set.Added.Count, runs.Count);
        Assert.All(runs, r => Assert.True(r.Status is RunStatus.Succeeded or RunStatus.SucceededWithWarnings, $"{r.DataSet}: {r.Error}"));
        Assert.All(runs.Where(r => r.DataSet is not "Segment list"), r => Assert.True(r.Rows > 0, r.DataSet));
    }

    [Theory]
    [InlineData("empty twice", null)]
    [InlineData("empty once", null)]
    [InlineData("archived again", "matomo.unexpected_reply")]
    public async Task A_row_whose_table_answers_nothing_is_kept_by_itself_when_it_is_still_there(string how, string? error)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var (parents, children) = (0, 0);
        fixture.Matomo.Report = request =>
        {
            if (request.Query.GetValueOrDefault("idSubtable") is { } id)
            {
                return ScriptedReply.Json(id == "8" && (how != "empty once" || ++children == 1) ? "[]" : """[{"label":"piece","nb_impressions":2,"nb_interactions":1}]""");
            }

            var eight = how == "archived again" && ++parents > 1 ? 18 : 8;
            return ScriptedReply.Json($$"""[{"label":"banner","nb_impressions":2,"idsubdatatable":7},{"label":"teaser","nb_impressions":5,"idsubdatatable":{{eight}}},{"label":"alone","nb_impressions":1}]""");
        };
        await fixture.AddAsync("Contents", new DetailsInput { Report = "Contents.getContentNames", Date = Day });

        var run = await fixture.RunAsync("Contents");

        Assert.Equal(error is null, run.Error is null);
        Assert.Equal(how == "empty twice" ? 1 : 0, run.Warnings.Count(w => w is { Code: "rows.nothing_below", IsNote: false }));
        if (error is null)
        {
            Assert.Equal([[3L, how == "empty twice" ? 8m : 5m]], (await fixture.QueryAsync("SELECT count(*), sum(nb_impressions) FROM contents")).Select(r => new object?[] { r[0], Convert.ToDecimal(r[1], CultureInfo.InvariantCulture) }));
        }
    }

    [Theory]
    [InlineData("expanded")]
    [InlineData("by id")]
    [InlineData("heeded")]
    public async Task A_report_of_a_plugin_that_pays_no_heed_to_flat_is_read_whole_all_the_same(string what)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Anything = request => request.Method == "API.getReportMetadata"
            ? ScriptedReply.Json("""[{"category":"Custom","name":"Forms","module":"FormX","action":"getForms","dimension":"Form","metrics":{"nb_visits":"Visits"},"actionToLoadSubTables":"getForms","uniqueId":"FormX_getForms"}]""")
            : null;
        fixture.Matomo.Report = request =>
        {
            const string Fields = """[{"label":"name","nb_visits":3,"segment":"f==n"},{"label":"city","nb_visits":1,"segment":"f==c"}]""";
            string Table(string day) => request.Query.ContainsKey("idSubtable") ? Fields
                : what == "heeded" ? """[{"label":"order - name","nb_visits":3,"segment":"f==n"},{"label":"order - city","nb_visits":1,"segment":"f==c"},{"label":"Others","nb_visits":9,"is_summary":true}]"""
                : $$"""[{"label":"order","nb_visits":4,"segment":"f==o","idsubdatatable":5{{(what == "expanded" && request.Query.GetValueOrDefault("expanded") == "1" ? $",\"subtable\":{Fields}" : "")}}},{"label":"Others","nb_visits":9}]""";
            return ScriptedReply.Json(request.Query["date"].Contains(',', StringComparison.Ordinal)
                ? "{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{Table(d)}")) + "}"
                : Table(request.Query["date"]));
        };
        await fixture.AddAsync("Forms", new DetailsInput { Report = "FormX.getForms", Start = "2026-11-20", End = "2026-11-21" });

        var run = await fixture.RunAsync("Forms");

        Assert.Null(run.Error);
        Assert.DoesNotContain(run.Warnings, w => w.Code == "rows.top_level_only");
        Assert.Equal(
            [["order - city", 2L, false], ["order - name", 6L, false], ["Others", 18L, true]],
            (await fixture.QueryAsync("SELECT label, CAST(sum(nb_visits) AS BIGINT), any_value(is_others) FROM forms GROUP BY 1 ORDER BY lower(label)")).Select(r => new object?[] { r[0], r[1], r[2] }).OrderBy(r => ((string)r[0]!).StartsWith("Others", StringComparison.Ordinal)));
        // A report that nobody knows is asked for day by day, two days side by side.
        Assert.InRange(fixture.Matomo.Reports.Count(r => r.Query.GetValueOrDefault("flat") == "1"), 1, 2);
    }

    /// <summary>A server whose archives keep all rows.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal SampleWorkspace Here { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 8, VisitsPerDay = 80, Sites = 1 });

        public async ValueTask DisposeAsync() => await Here.DisposeAsync();

        internal Task<List<JsonElement>> AskAsync(string method, params (string, string)[] more) => AskOnAsync(Day, method, more);

        internal async Task<List<JsonElement>> AskOnAsync(string date, string method, params (string, string)[] more) =>
            [.. (await Here.Plain.AskAsync(method, null, [("idSite", "1"), ("period", "day"), ("date", date), .. more])).EnumerateArray()];
    }
}
