using Microsoft.Extensions.Time.Testing;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.EveryReport;

namespace Tributary.Tests.Runs;

/// <summary>Matomo's summary rows at every level, against a sample server whose archives keep few rows.</summary>
public sealed class SummaryRowTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Contents.getContentNames")]
    [InlineData("Contents.getContentPieces")]
    [InlineData("Referrers.getReferrerType")]
    [InlineData("Events.getCategory")]
    [InlineData("Actions.getPageUrls")]
    [InlineData("UserCountry.getCity")]
    public async Task Summary_rows_are_marked_at_every_level_and_share_what_the_rest_lacks(string report)
    {
        var clock = new FakeTimeProvider(Now);
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(
            new SampleMatomoOptions { Days = 12, VisitsPerDay = 60, Sites = 1, StandardRows = 3, EventsRows = 3, EventsSubRows = 3, ReferrersRows = 4, ReferrersSubRows = 3, ActionsRows = 20, ActionsSubRows = 8, SecureOnlyToken = CanaryToken.Value, Clock = clock },
            TestContext.Current.CancellationToken);
        await using var workspace = await OpenAsync(sample, clock);

        var stored = await workspace.RunAsync(new DetailsInput { Report = report, Period = "week", Date = "2026-11-18" });

        Assert.Null(stored.Run.Error);
        var others = stored.Rows.Where(r => r["is_others"] is true).ToList();
        Assert.NotEmpty(others);
        Assert.All(others, r => Assert.EndsWith("Others", (string)r["label"]!, StringComparison.Ordinal));
        Assert.DoesNotContain(stored.Rows, r => r["is_others"] is not true && r["label"] is string label && label.EndsWith(" - Others", StringComparison.Ordinal));
        Assert.True(Assert.Single(stored.Partitions).OthersShare > 0);
    }

    private static async Task<ReportWorkspace> OpenAsync(SampleMatomo.SampleMatomo sample, TimeProvider clock)
    {
        var folder = new TemporaryFolder();
        var workspace = await Workspace.OpenAsync(folder.File("workspace"), clock, TestContext.Current.CancellationToken);
        await workspace.Accounts.AddAsync(
            new NewAccount { Name = "Sample", Url = sample.Address.ToString(), Token = new AccessToken(CanaryToken.Value) },
            TestContext.Current.CancellationToken);
        return new ReportWorkspace(folder, workspace);
    }
}
