using System.Globalization;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Crash;

/// <summary>
/// A killed run leaves the table before or after a commit, and the next one ends it. In this form each point is met once with each update method, and a few times are random.
/// TRIBUTARY_CRASHES="50 300 7" kills 50 times at each point and 300 times at random with seed 7, and prints how often each phase was met.
/// </summary>
public sealed class CrashTests
{
    private static readonly int[] Asked = (Environment.GetEnvironmentVariable("TRIBUTARY_CRASHES") ?? "1 4 7").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();

    private static bool IsLong => Environment.GetEnvironmentVariable("TRIBUTARY_CRASHES") is not null;

    [Theory]
    [InlineData(UpdateMethod.Partition)]
    [InlineData(UpdateMethod.Replace)]
    [InlineData(UpdateMethod.Append)]
    [InlineData(UpdateMethod.Merge)]
    public async Task A_run_killed_at_a_point_leaves_one_of_two_tables_and_the_next_ends_it(UpdateMethod update)
    {
        await using var trials = new CrashTrials();
        for (var time = 0; time < Asked[0]; time++)
        {
            foreach (var point in Enum.GetValues<CrashPoint>())
            {
                // The first, second or third window; there is one end of a run, and one commit that replaces.
                var number = point == CrashPoint.BeforeRecord || (update == UpdateMethod.Replace && point is CrashPoint.BeforeCommit or CrashPoint.InsideCommit or CrashPoint.AfterCommit) ? 1 : 1 + (time % 3);
                await trials.AtAsync(update, point, number, TestContext.Current.CancellationToken);
            }
        }

        Print(trials);
        Assert.Equal(Enum.GetValues<CrashPoint>().Length, trials.Histogram.Count);
        Assert.All(trials.Histogram.Values, times => Assert.Equal(Asked[0], times));
    }

    [Fact]
    public async Task A_run_killed_at_any_time_leaves_one_of_two_tables_and_the_next_ends_it()
    {
        await using var trials = new CrashTrials();
        var random = new Random(Asked[2]);
        for (var time = 0; time < Asked[1]; time++)
        {
            await trials.AtSomeTimeAsync((UpdateMethod)(time % 4), random.NextDouble(), TestContext.Current.CancellationToken);
        }

        Print(trials);
        if (IsLong)
        {
            Assert.All(Enum.GetValues<CrashPoint>(), point => Assert.True(trials.Histogram.GetValueOrDefault(point.ToString()) > 0, $"No run was killed while {point}"));
        }
    }

    private static void Print(CrashTrials trials)
    {
        if (IsLong)
        {
            foreach (var (what, times) in trials.Histogram)
            {
                Console.WriteLine($"{times,5}  {what}");
            }
        }
    }
}
