using Tributary.DataCenter.Connector;
using Tributary.Matomo.Catalog;

namespace Tributary.DataCenter.Tests;

public sealed class ReportSearchTests
{
    [Theory]
    [InlineData("countries", "UserCountry.getCountry")]
    [InlineData("pages", "Actions.getPageUrls")]
    [InlineData("utm", "MarketingCampaignsReporting.getName")]
    [InlineData("landing pages", "Actions.getEntryPageUrls")]
    [InlineData("sessions", "VisitsSummary.get")]
    [InlineData("mobile", "DevicesDetection.getType")]
    [InlineData("page urls", "Actions.getPageUrls")]
    [InlineData("Actions.getPageUrls", "Actions.getPageUrls")]
    [InlineData("channels", "Referrers.getReferrerType")]
    [InlineData("nb_hits", "Actions.getPageUrls")]
    public void Reports_are_found_by_the_words_people_use(string words, string method) =>
        Assert.Contains(ReportSearch.Find(ReportCatalog.BuiltIn.Reports, words).Take(8), r => r.Method == method);

    [Theory]
    [InlineData("pages per day", "Actions.getPageUrls")]
    [InlineData("campaigns by source and medium for last month", "MarketingCampaignsReporting.getSourceMedium")]
    [InlineData("what people did before and after a page", "Transitions.getTransitionsForPageUrl")]
    public void A_question_in_whole_words_comes_near_its_report(string words, string method) =>
        Assert.Contains(ReportSearch.Nearest(ReportCatalog.BuiltIn.Reports, words).Take(5), r => r.Method == method);

    [Fact]
    public void Nothing_is_near_words_that_say_nothing() => Assert.Empty(ReportSearch.Nearest(ReportCatalog.BuiltIn.Reports, "per day zebra"));

    [Fact]
    public void A_report_is_found_where_it_has_every_word() => Assert.Empty(ReportSearch.Find(ReportCatalog.BuiltIn.Reports, "country zebra"));
}
