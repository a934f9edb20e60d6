using Tributary.Matomo.Catalog;
using Tributary.Runs;

namespace Tributary.Tests.Runs;

public sealed class ArchiveLimitsTests
{
    [Theory]
    [InlineData("Actions.getPageUrls", "page views")]
    [InlineData("Actions.getDownloads", "downloads")]
    [InlineData("Actions.getSiteSearchKeywords", "searches")]
    [InlineData("Events.getCategory", "events")]
    [InlineData("Goals.getItemsName", "products sold")]
    [InlineData("UserCountry.getCountry", "visits")]
    public void The_share_in_Others_is_of_what_people_count_not_of_a_report(string method, string words) =>
        Assert.StartsWith($"23.7% of {words}. ", ArchiveLimits.ShareOf(0.237, ReportCatalog.BuiltIn.Find(method)!), StringComparison.Ordinal);
}
