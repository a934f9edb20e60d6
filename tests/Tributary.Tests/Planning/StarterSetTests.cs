using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Tests.Traps;

namespace Tributary.Tests.Planning;

public sealed class StarterSetTests
{
    [Fact]
    public async Task Asked_for_again_it_adds_only_what_is_not_there_yet()
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 2, VisitsPerDay = 5, Sites = 2 });
        var set = new NewStarterSet(NewStarterSet.Standard, "Sample");
        var first = await here.Workspace.AddStarterSetAsync(set, TestContext.Current.CancellationToken);
        await here.Workspace.DeleteDataSetAsync("Pages", keepData: false, TestContext.Current.CancellationToken);

        var again = await here.Workspace.AddStarterSetAsync(set, TestContext.Current.CancellationToken);
        var ofOneSite = await here.Workspace.AddStarterSetAsync(set with { Sites = "2" }, TestContext.Current.CancellationToken);

        Assert.Equal("Pages", Assert.Single(again.Added).Definition.Name);
        Assert.Equal(first.Added.Count - 1, again.Skipped.Count(s => s.Reason.StartsWith("It is there already", StringComparison.Ordinal)));
        Assert.Contains(ofOneSite.Added, d => d.Definition.Name == "Visits (Sample)");
        Assert.Empty((await here.Workspace.AddStarterSetAsync(set with { Sites = "all" }, TestContext.Current.CancellationToken)).Added);
    }
}
