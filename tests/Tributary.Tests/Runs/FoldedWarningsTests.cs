using Tributary.Model;
using Tributary.Runs;
using Tributary.Tables;

namespace Tributary.Tests.Runs;

/// <summary>A run that has something to say of very many partitions.</summary>
public class FoldedWarningsTests
{
    private static readonly DateOnly First = new(2021, 1, 1);

    [Fact]
    public void Years_of_many_sites_are_told_by_the_first_sentences_and_a_number()
    {
        var folded = FoldedWarnings.Of(Years(200)).ToList();

        Assert.InRange(folded.Count, 200, 2 * FoldedWarnings.MostOfCode);
        Assert.Equal(200 * 1_825, folded.Sum(w => w.Count ?? 1));
        var more = folded.First(w => w.Count is not null && w.SiteId == 1);
        Assert.Equal((First.AddDays(FoldedWarnings.MostOfCode / 200), First.AddDays(1_824)), (more.PeriodStart, more.Until));
        Assert.StartsWith("And 1820 more of the kind, 2021-01-06 to 2025-12-30. The first: Site 1:", more.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_folded_in_parts_is_folded_together_and_keeps_its_number()
    {
        var parts = Years(3).Chunk(2_000).SelectMany(FoldedWarnings.Of);

        var folded = FoldedWarnings.Of(parts).ToList();

        Assert.Equal(3 * 1_825, folded.Sum(w => w.Count ?? 1));
        Assert.Equal(3, folded.Count(w => w.Count is not null));
        Assert.All(folded, w => Assert.Equal(w.Count is null ? 0 : 1, w.Message.Split("The first:").Length - 1));
    }

    [Fact]
    public void The_same_sentence_of_the_same_site_is_told_once() =>
        Assert.Single(FoldedWarnings.Of(Enumerable.Repeat(new RunWarning("values.untrue", "The same.", 1), 100)));

    [Fact]
    public void Health_goes_on_telling_what_is_only_counted_as_long_as_one_of_it_is_stored()
    {
        var run = new RunResult { DataSet = "A", RunId = "1", Status = RunStatus.SucceededWithWarnings, Warnings = [.. FoldedWarnings.Of(Years(1))] };
        var later = new RunResult { DataSet = "A", RunId = "2", Status = RunStatus.Succeeded };
        PartitionRecord Stored(int day, string runId) => new(new PartitionKey(1, Period.Day, First.AddDays(day), First.AddDays(day)), PartitionState.Final, 5, default, runId);
        var names = new Dictionary<int, string> { [1] = "Shop" };

        var holding = Assert.Single(RunFindings.OfWarnings([later, run], [.. Enumerable.Range(0, 1_825).Select(d => Stored(d, d < 100 ? "2" : "1"))], names));
        var over = RunFindings.OfWarnings([later, run], [.. Enumerable.Range(0, 1_825).Select(d => Stored(d, "2"))], names);

        Assert.Equal((1, First.AddDays(1_824)), (holding.SiteId, holding.To));
        Assert.StartsWith("1805 periods of Shop", holding.Title, StringComparison.Ordinal);
        Assert.Empty(over);
    }

    private static IEnumerable<RunWarning> Years(int sites) =>
        from day in Enumerable.Range(0, 1_825)
        from site in Enumerable.Range(1, sites)
        select new RunWarning(Check.Repeated, $"Site {site}: rows of {First.AddDays(day):yyyy-MM-dd} repeat.", site, First.AddDays(day)) { Segment = "" };
}
