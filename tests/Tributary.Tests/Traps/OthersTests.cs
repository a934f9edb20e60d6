using System.Globalization;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.EveryReport;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Rows go missing without a word: what Matomo's own archive sums up as Others.</summary>
public sealed class OthersTests(OthersTests.LowLimits server) : IClassFixture<OthersTests.LowLimits>
{
    [Theory]
    [InlineData("Actions.getPageUrls", "nb_hits", "datatable_archiving_maximum_rows_actions")]
    [InlineData("Actions.getPageTitles", "nb_hits", "datatable_archiving_maximum_rows_actions")]
    [InlineData("Actions.getSiteSearchKeywords", "nb_visits", "datatable_archiving_maximum_rows_site_search")]
    [InlineData("Referrers.getWebsites", "nb_visits", "datatable_archiving_maximum_rows_referrers")]
    [InlineData("Referrers.getCampaigns", "nb_visits", "datatable_archiving_maximum_rows_referrers")]
    [InlineData("Events.getCategory", "nb_events", "datatable_archiving_maximum_rows_events")]
    [InlineData("UserCountry.getCity", "nb_visits", "datatable_archiving_maximum_rows_standard")]
    [InlineData("DevicesDetection.getModel", "nb_visits", "datatable_archiving_maximum_rows_standard")]
    [InlineData("Goals.getItemsName", "quantity", "datatable_archiving_maximum_rows_products")]
    public async Task Rows_that_the_archive_summed_up_are_marked_and_their_share_and_the_setting_told(string report, string metric, string setting)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = "2026-11-20" });

        var others = stored.Rows.Where(r => r["is_others"] is true).ToList();
        Assert.NotEmpty(others);
        var partition = Assert.Single(stored.Partitions);
        Assert.Equal(setting, partition.Truncated);
        Assert.Equal(others.Sum(r => Convert.ToDouble(r[metric], CultureInfo.InvariantCulture)) / stored.Rows.Sum(r => Convert.ToDouble(r[metric], CultureInfo.InvariantCulture)), partition.OthersShare!.Value, 9);
        var told = Assert.Single(stored.Run.Warnings, w => w.Code == "rows.others");
        Assert.Contains(setting, told.Message, StringComparison.Ordinal);
        Assert.Equal(partition.OthersShare < 0.1, told.IsNote);
        Assert.Contains("is_others", stored.Columns.Select(c => c.Name));
    }

    [Theory]
    [InlineData("Actions.getPageUrls", "all")]
    [InlineData("Actions.getPageUrls", "top")]
    [InlineData("Referrers.getWebsites", "all")]
    [InlineData("UserCountry.getCity", "all")]
    [InlineData("Resolution.getConfiguration", "all")]
    [InlineData("Events.getCategory", "top")]
    public async Task Unique_visitors_of_a_row_that_was_summed_up_are_null(string report, string levels)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = "2026-11-20", Levels = levels });

        var people = stored.Columns.Select(c => c.Name).Where(n => n is "nb_uniq_visitors" or "entry_nb_uniq_visitors" or "exit_nb_uniq_visitors" or "nb_users").ToList();
        Assert.NotEmpty(people);
        Assert.All(stored.Rows.Where(r => r["is_others"] is true), r => Assert.All(people, p => Assert.Null(r[p])));
        Assert.Contains(stored.Rows, r => r["is_others"] is true);
        Assert.Contains(stored.Rows, r => r["is_others"] is false && r[people[0]] is long);
    }

    [Theory]
    [InlineData("en", "all")]
    [InlineData("en", "top")]
    [InlineData("de", "all")]
    [InlineData("de", "top")]
    [InlineData("ja", "all")]
    [InlineData("ja", "top")]
    [InlineData("tr", "top")]
    public async Task Others_is_found_whatever_the_language_of_the_account(string language, string levels)
    {
        await server.EnsureAccountAsync(language);
        foreach (var report in new[] { "Actions.getPageUrls", "Referrers.getWebsites", "UserCountry.getCity", "Events.getCategory", "DevicesDetection.getModel" })
        {
            var english = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = "2026-11-20", Levels = levels });
            var other = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = "2026-11-20", Levels = levels }, language);

            Assert.True(english.Rows.Exists(r => r["is_others"] is true), report);
            Assert.True(Marked(english) == Marked(other), $"{report} {language} {levels}: {Marked(other)} marked, not {Marked(english)}");
            Assert.Equal(english.Partitions[0].OthersShare, other.Partitions[0].OthersShare);
        }

        static int Marked(Stored stored) => stored.Rows.Count(r => r["is_others"] is true);
    }

    [Theory]
    [InlineData("all", "page_url")]
    [InlineData("top", "label")]
    public async Task A_genuine_page_named_Others_is_no_summary(string levels, string column)
    {
        // The third site has pages /Others and /guide/Others; these limits leave summary rows beside them.
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 24, VisitsPerDay = 60, Sites = 3, ActionsRows = 15, ActionsSubRows = 9 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "Actions.getPageUrls", Sites = "3", Period = "month", Date = "2026-11-20", Levels = levels });

        var named = stored.Rows.Where(r => ((string)r[column]!).TrimStart('/').EndsWith("Others", StringComparison.Ordinal)).ToList();
        Assert.Contains(named, r => r["is_others"] is false && r["url"] is string);
        Assert.Contains(named, r => r["is_others"] is true);
        Assert.All(named, r => Assert.Equal(r["url"] is null, r["is_others"]));
    }

    [Fact]
    public async Task Each_folder_has_a_summary_of_its_own_that_adds_up_with_its_pages()
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = "Actions.getPageUrls", Sites = "1", Period = "month", Date = "2026-11-20" });
        var top = await server.Here.StoreAsync(new DetailsInput { Report = "Actions.getPageUrls", Sites = "1", Period = "month", Date = "2026-11-20", Levels = "top" });

        Assert.True(stored.Rows.Count(r => r["is_others"] is true) > 1);
        Assert.Equal(top.Rows.Sum(r => (long)r["nb_hits"]!), stored.Rows.Sum(r => (long)r["nb_hits"]!));
    }

    [Theory]
    [InlineData("Actions.getPageUrls", "goals", "all", "datatable_archiving_maximum_rows_actions")]
    [InlineData("Actions.getPageUrls", "goals", "top", "datatable_archiving_maximum_rows_actions")]
    [InlineData("UserCountry.getCity", "goals", "all", "datatable_archiving_maximum_rows_standard")]
    [InlineData("Referrers.getWebsites", "subtable", "all", "datatable_archiving_maximum_rows_referrers")]
    [InlineData("Events.getCategory", "subtable", "all", "datatable_archiving_maximum_rows_events")]
    public async Task Rows_that_were_summed_up_are_marked_and_told_where_nested_items_are_rows(string report, string field, string levels, string setting)
    {
        var plain = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = "2026-11-20", Levels = levels });
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = "2026-11-20", Levels = field == "subtable" ? null : levels, Flatten = field });

        var others = stored.Rows.Where(r => r["is_others"] is true).ToList();
        Assert.NotEmpty(others);
        Assert.Contains(stored.Rows, r => r["is_others"] is false);
        var partition = Assert.Single(stored.Partitions);
        Assert.Equal((setting, plain.Partitions[0].OthersShare!.Value), (partition.Truncated, Math.Round(partition.OthersShare!.Value, 12)), (a, b) => a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
        Assert.Contains(stored.Run.Warnings, w => w.Code == "rows.others" && w.Message.Contains(setting, StringComparison.Ordinal));
        Assert.All(others.Where(r => (string)r["label"]! == "Others"), r => Assert.Null(r.GetValueOrDefault("nb_uniq_visitors")));
        if (field == "subtable")
        {
            // At the top and below a row.
            Assert.Contains(others, r => (string)r["label"]! == "Others" && r["subtable_label"] is null);
            var below = others.Where(r => (string?)r["subtable_label"] == "Others").ToList();
            Assert.Equal(report.StartsWith("Events.", StringComparison.Ordinal), below.Count > 0);
            Assert.All(below, r => Assert.True(r["nb_uniq_visitors"] is long && r.GetValueOrDefault("subtable_nb_uniq_visitors") is null));
        }
    }

    [Theory]
    [InlineData("3.5.0", true)]
    [InlineData("3.9.1", true)]
    [InlineData("3.10.0", false)]
    [InlineData("3.14.1", false)]
    [InlineData("5.2.0", false)]
    public async Task The_last_row_named_Others_is_the_summary_row_where_flat_replies_do_not_mark_it_yet(string version, bool isSummary)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Anything = request => request.Method is "API.getMatomoVersion" or "API.getPiwikVersion" ? ScriptedReply.Json($$"""{"value":"{{version}}"}""") : null;
        await fixture.Workspace.Accounts.AddAsync(new NewAccount { Name = "Old", Url = fixture.Matomo.Address.ToString(), Token = new AccessToken(CanaryToken.Value) }, TestContext.Current.CancellationToken);
        fixture.Matomo.Report = _ => ScriptedReply.Json("""[{"label":"/a/b","nb_visits":5,"nb_hits":9,"url":"https://x/a/b","segment":"pageUrl==x"},{"label":"Others","nb_visits":50,"nb_hits":90}]""");
        await fixture.Workspace.AddDataSetAsync(new NewDataSet { Name = "Pages", Account = "Old", Details = new DetailsInput { Report = "Actions.getPageUrls", Date = "2026-11-20" } }, TestContext.Current.CancellationToken);

        await fixture.RunAsync("Pages");

        Assert.Equal([["/a/b", false], ["Others", isSummary]], await fixture.QueryAsync("SELECT label, is_others FROM pages ORDER BY 1"));
        Assert.Equal(isSummary, Assert.Single(await fixture.Workspace.ReadPartitionsAsync("Pages", TestContext.Current.CancellationToken)).Truncated is not null);
    }

    /// <summary>A server whose archives keep few rows.</summary>
    public sealed class LowLimits : IAsyncLifetime
    {
        private readonly HashSet<string> _languages = ["en"];

        internal SampleWorkspace Here { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Here = await SampleWorkspace.StartAsync(new SampleMatomoOptions
            {
                Days = 24,
                VisitsPerDay = 60,
                Sites = 3,
                ActionsRows = 6,
                ActionsSubRows = 5,
                SiteSearchRows = 6,
                ReferrersRows = 2,
                ReferrersSubRows = 2,
                EventsRows = 2,
                EventsSubRows = 2,
                ProductsRows = 5,
                StandardRows = 5,
            });
            await Here.AddAccountAsync(Here.Sample, "en");
        }

        public async ValueTask DisposeAsync() => await Here.DisposeAsync();

        public async Task EnsureAccountAsync(string language)
        {
            if (_languages.Add(language))
            {
                await Here.AddAccountAsync(Here.Sample, language, language);
            }
        }
    }
}
