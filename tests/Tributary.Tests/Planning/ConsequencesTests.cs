using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Tests.Planning;

/// <summary>What a change promises, by update method.</summary>
public class ConsequencesTests
{
    private static readonly DateOnly Today = new(2026, 11, 25);
    private static readonly DataSetDefinition Old = new() { Name = "Pages", AccountId = "a", Details = new Details { Report = "Actions.getPageUrls", Start = DateChoice.Back(5), End = DateChoice.Back(1) } };
    private static readonly IReadOnlyList<PartitionRecord> Stored = [.. from site in new[] { 1, 2 } from day in Enumerable.Range(1, 4) select Partition(site, Today.AddDays(-day))];

    [Theory]
    [InlineData(UpdateMethod.Partition)]
    [InlineData(UpdateMethod.Merge)]
    public void Only_partitions_that_are_asked_for_are_said_to_be_read_again(UpdateMethod update)
    {
        var old = Old with { Update = update };
        var top = Old.Details with { Levels = RowDetail.Top };

        Assert.Equal(["The rows will look different: all 8 stored partitions are read again by the next run."], Of(old, top));
        Assert.Equal("The rows will look different: 4 of the 8 stored partitions are read again by the next run. The others are not asked for any more and stay as they look now.", Of(old, top with { Sites = [1] })[0]);
        Assert.Equal("40 rows of sites that are no longer chosen (2) stay and are not updated any more.", Of(old, top with { Sites = [1] })[1]);
        Assert.Contains("0 of the 8", Of(old, top with { Segments = ["a==b"] })[0], StringComparison.Ordinal);
        Assert.Contains("all 8", Consequences.Of(old, old with { Details = top, KeepDays = 4 }, Stored, Today)[0], StringComparison.Ordinal);
        Assert.Contains("4 of the 8", Consequences.Of(old, old with { Details = top, KeepDays = 2 }, Stored, Today)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_table_that_is_replaced_whole_nothing_is_said_to_stay()
    {
        var old = Old with { Update = UpdateMethod.Replace };
        Details[] changes = [Old.Details with { Levels = RowDetail.Top }, Old.Details with { Sites = [1] }, Old.Details with { Segments = ["a==b"] }, Old.Details with { Period = Period.Week }, Old.Details with { Start = DateChoice.Back(2) }];

        Assert.All(changes, c => Assert.Equal(["The next run replaces all 80 rows by what it reads: only the dates of the details remain."], Of(old, c)));
        Assert.Equal(["The next run replaces all 80 rows by what it reads: only the dates of the details remain."], Consequences.Of(Old, old with { Details = changes[1] }, Stored, Today));
        Assert.Empty(Consequences.Of(old, old with { Description = "x" }, Stored, Today));
    }

    [Fact]
    public void What_is_appended_to_is_never_said_to_be_read_again()
    {
        Assert.Equal(
            ["What the next runs add looks different. The rows that are stored stay as they are; a date that is read again is there twice, the old rows beside the new."],
            Of(Old with { Update = UpdateMethod.Append }, Old.Details with { Levels = RowDetail.Top }));
    }

    [Fact]
    public void Who_leaves_merging_is_told_how_to_have_everything_read_again() =>
        Assert.Contains("--full", Assert.Single(Consequences.Of(Old with { Update = UpdateMethod.Merge }, Old, Stored, Today)), StringComparison.Ordinal);

    private static IReadOnlyList<string> Of(DataSetDefinition old, Details now) => Consequences.Of(old, old with { Details = now }, Stored, Today);

    private static PartitionRecord Partition(int site, DateOnly day) => new(new PartitionKey(site, Period.Day, day, day), PartitionState.Final, 10, DateTimeOffset.UnixEpoch, "run");
}
