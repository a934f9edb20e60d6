using System.Globalization;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Rows go missing without a word: limits nobody asked for.</summary>
public sealed class MissingRowsTests
{
    private const string Day = "2026-11-20";

    [Theory]
    [InlineData("Goals.getGoals", "1", 120)]
    [InlineData("SitesManager.getSitesWithAtLeastViewAccess", "all", 101)]
    [InlineData("SegmentEditor.getAll", "1", 130)]
    public async Task A_list_of_more_than_a_hundred_entries_arrives_whole(string list, string sites, int entries)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions
        {
            Days = 2,
            VisitsPerDay = 1,
            Goals = 120,
            Sites = 101,
            Segments = [.. Enumerable.Range(1, 130).Select(i => new SampleSegment($"Segment {i}", $"actions>{i}"))],
        });

        var stored = await here.StoreAsync(new DetailsInput { Report = list, Sites = sites });

        Assert.True(stored.Run.Error is null, stored.Run.Error?.Message);
        Assert.Equal(entries, stored.Rows.Count);
    }

    [Fact]
    public async Task All_sites_of_an_account_with_more_than_a_hundred_are_read()
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 7, VisitsPerDay = 2, Sites = 101 });

        var stored = await here.StoreAsync(new DetailsInput { Report = "UserCountry.getCountry", Date = Day });

        Assert.Equal(RunStatus.Succeeded, stored.Run.Status);
        Assert.Equal(Enumerable.Range(1, 101), stored.Partitions.Select(p => p.Key.SiteId).Order());
        Assert.Equal([4], stored.Partitions.Where(p => p.Rows == 0).Select(p => p.Key.SiteId));
    }

    [Fact]
    public async Task All_reports_of_a_server_that_announces_more_than_a_hundred_are_on_offer()
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 2, VisitsPerDay = 1 });
        var announced = (await here.Plain.AskAsync("API.getReportMetadata", null, ("idSite", "1"))).EnumerateArray().Select(r => r.GetProperty("uniqueId").GetString()!).ToList();
        Assert.True(announced.Count >= 106, $"{announced.Count} reports");

        var offered = (await here.Workspace.Reports.ListAsync("Sample", null, TestContext.Current.CancellationToken)).Select(r => r.UniqueId).ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(announced, id => !offered.Contains(id));
    }

    [Fact]
    public async Task A_report_of_more_than_ten_thousand_rows_arrives_whole()
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 24, VisitsPerDay = 600, UsersShare = 1, Sites = 1 });

        var stored = await here.StoreAsync(new DetailsInput { Report = "UserId.getUsers", Sites = "1", Period = "month", Date = "2026-11-14" });

        Assert.InRange(stored.Rows.Count, 10_001, 49_999);
        Assert.Equal(stored.Rows.Count, stored.Rows.Select(r => r["label"]).Distinct().Count());
        Assert.Equal((await here.Plain.AskAsync("UserId.getUsers", null, ("idSite", "1"), ("period", "month"), ("date", "2026-11-14"))).GetArrayLength(), stored.Rows.Count);
    }

    [Fact]
    public async Task No_call_relies_on_the_limit_of_the_server()
    {
        await using var usual = await SampleWorkspace.StartAsync(Small);
        await using var strict = await SampleWorkspace.StartAsync(Small with { DefaultLimit = 1 });
        foreach (var details in OfEveryKind)
        {
            var (expected, stored) = (await usual.StoreAsync(details), await strict.StoreAsync(details));
            Assert.True(expected.Rows.Count > 1 && expected.Run.Error is null, $"{details.Report}: {expected.Rows.Count} rows, {expected.Run.Error}");
            Assert.Equal(expected.Rows.Select(Values).Order(StringComparer.Ordinal), stored.Rows.Select(Values).Order(StringComparer.Ordinal));
        }

        Assert.All(strict.Sample.Requests.Where(r => !r.Method.Contains("Version", StringComparison.Ordinal)), r => Assert.True(r.Parameters.ContainsKey("filter_limit"), $"{r.Method} has no limit"));
    }

    [Theory]
    [InlineData("Actions.getPageUrls", null, "1")]
    [InlineData("Contents.getContentNames", null, "1")]
    [InlineData("Referrers.getCampaigns", null, "5")]
    [InlineData("Events.getCategory", "all", "1")]
    [InlineData("MarketingCampaignsReporting.getName", "all", "5")]
    public async Task Each_date_and_each_subtable_arrives_whole(string report, string? subtables, string site)
    {
        // On a server whose own limit is one row, whatever is cut deeper down would be one row too.
        await using var strict = await SampleWorkspace.StartAsync(Small with { Sites = 5, DefaultLimit = 1 });
        var history = await strict.StoreAsync(new DetailsInput { Report = report, Subtables = subtables, Sites = site, Start = "2026-11-18", End = "2026-11-23" });

        Assert.Equal(6, history.Partitions.Count);
        foreach (var partition in history.Partitions)
        {
            var date = partition.Key.Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var alone = await strict.StoreAsync(new DetailsInput { Report = report, Subtables = subtables, Sites = site, Date = date });
            Assert.True(alone.Rows.Count > 1, $"{report} {date}: {alone.Rows.Count} rows");
            Assert.Equal(
                alone.Rows.Select(Values).Order(StringComparer.Ordinal),
                history.Rows.Where(r => Equals(r["period_start"], partition.Key.Start)).Select(Values).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData(100, 130, null)]
    [InlineData(500, 1203, null)]
    [InlineData(1000, 1001, null)]
    [InlineData(100, 250, 3)]
    [InlineData(100, 101, 100)]
    [InlineData(100, 100, null)]
    public async Task A_count_that_is_a_usual_limit_is_looked_at_again(int limit, int rows, int? onOtherDates)
    {
        // A limit set on the server, whatever the request says.
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits[Day] = rows;
        fixture.Matomo.Report = request =>
        {
            var offset = int.Parse(request.Query.GetValueOrDefault("filter_offset", "0"), CultureInfo.InvariantCulture);
            string Table(string day) => "[" + string.Join(',', Enumerable.Range(0, day == Day ? rows : onOtherDates ?? 0).Skip(offset).Take(limit).Select(i => $$"""{"label":"country {{i}}","nb_visits":{{rows - i}},"code":"c{{i}}"}""")) + "]";
            return ScriptedReply.Json(request.Query["date"].Contains(',', StringComparison.Ordinal)
                ? "{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{Table(d)}")) + "}"
                : Table(request.Query["date"]));
        };
        await fixture.AddAsync("Countries", onOtherDates is not null
            ? new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-11-18", End = "2026-11-21" }
            : new DetailsInput { Report = "UserCountry.getCountry", Date = Day });

        var run = await fixture.RunAsync("Countries");

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal([[(long)rows, (long)rows]], await fixture.QueryAsync($"SELECT count(*), count(DISTINCT label) FROM countries WHERE period_start = DATE '{Day}'"));
        Assert.Equal(rows + (3 * (onOtherDates ?? 0)), run.Rows);
    }

    [Theory]
    [InlineData(100, 130)]
    [InlineData(500, 501)]
    public async Task Rows_below_a_row_are_looked_at_again_too(int limit, int rows)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = request =>
        {
            if (!request.Query.ContainsKey("idSubtable"))
            {
                return ScriptedReply.Json($$"""[{"label":"banner","nb_impressions":{{rows}},"idsubdatatable":7}]""");
            }

            var offset = int.Parse(request.Query.GetValueOrDefault("filter_offset", "0"), CultureInfo.InvariantCulture);
            return ScriptedReply.Json("[" + string.Join(',', Enumerable.Range(0, rows).Skip(offset).Take(limit).Select(i => $$"""{"label":"piece {{i}}","nb_impressions":1}""")) + "]");
        };
        await fixture.AddAsync("Contents", new DetailsInput { Report = "Contents.getContentNames", Date = Day });

        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Contents")).Status);
        Assert.Equal([[(long)rows, (long)rows]], await fixture.QueryAsync("SELECT count(*), count(DISTINCT label) FROM contents"));
    }

    [Theory]
    [InlineData("Referrers.getCampaigns", null, null, 1)]
    [InlineData("CustomDimensions.getCustomDimension", null, "idDimension=3", 1)]
    [InlineData("UserCountry.getContinent", "goals", null, 2)]
    [InlineData("Referrers.getWebsites", "subtable", null, 1)]
    public async Task Rows_with_rows_or_items_in_them_are_looked_at_again_too(string report, string? flatten, string? parameter, int rowsEach)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = request =>
        {
            string Table(string day) => Cut(request, day == Day ? 250 : 3, i => $$$"""{"label":"row {{{i}}}","nb_visits":1,"segment":"x=={{{i}}}","goals":{"idgoal=1":{"nb_conversions":1},"idgoal=2":{"nb_conversions":2} }}""");
            return ScriptedReply.Json(request.Query["date"].Contains(',', StringComparison.Ordinal)
                ? "{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{Table(d)}")) + "}"
                : Table(request.Query["date"]));
        };
        var details = new DetailsInput { Report = report, Flatten = flatten, Parameters = parameter is null ? [] : [parameter] };
        await fixture.AddAsync("One", details with { Date = Day });
        await fixture.AddAsync("Several", details with { Start = "2026-11-19", End = "2026-11-21" });

        foreach (var name in new[] { "One", "Several" })
        {
            Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync(name)).Status);
            Assert.Equal([[250L * rowsEach, 250L]], await fixture.QueryAsync($"SELECT count(*), count(DISTINCT label) FROM {name} WHERE period_start = DATE '{Day}'"));
        }
    }

    [Theory]
    [InlineData(null, "by id")]
    [InlineData("subtable", "by id")]
    [InlineData(null, "silent")]
    [InlineData("subtable", "silent")]
    [InlineData(null, "no id")]
    [InlineData("subtable", "no id")]
    public async Task Rows_that_came_below_a_row_are_asked_for_by_themselves_where_a_limit_may_have_cut_them(string? flatten, string how)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = request =>
        {
            static string Child(int i) => $$"""{"label":"page {{i}}","nb_visits":1,"url":"https://shop.example/{{i}}"}""";
            if (request.Query.TryGetValue("idSubtable", out var id))
            {
                return ScriptedReply.Json(how == "silent" ? "[]" : Cut(request, id == "7" ? 150 : 100, Child));
            }

            string Below(int rows) => $"[{string.Join(',', Enumerable.Range(0, rows).Select(Child))}]";
            string Parent(string label, int subtable, string below) => $$"""{"label":"{{label}}","nb_visits":150,"segment":"x=={{label}}"{{(how == "no id" ? "" : $",\"idsubdatatable\":{subtable}")}},"subtable":{{below}}}""";

            // The last one is cut by Matomo's archive, which says so.
            return ScriptedReply.Json($"[{Parent("cut", 7, Below(100))},{Parent("whole", 8, Below(100))},{Parent("few", 9, Below(3))},{Parent("archive", 10, Below(99)[..^1] + """,{"label":"Others","nb_visits":51}]""")}]");
        };
        await fixture.AddAsync("Sites", new DetailsInput { Report = "CustomDimensions.getCustomDimension", Date = Day, Flatten = flatten, Parameters = ["idDimension=3"] });

        var run = await fixture.RunAsync("Sites");

        Assert.Null(run.Error);
        Assert.Equal(how == "by id" ? 353 : 303, run.Rows);
        var told = run.Warnings.Where(w => w is { Code: "rows.maybe_cut", IsNote: false }).ToList();
        Assert.Equal(how == "by id" ? [] : [2], told.Select(w => w.Message.Contains("2 rows", StringComparison.Ordinal) ? 2 : 0));
        Assert.Equal(how == "by id" ? 150L : 100L, Assert.Single(await fixture.QueryAsync($"SELECT count(*) FROM sites WHERE label LIKE 'cut%'"))[0]);

        // One request asks about all of them.
        Assert.Equal(how == "no id" ? 0 : 1, fixture.Matomo.Requests.Count(r => r.Method == "API.getBulkRequest" && r.RawBody.Contains("idSubtable", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_row_whose_subtable_is_wanted_is_found_behind_a_limit()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = request => ScriptedReply.Json(request.Query.ContainsKey("idSubtable")
            ? """[{"label":"page","nb_visits":1,"url":"https://shop.example/"}]"""
            : Cut(request, 250, i => $$"""{"label":"site {{i}}","nb_visits":1,"idsubdatatable":{{i + 1}}}"""));
        await fixture.AddAsync("Pages", new DetailsInput { Report = "Referrers.getWebsites", Date = Day, SubtableOf = "site 199" });

        var run = await fixture.RunAsync("Pages");

        Assert.Equal((RunStatus.Succeeded, 1L), (run.Status, run.Rows));
        Assert.Contains(fixture.Matomo.Requests, r => r.Query.GetValueOrDefault("idSubtable") == "200");
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(100, 130)]
    [InlineData(100, 350)]
    [InlineData(500, 501)]
    public async Task Sites_behind_a_limit_are_found(int limit, int sites)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Anything = request => request.Method.StartsWith("SitesManager.", StringComparison.Ordinal)
            ? ScriptedReply.Json(Cut(request, sites, i => $$"""{"idsite":{{i + 1}},"name":"Site {{i + 1}}","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}""", limit))
            : null;

        await fixture.AddAsync("List", new DetailsInput { Report = "UserCountry.getCountry", Sites = "all", Date = Day });
        var run = await fixture.RunAsync("List");

        Assert.Equal(sites, run.Partitions);
    }

    [Fact]
    public async Task Goals_behind_a_limit_are_found()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Anything = request => request.Method == "Goals.getGoals"
            ? ScriptedReply.Json(Cut(request, 130, i => $$"""{"idsite":1,"idgoal":{{i + 1}},"name":"Goal {{i + 1}}"}"""))
            : null;

        // A goal nobody knows is refused.
        await fixture.AddAsync("Late", new DetailsInput { Report = "UserCountry.getCountry", Date = Day, Goal = "130" });
    }

    private static string Cut(ScriptedRequest request, int rows, Func<int, string> row, int limit = 100)
    {
        var offset = int.Parse(request.Query.GetValueOrDefault("filter_offset", "0"), CultureInfo.InvariantCulture);
        var asked = int.Parse(request.Query.GetValueOrDefault("filter_limit", "-1"), CultureInfo.InvariantCulture);
        return "[" + string.Join(',', Enumerable.Range(0, rows).Skip(offset).Take(asked < 0 || asked > limit ? limit : asked).Select(row)) + "]";
    }

    [Fact]
    public async Task A_reply_that_pays_no_heed_to_the_offset_is_not_read_twice()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json("[" + string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"label":"country {{i}}","nb_visits":1}""")) + "]");
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = Day });

        Assert.Equal(100, (await fixture.RunAsync("Countries")).Rows);
    }

    private static SampleMatomoOptions Small => new() { Days = 9, VisitsPerDay = 40, Sites = 2, Goals = 8 };

    // Hashes differ between workspaces.
    private static string[] Kept => ["visitorId=keep", "userId=keep", "fingerprint=keep"];

    private static DetailsInput[] OfEveryKind { get; } =
    [
        new() { Report = "Actions.getPageUrls", Sites = "1", Date = Day },
        new() { Report = "Actions.getPageTitles", Sites = "1", Date = Day },
        new() { Report = "Actions.getPageUrls", Sites = "1", Date = Day, Levels = "top" },
        new() { Report = "Actions.getPageUrls", Sites = "1", Date = Day, SubtableOf = "catalog" },
        new() { Report = "Referrers.getReferrerType", Sites = "1", Date = Day },
        new() { Report = "Contents.getContentNames", Sites = "1", Date = Day },
        new() { Report = "Events.getAction", Sites = "all", Start = "2026-11-18", End = "2026-11-20" },
        new() { Report = "UserCountry.getCity", Sites = "all", Period = "week", Date = Day },
        new() { Report = "Goals.getItemsName", Sites = "1", Date = Day },
        new() { Report = "VisitTime.getByDayOfWeek", Sites = "1", Period = "week", Date = "2026-11-20" },
        new() { Report = "Transitions.getTransitionsForPageTitle", Sites = "1", Date = Day, Title = "Shop – Home" },
        new() { Report = "ClickPath.getSteps", Sites = "1", Date = Day, Personal = Kept },
        new() { Report = "Live.getLastVisitsDetails", Sites = "1", Date = Day, Personal = Kept },
        new() { Report = "Live.getLastVisitsDetails", Sites = "1", Date = Day, Flatten = "actionDetails", Personal = Kept },
        new() { Report = "Goals.getGoals", Sites = "1" },
        new() { Report = "SitesManager.getSitesWithAtLeastViewAccess" },
        new() { Report = "CustomDimensions.getConfiguredCustomDimensions", Sites = "1" },
    ];

    private static string Values(Dictionary<string, object?> row) =>
        string.Join('|', row.Where(c => c.Value is not null && c.Key is not ("_run_id" or "_read_at")).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key}={c.Value}")));
}
