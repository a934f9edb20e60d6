using Tributary.Alerts;
using Tributary.Model;

namespace Tributary;

/// <summary>The alerts of a workspace: who is told of which ends of runs, and how.</summary>
public sealed class AlertBook
{
    private readonly AlertEditing _alerts;
    private readonly AlertSender _sender;

    internal AlertBook(AlertEditing alerts, AlertSender sender) => (_alerts, _sender) = (alerts, sender);

    /// <summary>Adds an alert. Nothing is sent.</summary>
    /// <exception cref="InputException">Something in it does not hold together; nothing was written.</exception>
    public Task<Alert> AddAsync(NewAlert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return _alerts.AddAsync(alert, cancellationToken);
    }

    /// <summary>Changes what an alert tells, and of which DataSets; only what is given changes.</summary>
    /// <exception cref="InputException">There is no such alert, or something does not hold together; nothing was written.</exception>
    public Task<Alert> EditAsync(string name, AlertChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return _alerts.EditAsync(name, change, cancellationToken);
    }

    /// <summary>One alert.</summary>
    /// <exception cref="InputException">There is none of that name or id; the nearest are named.</exception>
    public Task<Alert> GetAsync(string name, CancellationToken cancellationToken) => _alerts.GetAsync(name, cancellationToken);

    /// <summary>All alerts by name.</summary>
    public Task<IReadOnlyList<Alert>> ListAsync(CancellationToken cancellationToken) => _alerts.ListAsync(cancellationToken);

    /// <summary>Sends a test message by an alert at once.</summary>
    /// <exception cref="TributaryException">It did not arrive, and why.</exception>
    public Task TestAsync(string name, CancellationToken cancellationToken) => _alerts.TestAsync(name, cancellationToken);

    /// <summary>Removes an alert with the messages it has yet to send.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) => _alerts.RemoveAsync(name, cancellationToken);

    /// <summary>Sends the messages that are due, and returns how many arrived. One that does not arrive is tried again later.</summary>
    public Task<int> SendDueAsync(CancellationToken cancellationToken) => _sender.SendDueAsync(cancellationToken);
}
