using Tributary.Model;
using Tributary.Store;

namespace Tributary.Alerts;

/// <summary>Sends what is in the post. A message that does not arrive is tried again, ever more seldom, and given up after a day.</summary>
internal sealed class AlertSender(AlertStore alerts, SecretBox secrets, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    // Far longer than one delivery may take, so that no second process takes a message that a first is sending.
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(5);

    private readonly WebhookDelivery _webhook = new();

    /// <inheritdoc/>
    public void Dispose() => _webhook.Dispose();

    /// <summary>Sends every message that is due and returns how many arrived. What does not arrive is no failure of the caller's.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var sent = 0;
        var begun = clock.GetUtcNow();
        if (!await alerts.AnyDueAsync(begun, cancellationToken))
        {
            return 0;
        }

        await alerts.ForgetAsync(begun - KeptFor, cancellationToken);

        // What becomes due meanwhile is for the next round, so that this one ends; but each message is claimed from when its turn has come.
        while (await alerts.ClaimAsync(begun, clock.GetUtcNow() + Claim, cancellationToken) is { } due)
        {
            try
            {
                if (await alerts.GetAsync(due.AlertId, cancellationToken) is { } alert)
                {
                    await DeliverAsync(alert, due.Id, due.Message, cancellationToken);
                }

                // Whatever happens from here on, the message is out.
                await alerts.SentAsync(due.Id, clock.GetUtcNow(), CancellationToken.None);
                sent++;
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                var now = clock.GetUtcNow();
                var pause = TimeSpan.FromMinutes(Math.Pow(2, Math.Min(due.Attempts - 1, 10)));
                DateTimeOffset? next = now - due.CreatedAt >= GivenUpAfter ? null : now + (pause < LongestPause ? pause : LongestPause);
                await alerts.FailedAsync(due, error.Message, now, next, CancellationToken.None);
            }
        }

        return sent;
    }

    /// <summary>Sends one message now.</summary>
    /// <exception cref="TributaryException">It did not arrive, and why.</exception>
    public async Task DeliverAsync(AlertRecord alert, string messageId, AlertMessage message, CancellationToken cancellationToken)
    {
        var hidden = alert.Secrets is { } cipher
            ? secrets.UnprotectDocument<AlertSecrets>(cipher) ?? throw new TributaryException("workspace.key_missing", Fault.Workspace, $"The password or address of alert '{alert.Definition.Name}' cannot be decrypted: its key is not in the workspace's keys folder. Restore that folder, or remove the alert and add it again.")
            : new AlertSecrets();
        if (alert.Definition.Smtp is { } smtp)
        {
            await SmtpDelivery.SendAsync(smtp, hidden.Password, messageId, message, cancellationToken);
        }
        else
        {
            await _webhook.SendAsync(alert.Definition, hidden.Url!, message, cancellationToken);
        }
    }
}
