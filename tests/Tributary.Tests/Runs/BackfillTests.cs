using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.Tests.Runs;

public class BackfillTests
{
    private static readonly DetailsInput Yesterday = new() { Report = "UserCountry.getCountry" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(22, 6, "2026-11-25T09:20:30Z", "2026-11-25T21:00:00Z")]
    [InlineData(22, 6, "2026-11-25T23:59:59Z", "2026-11-25T23:59:59Z")]
    [InlineData(22, 6, "2026-11-26T04:59:59Z", "2026-11-26T04:59:59Z")]
    [InlineData(22, 6, "2026-11-26T05:00:00Z", "2026-11-26T21:00:00Z")]
    [InlineData(1, 5, "2026-11-26T05:00:00Z", "2026-11-27T00:00:00Z")]
    [InlineData(2, 4, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData(2, 3, "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z")]
    [InlineData(2, 3, "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z")]
    public void Quiet_hours_are_those_of_the_zone_over_midnight_and_daylight_saving(int from, int to, string now, string expected)
    {
        var at = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);

        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), at + QuietWait.Until(new QuietHours(new ActiveHours(from, to), "Europe/Berlin"), at));
    }

    [Fact]
    public async Task A_backfill_asks_in_its_quiet_hours_only_and_newest_first()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", Yesterday, new DataSetSettings { TotalsCheck = false });
        var asked = new ConcurrentQueue<(DateTimeOffset At, string Date)>();
        fixture.Matomo.Anything = r =>
        {
            if (r.Method == "UserCountry.getCountry")
            {
                asked.Enqueue((fixture.Clock.GetUtcNow(), r.Query["date"]));
            }

            return null;
        };

        // One request at a time, so that nobody waits any more once the first is sent; until then each waits a minute at most, begun before or after the evening comes.
        await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { ParallelRequests = 1 } }, Stop);
        var planned = new Planned();
        var run = fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 2, 1), To = new DateOnly(2026, 11, 20), QuietHours = "22-6" }, planned, Stop);
        await Task.WhenAny(run, planned.Task);
        fixture.Clock.Advance(new DateTimeOffset(2026, 11, 25, 22, 0, 0, TimeSpan.Zero) - fixture.Clock.GetUtcNow());
        while (asked.IsEmpty && !run.IsCompleted)
        {
            fixture.Clock.Advance(QuietWait.Longest);
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop));
        }

        var result = Assert.Single(await run);
        Assert.Equal((RunStatus.Succeeded, 293), (result.Status, result.Partitions));
        Assert.Contains(result.Warnings, w => w is { Code: "plan.quiet_hours", IsNote: true });
        Assert.All(asked, a => Assert.True(a.At.Hour is >= 22 or < 6, $"{a.At}"));
        Assert.EndsWith("2026-11-20", asked.First().Date, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backfill_of_finished_days_asks_for_nothing_and_is_estimated_by_what_went_before()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", Yesterday, new DataSetSettings { TotalsCheck = false });
        var request = new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 9, 1), To = new DateOnly(2026, 10, 31) };
        Assert.Null((await fixture.Workspace.PlanAsync(request, Stop))["Countries"].Estimate);
        await fixture.Workspace.RunAsync(request, null, Stop);

        var plan = (await fixture.Workspace.PlanAsync(request with { From = new DateOnly(2026, 8, 1) }, Stop))["Countries"];
        var again = Assert.Single(await fixture.Workspace.RunAsync(request, null, Stop));

        Assert.Equal((31, 61), (plan.Partitions, plan.Skipped));
        Assert.True(plan.Estimate > TimeSpan.Zero);
        Assert.Equal((0, 61, 0), (again.Partitions, again.PartitionsSkipped, again.Requests));
    }

    [Fact]
    public async Task A_table_that_is_replaced_whole_has_no_backfill()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", Yesterday, new DataSetSettings { Update = UpdateMethod.Replace });

        var refused = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 9, 1), To = new DateOnly(2026, 9, 2) }, null, Stop));

        Assert.Equal("--from", refused.Problems[0].Field);
    }

    private static async Task<WorkspaceFixture> FilledAsync()
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = fixture.Matomo.Sites.Replace("2026-01-01", "2025-01-01", StringComparison.Ordinal);
        for (var day = new DateOnly(2026, 1, 1); day <= new DateOnly(2026, 11, 30); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = day.Day;
        }

        return fixture;
    }

    private sealed class Planned : IProgress<RunProgress>
    {
        private readonly TaskCompletionSource _planned = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _planned.Task;

        public void Report(RunProgress value)
        {
            if (value.WindowsPlanned > 0)
            {
                _planned.TrySetResult();
            }
        }
    }
}
