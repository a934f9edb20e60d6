using Tributary.Accounts;
using Tributary.Model;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Scheduling;

public sealed class WorkspaceScheduleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_workspaces_zone_is_UTC_until_it_is_set()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Assert.Equal("UTC", await fixture.Workspace.GetTimeZoneAsync(Stop));

        await fixture.Workspace.SetTimeZoneAsync("America/Santiago", Stop);

        Assert.Equal("America/Santiago", await fixture.Workspace.GetTimeZoneAsync(Stop));
        var failure = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.SetTimeZoneAsync("Santiago", Stop));
        Assert.Contains("Did you mean 'America/Santiago'", failure.Message, StringComparison.Ordinal);
        Assert.Equal("every day at 07:00 (America/Santiago)", (await fixture.Workspace.ExplainScheduleAsync(new ScheduleInput { DailyAt = "7:00" }, Stop)).Words);
    }

    [Fact]
    public async Task A_schedule_is_explained_before_it_is_kept()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var explained = await fixture.Workspace.ExplainScheduleAsync(new ScheduleInput { Cron = "0  7 * * 1-5", TimeZone = "Europe/Paris" }, Stop);

        Assert.Equal("Monday to Friday at 07:00 (Europe/Paris)", explained.Words);
        Assert.Equal([26, 27, 30, 1, 2], explained.Next.Select(n => n.Day));
        Assert.Equal("0 7 * * 1-5", explained.Typed.Cron);
    }

    [Fact]
    public async Task A_time_that_was_missed_before_any_worker_ever_ran_is_made_up_for()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.Workspace.AddDataSetAsync(
            new NewDataSet
            {
                Name = "Countries",
                Account = "Shop",
                Details = new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-11-20", End = "2026-11-24" },
                Schedule = new ScheduleInput { DailyAt = "10:00" },
            },
            Stop);
        fixture.Clock.Advance(TimeSpan.FromHours(5));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var work = fixture.Workspace.WorkAsync(1, _ => { }, end.Token);
        while ((await fixture.Workspace.ReadHistoryAsync("Countries", Stop)).Runs is not [{ Status: RunStatus.Succeeded }])
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        }

        await end.CancelAsync();
        await work;
        Assert.Equal(10, Assert.Single((await fixture.Workspace.ReadHistoryAsync("Countries", Stop)).Runs).DueAt!.Value.Hour);
    }
}
