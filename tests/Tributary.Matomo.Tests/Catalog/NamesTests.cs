using Tributary.Matomo.Catalog;

namespace Tributary.Matomo.Tests.Catalog;

public class NamesTests
{
    [Theory]
    [InlineData("Actions_PageUrl", "page_url")]
    [InlineData("Referrers_Keyword", "keyword")]
    [InlineData("Events_EventCategory", "event_category")]
    [InlineData("CustomDimension_CustomDimension3", "custom_dimension_3")]
    [InlineData("MarketingCampaignsReporting_CombinedKeywordContent", "combined_keyword_content")]
    [InlineData("DevicesDetection_Os", "os")]
    [InlineData("Some_PageURL", "page_url")]
    [InlineData("Some_HTTPStatus", "http_status")]
    [InlineData("Other_Some thing – new", "some_thing_new")]
    [InlineData("NoModule", "no_module")]
    [InlineData("Module_", "module")]
    [InlineData("日本", "dimension")]
    [InlineData("", "dimension")]
    public void Names_a_dimension_by_the_part_behind_the_module(string id, string name) => Assert.Equal(name, DimensionNames.ColumnName(id));

    [Fact]
    public void Puts_the_module_in_front_only_where_two_would_be_equal()
    {
        Assert.Equal(["referrers_keyword", "actions_keyword", "page_url"], DimensionNames.ColumnNames(["Referrers_Keyword", "Actions_Keyword", "Actions_PageUrl"]));
        Assert.Equal(["dimension", "dimension_2"], DimensionNames.ColumnNames(["日本", "日"]));
        Assert.Equal(["a_b", "a_b_2"], DimensionNames.ColumnNames(["A_B", "A_B"]));
    }

    [Theory]
    [InlineData("Actions", "Actions")]
    [InlineData("visit summary", "Visit Summary")]
    [InlineData("VisitsSummary", "Visit Summary")]
    [InlineData("advancedcampaignreporting", "Advanced Campaign Reporting")]
    [InlineData("MarketingCampaignsReporting", "Advanced Campaign Reporting")]
    [InlineData("UsersFlow", "Click Path")]
    [InlineData("user-country", "User Country")]
    [InlineData("MORE REPORTS", "More reports")]
    [InlineData("Bandwidth", null)]
    [InlineData("", null)]
    public void Finds_a_group_by_the_menu_s_name_or_the_module_s(string name, string? group) => Assert.Equal(group, ReportGroups.Find(name)?.Name);

    [Theory]
    [InlineData("Referers", "Referrers")]
    [InlineData("Bandwidth", "More reports")]
    public void Every_module_has_a_group(string module, string group) => Assert.Equal(group, ReportGroups.OfModule(module).Name);

    [Theory]
    [InlineData("<p>Visits &amp; <b>pages</b>. More <a href=\"x\">here</a>.</p>", "Visits & pages.")]
    [InlineData("One sentence", "One sentence")]
    [InlineData("Matomo 5.2 counts it. Next", "Matomo 5.2 counts it.")]
    [InlineData("<br/>", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Takes_the_first_sentence_of_html(string? html, string? text) => Assert.Equal(text, PlainText.FirstSentence(html));

    [Fact]
    public void Cuts_an_endless_sentence_between_words()
    {
        var text = PlainText.FirstSentence(string.Concat(Enumerable.Repeat("word ", 200)))!;

        Assert.EndsWith("word …", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 250, 310);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "ABC", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Counts_edits(string from, string to, int edits)
    {
        Assert.Equal(edits, NameDistance.Edits(from, to));
        Assert.Equal(edits, NameDistance.Edits(to, from));
    }
}
