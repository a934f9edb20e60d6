using System.Globalization;
using Tributary.Matomo;

namespace Tributary.Tests.Shaping;

public class NoValueIsLostTests
{
    [Fact]
    public async Task Every_leaf_of_every_recording_is_in_one_cell_or_on_the_written_list()
    {
        var problems = new List<string>();
        var leftOut = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (recordings, leaves, nothing) = (0, 0, 0);
        foreach (var recorded in RecordedReport.All)
        {
            LeafLedger ledger;
            try
            {
                ledger = LeafLedger.Of(recorded, await recorded.ShapeAsync());
            }
            catch (MatomoException error)
            {
                problems.Add($"{recorded.Recording.Id}: {error.Message}");
                continue;
            }

            problems.AddRange(ledger.Problems.Take(3).Select(p => $"{recorded.Recording.Id}: {p}"));
            recordings++;
            leaves += ledger.Placed;
            nothing += ledger.Nothing;
            foreach (var (reason, count) in ledger.LeftOutByReason)
            {
                leftOut[reason] = leftOut.GetValueOrDefault(reason) + count;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{recordings} recordings, {leaves} leaves in their cells, {nothing} that say nothing are null"));
        foreach (var (reason, count) in leftOut)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"left out {count}: {reason}"));
        }

        Assert.True(problems.Count == 0, $"{problems.Count} problems:\n{string.Join('\n', problems.Take(60))}");
        Assert.True(recordings > 1500, $"only {recordings} recordings were read");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Dropping_swapping_or_doubling_any_one_column_is_noticed(string method)
    {
        var (covered, open) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var recorded in RecordedReport.All.Where(r => r.Report.Method == method && !r.IsShapeOnly).OrderBy(r => r.Recording.Body.Length))
        {
            var table = await recorded.ShapeAsync();
            foreach (var column in table.Columns.Select(c => c.Name).Where(c => !covered.Contains(c) && table.Rows.Any(r => r.ContainsKey(c))))
            {
                open.Add(column);
                if (TableMutations.Of(table, column) is { } mutants)
                {
                    covered.Add(column);
                    foreach (var (name, mutant) in mutants)
                    {
                        Assert.True(LeafLedger.Of(recorded, mutant).Problems.Count > 0, $"{recorded.Recording.Id}: nobody noticed {name}");
                    }
                }
            }
        }

        open.ExceptWith(covered);
        Assert.True(open.Count == 0, $"{method}: no recording tells these columns from every other: {string.Join(", ", open)}");
        Assert.True(covered.Count > 7, $"{method}: only {covered.Count} columns were tried");
    }

    public static TheoryData<string> Methods => [.. RecordedReport.All.Select(r => r.Report.Method).Distinct().Order(StringComparer.Ordinal)];
}
