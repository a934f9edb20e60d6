using System.Text.Json;

namespace Tributary.SampleMatomo.Tests;

/// <summary>Tables with levels: the tree of pages, what is summed up in it, and the numbers that lead down.</summary>
public sealed class TreeTests(RunningSample sample)
{
    private const string Docs = "idSite=3&period=week&date=2026-11-18&filter_limit=-1&format_metrics=0";
    private static readonly SampleMatomoOptions Small = new() { Days = 10, VisitsPerDay = 40, Sites = 3, ActionsRows = 12, ActionsSubRows = 4 };

    [Fact]
    public async Task A_small_log_with_small_limits_has_summary_rows_at_the_top_and_in_folders()
    {
        await using var small = await RunningSample.StartAsync(Small);
        var flat = (await RunningSample.AskAsync(small, "Actions.getPageUrls", $"{Docs}&flat=1")).Rows;
        Assert.Equal(["/guide/ - Others", "Others"], flat.Where(IsSummary).Select(r => r.Text("label")).Order(StringComparer.Ordinal));
        Assert.Equal("pageUrl=^https%253A%252F%252Fdocs.example.net%252Fguide", flat.Single(r => r.Text("label") == "/guide/ - Others").Text("segment"));
        var tree = (await RunningSample.AskAsync(small, "Actions.getPageUrls", $"{Docs}&expanded=1")).Rows;
        var folder = tree.Single(r => r.Text("label") == "guide").GetProperty("subtable").EnumerateArray().ToList();
        foreach (var rows in new[] { tree, folder })
        {
            var last = rows[^1];
            Assert.Equal("Others", last.Text("label"));
            Assert.DoesNotContain(last.EnumerateObject(), m => m.Name is "segment" or "url" or "idsubdatatable" or "is_summary");
        }

        Assert.Equal(flat.Sum(r => r.Number("nb_hits")), tree.Sum(r => r.Number("nb_hits")));
    }

    [Fact]
    public async Task Real_pages_and_titles_named_Others_stand_beside_the_summary_rows()
    {
        var tree = (await sample.AskAsync("Actions.getPageUrls", $"{Docs}&expanded=1")).Rows;
        Assert.EndsWith("/Others", tree.Single(r => r.Text("label") == "/Others").Text("url"), StringComparison.Ordinal);
        Assert.Contains(tree.Single(r => r.Text("label") == "guide").GetProperty("subtable").EnumerateArray(), r => r.Text("label") == "/Others");
        Assert.Equal("pageTitle==Others", (await sample.AskAsync("Actions.getPageTitles", Docs)).Rows.Single(r => r.Text("label") == " Others").Text("segment"));
        Assert.False(IsSummary((await sample.AskAsync("Actions.getPageTitles", $"{Docs}&flat=1")).Rows.Single(r => r.Text("label") == "Others")));
    }

    [Theory]
    [InlineData("/%41/plus+sign", "A > /plus sign", "/A/plus sign", "/%41/plus+sign")]
    [InlineData("/guide/c%20d/e%2Ff", "guide > c d > /e/f", "/guide/c d/e/f", "/guide/c%20d/e%2Ff")]
    [InlineData("/guide/x,y?z/1,000", "guide > x,y?z > /1,000", "/guide/x,y?z/1,000", "/guide/x,y?z/1,000")]
    [InlineData("/a//b///c", "a > b > /c", "/a/b/c", "/a/b/c")]
    [InlineData("/ leading/page", "leading > /page", "/leading/page", "/leading/page")]
    [InlineData("/emoji-🚀/", "emoji-🚀 > /index", "/emoji-🚀/", "/emoji-🚀/")]
    [InlineData("/deep/a/b/c/d/e/f/g/h", "deep > a > b > c > d > e > f > g > /h", "/deep/a/b/c/d/e/f/g/h", "/deep/a/b/c/d/e/f/g/h")]
    [InlineData("/deep/a/b/c/d/e/f/g/h/i/j/k/l/m", "deep > a > b > c > d > e > f > g > h > /i/j/k/l/m", "/deep/a/b/c/d/e/f/g/h/i/j/k/l/m", "/deep/a/b/c/d/e/f/g/h/i/j/k/l/m")]
    public async Task Labels_are_decoded_and_dimension_entries_are_not(string path, string way, string label, string entry)
    {
        var flat = (await sample.AskAsync("Actions.getPageUrls", $"{Docs}&flat=1")).Rows.Single(r => r.TryGetProperty("url", out var url) && url.GetString() == $"https://docs.example.net{path}");
        Assert.Equal((label, entry), (flat.Text("label"), flat.Text("Actions_PageUrl")));
        IEnumerable<JsonElement> level = (await sample.AskAsync("Actions.getPageUrls", $"{Docs}&expanded=1")).Rows;
        JsonElement row = default;
        foreach (var part in way.Split(" > "))
        {
            row = level.Single(r => r.Text("label") == part);
            level = row.TryGetProperty("subtable", out var below) ? below.EnumerateArray() : [];
        }

        Assert.Equal($"https://docs.example.net{path}", row.Text("url"));
        var title = (await sample.AskAsync("Actions.getPageTitles", $"{Docs}&flat=1")).Rows.Single(r => r.Text("Actions_PageTitle") == "100% +plus+");
        Assert.Equal("100%  plus ", title.Text("label"));
    }

    public static TheoryData<string, string> Parents => new()
    {
        { "Actions.getPageUrls", "Actions.getPageUrls" }, { "Actions.getEntryPageUrls", "Actions.getEntryPageUrls" }, { "Actions.getExitPageUrls", "Actions.getExitPageUrls" },
        { "Actions.getPageUrlsFollowingSiteSearch", "Actions.getPageUrlsFollowingSiteSearch" },
        { "Actions.getDownloads", "Actions.getDownloads" }, { "Actions.getOutlinks", "Actions.getOutlinks" },
        { "CustomDimensions.getCustomDimension&idDimension=3", "CustomDimensions.getCustomDimension&idDimension=3" },
        { "Events.getCategory", "Events.getActionFromCategoryId" }, { "Events.getCategory&secondaryDimension=eventName", "Events.getNameFromCategoryId" },
        { "Events.getAction", "Events.getNameFromActionId" }, { "Events.getAction&secondaryDimension=eventCategory", "Events.getCategoryFromActionId" },
        { "Events.getName", "Events.getActionFromNameId" }, { "Events.getName&secondaryDimension=eventCategory", "Events.getCategoryFromNameId" },
        { "MarketingCampaignsReporting.getName", "MarketingCampaignsReporting.getKeywordContentFromNameId" },
        { "MarketingCampaignsReporting.getSourceMedium", "MarketingCampaignsReporting.getNameFromSourceMediumId" },
        { "Referrers.getCampaigns", "Referrers.getKeywordsFromCampaignId" }, { "Referrers.getSearchEngines", "Referrers.getKeywordsFromSearchEngineId" },
        { "Referrers.getKeywords", "Referrers.getSearchEnginesFromKeywordId" }, { "Referrers.getWebsites", "Referrers.getUrlsFromWebsiteId" },
        { "Referrers.getSocials", "Referrers.getUrlsForSocial" }, { "Referrers.getReferrerType", "Referrers.getReferrerType" },
    };

    [Theory]
    [MemberData(nameof(Parents))]
    public async Task A_subtable_has_exactly_the_children_of_its_row(string parent, string method)
    {
        const string span = "idSite=1&period=week&date=2026-11-18&filter_limit=-1&format_metrics=0";
        var parents = (await sample.AskAsync(parent, $"{span}&expanded=1")).Rows.Where(r => r.TryGetProperty("subtable", out _)).Take(12).ToList();
        Assert.NotEmpty(parents);
        foreach (var row in parents)
        {
            var children = row.GetProperty("subtable").EnumerateArray().ToList();
            var id = row.GetProperty("idsubdatatable").GetInt32();
            var answer = (await sample.AskAsync(method, $"{span}&idSubtable={id}")).Rows;
            Assert.Equal(children.Select(Told).Order(StringComparer.Ordinal), answer.Select(Told).Order(StringComparer.Ordinal));
            var flat = (await sample.AskAsync(method, $"{span}&idSubtable={id}&flat=1")).Rows;
            Assert.Equal(children.Sum(Leaves), flat.Count);
            var column = Column(method, row);
            Assert.Equal(children.Sum(r => r.Number(column)), flat.Sum(r => r.Number(column)));
        }
    }

    [Theory]
    [InlineData("Contents.getContentNames")]
    [InlineData("Contents.getContentPieces")]
    public async Task Contents_ignore_expanded_and_are_joined_when_flat(string method)
    {
        const string span = "idSite=1&period=week&date=2026-11-18&filter_limit=-1";
        var rows = (await sample.AskAsync(method, $"{span}&expanded=1")).Rows;
        Assert.DoesNotContain(rows, r => r.TryGetProperty("subtable", out _));
        List<string> joined = [];
        foreach (var row in rows)
        {
            var below = (await sample.AskAsync(method, $"{span}&idSubtable={row.GetProperty("idsubdatatable").GetInt32()}")).Rows;
            Assert.Equal(row.Number("nb_impressions"), below.Sum(r => r.Number("nb_impressions")));
            joined.AddRange(below.Select(b => $"{row.Text("label")} - {b.Text("label")}"));
        }

        var flat = (await sample.AskAsync(method, $"{span}&flat=1")).Rows;
        Assert.Equal(joined.Order(StringComparer.Ordinal), flat.Select(r => r.Text("label")).Order(StringComparer.Ordinal));
        var (own, other) = method.EndsWith("Names", StringComparison.Ordinal) ? ("Contents_ContentName", "Contents_ContentPiece") : ("Contents_ContentPiece", "Contents_ContentName");
        Assert.All(flat, r => Assert.Equal(r.Text("label"), r.Text(own)));
        Assert.DoesNotContain(flat, r => r.TryGetProperty(other, out _));
    }

    [Fact]
    public async Task A_number_of_another_archive_leads_elsewhere_or_nowhere()
    {
        var day = await NumbersAsync("idSite=1&period=day&date=2026-11-18");
        Assert.Empty(day.Intersect(await NumbersAsync("idSite=1&period=day&date=2026-11-19")));
        Assert.Empty(day.Intersect(await NumbersAsync("idSite=1&period=week&date=2026-11-18")));
        Assert.Empty(day.Intersect(await NumbersAsync("idSite=1&period=day&date=2026-11-18&segment=deviceType==smartphone")));
        Assert.Equal("[]", (await sample.AskAsync("Events.getActionFromCategoryId", $"idSite=1&period=day&date=2026-11-19&idSubtable={day[0]}")).Body);
        Assert.Equal(500, (await sample.AskAsync("Referrers.getSearchEnginesFromKeywordId", "idSite=1&period=day&date=2026-11-19&idSubtable=99999")).Status);

        async Task<List<int>> NumbersAsync(string span) => [.. (await sample.AskAsync("Actions.getPageUrls", $"{span}&filter_limit=-1")).Rows.Where(r => r.TryGetProperty("idsubdatatable", out _)).Select(r => r.GetProperty("idsubdatatable").GetInt32())];
    }

    [Fact]
    public async Task Transitions_name_five_and_sum_up_the_rest_unless_told_otherwise()
    {
        var page = $"idSite=1&period=week&date=2026-11-18&pageUrl={Uri.EscapeDataString("https://shop.example.com/")}";
        var five = (await sample.AskAsync("Transitions.getTransitionsForPageUrl", page)).Json;
        var all = (await sample.AskAsync("Transitions.getTransitionsForPageUrl", $"{page}&limitBeforeGrouping=100000&language=de")).Json;
        var named = five.GetProperty("followingPages").EnumerateArray().ToList();
        var every = all.GetProperty("followingPages").EnumerateArray().ToList();
        Assert.Equal(6, named.Count);
        Assert.Equal("Others", named[^1].Text("label"));
        Assert.True(every.Count > 6);
        Assert.DoesNotContain(every, r => r.Text("label") == "Others");
        Assert.Equal(every.Sum(r => r.Number("referrals")), named.Sum(r => r.Number("referrals")));
        var referrers = five.GetProperty("referrers").EnumerateArray().ToList();
        Assert.Equal(five.GetProperty("pageMetrics").Number("entries"), referrers.Sum(r => r.Number("visits")));
        Assert.All(referrers.Where(r => r.Text("shortName") != "direct"), r => Assert.Equal(r.Number("visits"), r.GetProperty("details").EnumerateArray().Sum(d => d.Number("referrals"))));
        Assert.Equal("Others", (await sample.AskAsync("Transitions.getTransitionsForPageUrl", $"{page}&language=de")).Json.GetProperty("followingPages")[5].Text("label"));
    }

    private static bool IsSummary(JsonElement row) => row.TryGetProperty("is_summary", out var summary) && summary.GetBoolean();

    private static string Told(JsonElement row) => $"{row.Text("label")}: {row.Number("nb_visits")}";

    /// <summary>What a folder counts of its pages, those left out of the report included, differs but for the column the report is about.</summary>
    private static string Column(string method, JsonElement row) => method switch
    {
        "Actions.getEntryPageUrls" => "entry_nb_visits",
        "Actions.getExitPageUrls" => "exit_nb_visits",
        "Actions.getPageUrlsFollowingSiteSearch" => "nb_hits_following_search",
        _ => row.TryGetProperty("nb_hits", out _) ? "nb_hits" : row.TryGetProperty("nb_events", out _) ? "nb_events" : "nb_visits",
    };

    private static int Leaves(JsonElement row) => row.TryGetProperty("subtable", out var below) ? below.EnumerateArray().Sum(Leaves) : 1;
}
