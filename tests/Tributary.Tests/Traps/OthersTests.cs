using System.Globalization;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Tests.EveryReport;

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
