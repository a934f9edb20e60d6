using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;
using Tributary.Tests.Runs;
using Tributary.Tests.Scheduling;

namespace Tributary.Tests.Store;

/// <summary>The quick list tells what the definitions tell.</summary>
public sealed class DataSetListingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--manual")]
    [InlineData("--every 15m --active-hours 22-6 --time-zone Europe/Paris")]
    [InlineData("--every 2d@06:00 --missed skip")]
    [InlineData("--daily-at 07:00,17:30")]
    [InlineData("--weekly mon,sun@07:00 --time-zone Pacific/Auckland")]
    [InlineData("--monthly 1,last,2nd-sun,last-fri@07:00")]
    [InlineData("--cron \"0 7 * * 1-5\"")]
    public void A_schedule_is_read_as_the_serializer_reads_it(string typed)
    {
        var json = StoreJson.Write(ATypedSchedule.Of(typed));

        Assert.Equivalent(StoreJson.Read<Schedule>(json), DataSetListing.ReadSchedule(json), strict: true);
        Assert.Equal(json, StoreJson.Write(DataSetListing.ReadSchedule(json)));
    }

    [Fact]
    public void A_definition_from_before_schedules_is_updated_by_hand() => Assert.Equivalent(new Schedule(), DataSetListing.ReadSchedule("{}"), strict: true);

    [Fact]
    public async Task A_line_says_the_same_as_the_DataSet_it_is_of()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 4;
        var details = new DetailsInput { Report = "UserCountry.getCountry" };
        await fixture.AddAsync("Second", details);
        await fixture.Workspace.AddDataSetAsync(new NewDataSet { Name = "First", Account = "Shop", Details = details, Schedule = new ScheduleInput { DailyAt = "07:00", TimeZone = "Europe/Paris" } }, Stop);
        await fixture.RunAsync("Second");

        var lines = await fixture.Workspace.ListDataSetLinesAsync(null, Stop);

        Assert.Equal(
            (await fixture.Workspace.ListDataSetsAsync(Stop)).Select(d => (
                d.Id, d.Definition.Name, d.Table, d.Definition.Details.Report, d.Group, d.AccountName, d.Rows, d.Partitions, d.LastRun?.Status, d.LastRunAt, d.ReadAt, d.Schedule.Next.Count > 0 ? d.Schedule.Next[0] : (DateTimeOffset?)null, d.Schedule.Words)),
            lines.Select(l => (l.Id, l.Name, l.Table, l.Report, l.Group, l.AccountName, l.Rows, l.Partitions, l.LastStatus, l.LastRunAt, l.ReadAt, l.NextRunAt, l.Schedule)));
        Assert.Equal((2, 1, RunStatus.Succeeded), (lines[1].Rows, lines[1].Partitions, lines[1].LastStatus!.Value));
    }

    [Fact]
    public async Task Lines_of_an_account_are_those_that_stand_on_it()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.Workspace.Accounts.AddAsync(new NewAccount { Name = "Other", Url = fixture.Matomo.Address.ToString(), Token = AccessToken.Anonymous }, Stop);
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry" });

        Assert.Equal(["Countries"], (await fixture.Workspace.ListDataSetLinesAsync("shop", Stop)).Select(l => l.Name));
        Assert.Empty(await fixture.Workspace.ListDataSetLinesAsync("Other", Stop));
        await fixture.Workspace.Accounts.RemoveAsync("Shop", Stop);
        Assert.Null(Assert.Single(await fixture.Workspace.ListDataSetLinesAsync(null, Stop)).AccountName);
    }
}
