using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Testing;

namespace Tributary.Tests.Destinations;

public sealed class DestinationProbeTests
{
    [Fact]
    public async Task A_test_that_is_cancelled_leaves_no_table_behind()
    {
        using var folder = new TemporaryFolder();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var inner = new DuckDbDestination(folder.File("data.duckdb"), folder.File("staging"), TimeProvider.System);
        var destination = new Cancelled(inner, stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await DestinationProbe.RunAsync(destination, folder.File("staging"), TimeProvider.System, stop.Token).CountAsync(CancellationToken.None));

        Assert.NotNull(destination.Written);
        Assert.Null(await inner.ReadSchemaAsync(destination.Written, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_stops_looking_at_a_test_leaves_no_table_behind()
    {
        using var folder = new TemporaryFolder();
        var inner = new DuckDbDestination(folder.File("data.duckdb"), folder.File("staging"), TimeProvider.System);
        var destination = new Cancelled(inner, null);

        await foreach (var step in DestinationProbe.RunAsync(destination, folder.File("staging"), TimeProvider.System, TestContext.Current.CancellationToken))
        {
            if (step.Name == "write")
            {
                break;
            }
        }

        Assert.NotNull(destination.Written);
        Assert.Null(await inner.ReadSchemaAsync(destination.Written, TestContext.Current.CancellationToken));
    }

    /// <summary>Cancels when the table is written.</summary>
    private sealed class Cancelled(IDestination inner, CancellationTokenSource? stop) : PassedOnDestination(inner)
    {
        public string? Written { get; private set; }

        public override async Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken)
        {
            await base.CommitAsync(commit, cancellationToken);
            Written = commit.Table;
            if (stop is not null)
            {
                await stop.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }
}
