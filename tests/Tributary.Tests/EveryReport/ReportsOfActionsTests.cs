namespace Tributary.Tests.EveryReport;

/// <summary>The report groups about what visitors do.</summary>
public sealed class ReportsOfActionsTests(EveryReportFixture fixture) : EveryReportTests(fixture)
{
    internal static readonly string[] Groups = ["Actions", "Click Path", "Contents", "Events", "Transitions", "User Country"];

    public static TheoryData<string> Reports => ReportsOf(Groups);

    [Theory]
    [MemberData(nameof(Reports))]
    public Task Every_cell_is_what_Matomo_says(string id) => CompareAsync(id);
}
