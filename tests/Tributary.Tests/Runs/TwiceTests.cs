using Tributary.Accounts;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Tests.Runs;

/// <summary>Running the same thing twice: the second run reads what may still change, and changes nothing but who read it and when.</summary>
public class TwiceTests
{
    [Theory]
    [InlineData("VisitsSummary.get", UpdateMethod.Partition)]
    [InlineData("VisitFrequency.get", UpdateMethod.Merge)]
    [InlineData("VisitTime.getVisitInformationPerServerTime", UpdateMethod.Partition)]
    [InlineData("Actions.getPageUrls", UpdateMethod.Partition)]
    [InlineData("Actions.getPageTitles", UpdateMethod.Merge)]
    [InlineData("Referrers.getReferrerType", UpdateMethod.Replace)]
    [InlineData("Referrers.getWebsites", UpdateMethod.Partition)]
    [InlineData("MarketingCampaignsReporting.getName", UpdateMethod.Partition)]
    [InlineData("UserCountry.getCountry", UpdateMethod.Replace)]
    [InlineData("DevicesDetection.getType", UpdateMethod.Partition)]
    [InlineData("Events.getCategory", UpdateMethod.Partition)]
    [InlineData("Contents.getContentNames", UpdateMethod.Partition)]
    [InlineData("Goals.get", UpdateMethod.Partition)]
    [InlineData("Goals.getGoals", UpdateMethod.Replace)]
    [InlineData("Live.getLastVisitsDetails", UpdateMethod.Merge)]
    [InlineData("ClickPath.getSteps", UpdateMethod.Partition)]
    [InlineData("ClickPath.getPaths", UpdateMethod.Replace)]
    public async Task The_second_run_reads_what_is_provisional_and_no_row_differs(string report, UpdateMethod update)
    {
        await using var here = await Traps.SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 8, VisitsPerDay = 25, Sites = 2 });
        var isList = report == "Goals.getGoals";
        await here.Workspace.AddDataSetAsync(
            new NewDataSet
            {
                Name = "Report",
                Account = "Sample",
                Details = new DetailsInput { Report = report, StartDaysBack = isList ? null : "6", EndDaysBack = isList ? null : "1" },
                Settings = new DataSetSettings { Update = update },
            },
            TestContext.Current.CancellationToken);
        var first = await here.RunAsync("Report");
        Assert.Null(first.Error);
        var rows = await here.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM report ORDER BY ALL");
        Assert.NotEmpty(rows);

        var second = await here.RunAsync("Report");

        Assert.Null(second.Error);
        Assert.DoesNotContain(second.Warnings, w => w.Code == "drift.columns");
        Assert.Equal(rows, await here.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM report ORDER BY ALL"));
        if (update != UpdateMethod.Replace)
        {
            // Of six days the last three are within the lookback.
            Assert.Equal((first.Partitions / 2, first.Partitions / 2), (second.Partitions, second.PartitionsSkipped));
        }
    }
}
