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
