using Tributary.Store;
using Tributary.Testing;

namespace Tributary.Tests.Store;

public sealed class ProcessIdentityTests
{
    [Fact]
    public async Task A_process_is_known_until_it_is_gone_and_not_taken_for_another()
    {
        using var folder = new TemporaryFolder();
        using var child = Child.Start("Tributary.Tests", "hold", folder.File("held.duckdb"));
        await child.ReadLineAsync(TestContext.Current.CancellationToken);
        var started = ProcessIdentity.StartOf(child.Id);

        Assert.True(ProcessIdentity.MayLive(Environment.MachineName, child.Id, started));
        Assert.False(ProcessIdentity.MayLive(Environment.MachineName, child.Id, started - 1));
        Assert.True(ProcessIdentity.MayLive("another-machine", child.Id, started - 1));
        Assert.True(started > ProcessIdentity.OwnStart);
        await child.KillAsync(TestContext.Current.CancellationToken);

        Assert.False(ProcessIdentity.MayLive(Environment.MachineName, child.Id, started));
        Assert.Equal(-1, ProcessIdentity.StartOf(child.Id));
    }

    [Theory]
    [InlineData(7, 7, true)]
    [InlineData(8, 7, false)]
    [InlineData(-1, 7, false)]
    [InlineData(0, 7, null)]
    [InlineData(7, 0, null)]
    public void A_process_that_may_not_be_looked_at_is_not_taken_for_one_that_is_gone(long now, long started, bool? lives) =>
        Assert.Equal(lives, ProcessIdentity.IsSame(now, started));
}
