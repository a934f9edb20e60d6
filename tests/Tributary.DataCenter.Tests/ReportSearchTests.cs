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

    [Fact]
    public void A_report_is_found_where_it_has_every_word() => Assert.Empty(ReportSearch.Find(ReportCatalog.BuiltIn.Reports, "country zebra"));
}
