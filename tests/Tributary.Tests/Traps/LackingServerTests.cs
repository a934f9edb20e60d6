using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Servers that lack something: a plugin, the visits log of a site, types, numbers that are numbers.</summary>
public sealed class LackingServerTests
{
    [Theory]
    [InlineData("Events.getCategory", "Events")]
    [InlineData("Transitions.getTransitionsForPageTitle", "Transitions")]
    [InlineData("Live.getLastVisitsDetails", "Live")]
    [InlineData("ClickPath.getSteps", "Live")]
    [InlineData("MarketingCampaignsReporting.getName", "MarketingCampaignsReporting")]
    [InlineData("Goals.get", "Goals")]
    public async Task A_report_whose_plugin_is_switched_off_is_refused_with_the_reason(string report, string plugin)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 3, VisitsPerDay = 10, Sites = 1, PluginsOff = [plugin] });
        var details = new DetailsInput { Report = report, Date = "2026-11-24", Title = report.StartsWith("Transitions", StringComparison.Ordinal) ? "Shop – Home" : null };
        var added = await Assert.ThrowsAsync<InputException>(() => here.AddAsync("Report", details));
        var previewed = await Assert.ThrowsAsync<InputException>(() => here.PreviewAsync(details));

        Assert.Equal(["--report", "--report"], new[] { added, previewed }.SelectMany(e => e.Problems).Select(p => p.Field));
        Assert.All([added, previewed], e => Assert.Contains(plugin, e.Message, StringComparison.Ordinal));
        var listed = (await here.Workspace.Reports.ListAsync("Sample", null, TestContext.Current.CancellationToken)).Single(r => r.Method == report && r.FixedParameters.Count == 0);
        Assert.False(listed.Available);
        Assert.Contains(plugin, listed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task A_plugin_switched_off_after_the_DataSet_was_made_is_told_by_the_run(int status)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 5;
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", DaysBack = "1" });
        await fixture.RunAsync("Countries");
        fixture.Matomo.Report = _ => ScriptedReply.Error("The plugin UserCountry is not enabled. You can activate the plugin on Settings &gt; Plugins page in Matomo.", status);

        var run = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, Fault.Source), (run.Status, run.Error!.Fault));
        Assert.Contains("UserCountry", run.Error.Message, StringComparison.Ordinal);
        Assert.Contains("plugin", run.Error.Code, StringComparison.Ordinal);
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
    }

    [Fact]
    public async Task A_site_whose_time_zone_nobody_knows_is_left_out_and_the_others_arrive()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop","timezone":"Foo/Bar","currency":"EUR"},{"idsite":2,"name":"Blog","timezone":"","currency":"EUR"},{"idsite":3,"name":"Wiki","timezone":"UTC+5.5","currency":"EUR"}]""";
        fixture.Matomo.Visits["2026-11-20"] = 5;
        var tested = await fixture.Workspace.Accounts.TestAsync("Shop", TestContext.Current.CancellationToken);
        var explained = await fixture.Workspace.ExplainDetailsAsync("Shop", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" }, null, TestContext.Current.CancellationToken);
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });

        var run = await fixture.RunAsync("Countries");

        Assert.Equal(RunStatus.SucceededWithWarnings, run.Status);
        Assert.Contains(run.Warnings, w => w is { Code: "site.unknown_zone", SiteId: 1 } && w.Message.Contains("Foo/Bar", StringComparison.Ordinal));
        Assert.Equal([[2L, 2L], [3L, 2L]], await fixture.QueryAsync("SELECT site_id, count(*) FROM countries GROUP BY ALL ORDER BY 1"));
        Assert.Contains(tested.Steps, s => s.Sentence.Contains("Foo/Bar", StringComparison.Ordinal));
        Assert.Equal(2, explained.Sites);
    }

    [Theory]
    [InlineData("Live.getLastVisitsDetails", null)]
    [InlineData("Live.getLastVisitsDetails", "actionDetails")]
    [InlineData("ClickPath.getPaths", null)]
    public async Task A_site_without_a_visits_log_is_skipped_with_the_reason_and_the_others_arrive(string report, string? flatten)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 30, Sites = 3, VisitsLogOffSites = [2] });
        var stored = await here.StoreAsync(new DetailsInput { Report = report, Date = "2026-11-24", Flatten = flatten });

        Assert.Equal([1, 3], stored.Partitions.Where(p => p.Rows > 0).Select(p => p.Key.SiteId).Order());
        Assert.Equal(RunStatus.SucceededWithWarnings, stored.Run.Status);
        var told = Assert.Single(stored.Run.Warnings, w => w.SiteId == 2);
        Assert.Contains("isits log", told.Message, StringComparison.Ordinal);

        // Reports of the archive are there for all three.
        Assert.Equal(3, (await here.StoreAsync(new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-24" })).Partitions.Count(p => p.Rows > 0));
        Assert.NotEmpty((await here.PreviewAsync(new DetailsInput { Report = report, Sites = "1", Date = "2026-11-24", Flatten = flatten })).Rows);
    }

    [Theory]
    [InlineData("4.13.0", false)]
    [InlineData("4.16.1", false)]
    [InlineData("5.2.0", true)]
    public async Task Columns_have_their_types_whatever_the_server_tells_of_them(string version, bool idsAsText)
    {
        await using var usual = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 40, Sites = 2 });
        await using var old = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 40, Sites = 2, Version = version, IdsAsText = idsAsText });
        foreach (var report in new[] { "VisitsSummary.get", "Actions.getPageUrls", "UserCountry.getCity", "Goals.get", "Goals.getItemsName", "Events.getCategory", "VisitFrequency.get", "Goals.getGoals", "SitesManager.getSitesWithAtLeastViewAccess" })
        {
            var details = new DetailsInput { Report = report, Date = report is "Goals.getGoals" || report.StartsWith("SitesManager", StringComparison.Ordinal) ? null : "2026-11-24" };
            var (expected, stored) = (await usual.StoreAsync(details), await old.StoreAsync(details));
            Assert.True(stored.Run.Error is null && stored.Rows.Count > 0, $"{report}: {stored.Run.Error}");
            Assert.Equal(expected.Rows.Count, stored.Rows.Count);
            var types = stored.Columns.ToDictionary(c => c.Name, c => c.Type, StringComparer.Ordinal);
            Assert.All(expected.Columns.Where(c => types.ContainsKey(c.Name)), c => Assert.True(c.Type == types[c.Name], $"{report} {c.Name}: {types[c.Name]}, not {c.Type}"));
            Assert.NotEmpty((await old.PreviewAsync(details)).Rows);
        }
    }
}
