using System.Globalization;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>
/// Two processes on one workspace at once. Five rounds here; <c>TRIBUTARY_SIDE_BY_SIDE=200</c> makes as many as it says.
/// </summary>
public class SideBySideTests
{
    private const string Busy = "run.already_running";
    private const int Days = 5;

    private static readonly DateOnly First = new(2025, 10, 1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_lose_and_double_no_row_of_the_same_DataSets_nor_of_different_ones()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("TRIBUTARY_SIDE_BY_SIDE") ?? "5", CultureInfo.InvariantCulture);
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop","timezone":"UTC","currency":"EUR","ts_created":"2025-01-01 00:00:00"}]""";
        await AddAsync(fixture, "Shared", UpdateMethod.Partition);
        await AddAsync(fixture, "Replaced", UpdateMethod.Replace);
        await AddAsync(fixture, "Merged", UpdateMethod.Merge);
        await AddAsync(fixture, "Added", UpdateMethod.Append);
        await AddAsync(fixture, "OnlyA", UpdateMethod.Partition);
        await AddAsync(fixture, "OnlyB", UpdateMethod.Append);
        using var left = await StartAsync(fixture.Folder);
        using var right = await StartAsync(fixture.Folder);

        var (made, busy, added, alone) = (0, 0, 0L, 0L);
        for (var round = 1; round <= rounds; round++)
        {
            var sum = Turn(fixture.Matomo, round);
            left.Say("Shared,OnlyA,Replaced,Merged,Added");
            right.Say("Shared,OnlyB,Replaced,Merged,Added");
            List<Dictionary<string, string>> ended = [await AnswerAsync(left), await AnswerAsync(right)];

            Assert.All(ended.SelectMany(e => e), e => Assert.True(e.Value is "Succeeded" or Busy, $"Round {round}: {e.Key} {e.Value}"));
            var ran = ended.SelectMany(e => e).Where(e => e.Value != Busy).ToLookup(e => e.Key, StringComparer.Ordinal);
            foreach (var name in new[] { "Shared", "Replaced", "Merged", "OnlyA" })
            {
                Assert.NotEmpty(ran[name]);
                Assert.Equal((round, name, 2L * Days, 2L * Days, sum), (round, name, await NumberAsync(fixture, $"SELECT count(*) FROM {name}"), await NumberAsync(fixture, $"SELECT count(DISTINCT (period_start, label)) FROM {name}"), await NumberAsync(fixture, $"SELECT sum(nb_visits) FROM {name}")));
            }

            Assert.Single(ran["OnlyA"]);
            Assert.Single(ran["OnlyB"]);
            added += ran["Added"].Count() * sum;
            alone += sum;
            Assert.Equal((round, added), (round, await NumberAsync(fixture, "SELECT sum(nb_visits) FROM added")));
            Assert.Equal((round, alone), (round, await NumberAsync(fixture, "SELECT sum(nb_visits) FROM onlyb")));
            (made, busy) = (made + ran.Sum(r => r.Count()), busy + ended.SelectMany(e => e).Count(e => e.Value == Busy));
        }

        foreach (var dataSet in await fixture.Workspace.ListDataSetsAsync(Stop))
        {
            Assert.Equal(Days, (await fixture.Workspace.ReadPartitionsAsync(dataSet.Definition.Name, Stop)).Count);
            Assert.DoesNotContain((await fixture.Workspace.ReadHistoryAsync(dataSet.Definition.Name, Stop)).Runs, r => r.Status is RunStatus.Running or RunStatus.Queued);
        }

        TestContext.Current.SendDiagnosticMessage($"{rounds} rounds: {made} runs, {busy} times busy, no row lost or doubled");
    }

    /// <summary>Other numbers for every day, so that a row of an earlier round would show. Returns what they add up to over the rows.</summary>
    private static long Turn(PretendMatomo matomo, int round)
    {
        var sum = 0L;
        for (var day = 0; day < Days; day++)
        {
            var visits = (round * 10) + day;
            matomo.Visits[First.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = visits;
            sum += (2 * visits) + 1;
        }

        return sum;
    }

    private static Task<DataSet> AddAsync(WorkspaceFixture fixture, string name, UpdateMethod update) => fixture.AddAsync(
        name,
        new DetailsInput { Report = "UserCountry.getCountry", Start = "2025-10-01", End = "2025-10-05" },
        new DataSetSettings { Update = update, TotalsCheck = false });

    private static async Task<Child> StartAsync(string folder)
    {
        var child = Child.Start("Tributary.Tests", "side", folder);
        Assert.Equal("ready", await child.ReadLineAsync(Stop));
        return child;
    }

    private static async Task<Dictionary<string, string>> AnswerAsync(Child child)
    {
        var line = await child.ReadLineAsync(Stop);
        Assert.True(line?.Contains('=', StringComparison.Ordinal) == true && !line.StartsWith("failed:", StringComparison.Ordinal), $"A process said: {line}");
        return line!.Split(';').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
    }

    private static async Task<long> NumberAsync(WorkspaceFixture fixture, string sql) =>
        Convert.ToInt64((await fixture.QueryAsync(sql))[0][0], CultureInfo.InvariantCulture);
}
