using Tributary.Model;

namespace Tributary.Alerts;

/// <summary>Looks for DataSets that are late and sends what waits to be sent, beside the runs of a worker: a mail server that hangs must not hold them up.</summary>
internal sealed class AlertLoop(RunAlerts alerts, AlertSender sender, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <summary>Goes on until cancelled.</summary>
    /// <param name="say">Told in words what goes wrong.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action<string> say, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await alerts.LateAsync(clock.GetUtcNow(), cancellationToken);
                    await sender.SendDueAsync(clock.GetUtcNow(), cancellationToken);
                }
                catch (TributaryException error)
                {
                    say($"warning: {error.Message} It is tried again.");
                }

                await Task.Delay(Look, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to end.
        }
    }
}
