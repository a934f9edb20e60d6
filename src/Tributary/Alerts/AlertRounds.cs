using Tributary.Model;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary.Alerts;

/// <summary>Brings alerts to runs: hears of their ends, looks for DataSets that are late, and sends what is in the post.</summary>
internal sealed class AlertRounds(RunAlerts alerts, AlertSender sender, TimeProvider clock) : IRunObserver
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LateEvery = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public Task EndedAsync(DataSetRecord dataSet, RunResult result, bool isFinal, string trigger, CancellationToken cancellationToken) =>
        alerts.EndedAsync(dataSet, result, isFinal, trigger, cancellationToken);

    /// <summary>Looks and sends once. Runs are what they are, whoever could not be told of them.</summary>
    public async Task GoRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await alerts.LateAsync(clock.GetUtcNow(), cancellationToken);
            await sender.SendDueAsync(cancellationToken);
        }
        catch (Exception)
        {
            // What was not sent stays in the post; doctor tells of what never arrives.
        }
    }

    /// <summary>Looks and sends until cancelled. Beside the worker and not in it: a mail server that does not answer must not hold up runs.</summary>
    public async Task WorkAsync(Action<string> say, CancellationToken cancellationToken)
    {
        long? looked = null;
        try
        {
            while (true)
            {
                try
                {
                    if (looked is null || clock.GetElapsedTime(looked.Value) >= LateEvery)
                    {
                        await alerts.LateAsync(clock.GetUtcNow(), cancellationToken);
                        looked = clock.GetTimestamp();
                    }

                    await sender.SendDueAsync(cancellationToken);
                }
                catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    say($"warning: alerts wait: {error.Message} It is tried again.");
                }

                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to end.
        }
    }
}
