using Tributary.Model;

namespace Tributary.DataCenter.Operations;

/// <summary>One thing that has to hold for a program to do its work.</summary>
/// <param name="Name">A word: <c>store</c>.</param>
/// <param name="IsFine">Whether it holds.</param>
/// <param name="Code">The code of what is wrong, as docs/errors.md lists it; null where it holds. No sentence, which could name a place: these answers need no sign-in.</param>
internal sealed record ReadinessCheck(string Name, bool IsFine, string? Code);

/// <summary>Whether a program can do its work now.</summary>
internal sealed class Readiness(Workspace workspace, DataCenterOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<ReadinessCheck>> CheckAsync(CancellationToken cancellationToken)
    {
        List<ReadinessCheck> checks =
        [
            await CheckAsync("store", async stop => await workspace.GetTimeZoneAsync(stop), cancellationToken),
            await CheckAsync("keys", workspace.RequireKeysAsync, cancellationToken),
        ];
        if (options.MakesRuns)
        {
            checks.Add(await CheckAsync(
                "worker",
                async stop =>
                {
                    if (!await workspace.HasOwnWorkerAsync(stop))
                    {
                        throw new TributaryException("web.no_worker", Fault.Workspace, "The worker of this process has not been heard of for a while.");
                    }
                },
                cancellationToken));
        }

        return checks;
    }

    private async Task<ReadinessCheck> CheckAsync(string name, Func<CancellationToken, Task> check, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await check(stop.Token);
            return new ReadinessCheck(name, true, null);
        }
        catch (TributaryException error)
        {
            return new ReadinessCheck(name, false, error.Code);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new ReadinessCheck(name, false, "web.too_slow");
        }
    }
}
