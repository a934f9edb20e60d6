using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Tests.EveryReport;

/// <summary>The report groups about visits, where they come from and what they lead to.</summary>
public sealed class ReportsOfVisitsTests(EveryReportFixture fixture) : EveryReportTests(fixture)
{
    private static readonly string[] Groups = ["Advanced Campaign Reporting", "Devices Detection", "Goals", "Referrers", "Visit Frequency", "Visit Time", "Visit Summary"];

    public static TheoryData<string> Reports => ReportsOf(Groups);

    public static TheoryData<string> Missing => [.. Offered().Where(r => r.Plugin == "UsersFlow").Select(r => r.UniqueId)];

    [Theory]
    [MemberData(nameof(Reports))]
    public Task Every_cell_is_what_Matomo_says(string id) => CompareAsync(id);

    [Fact]
    public void No_group_of_the_menu_is_left_out() =>
        Assert.Equal(ReportGroups.All.Where(g => g != ReportGroups.More).Select(g => g.Name).Order(StringComparer.Ordinal), Groups.Concat(ReportsOfActionsTests.Groups).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task A_report_the_server_does_not_have_is_refused_with_the_reason(string id)
    {
        var report = ReportCatalog.BuiltIn.Find(id)!;
        await using var workspace = await Fixture.OpenAsync();
        string told;
        try
        {
            var stored = await workspace.RunAsync(new DetailsInput
            {
                Report = id,
                Sites = "1",
                Period = "day",
                Date = "2027-01-08",
                Parameters = [.. report.Parameters.Where(p => p.Required).Select(p => $"{p.Name}=1")],
            });
            Assert.Empty(stored.Rows);
            told = stored.Run.Error?.Message ?? "";
        }
        catch (InputException refused)
        {
            told = refused.Message;
        }

        Assert.Contains("UsersFlow", told, StringComparison.Ordinal);
    }
}
