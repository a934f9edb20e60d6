using System.Diagnostics.Metrics;
using Tributary.Model;

namespace Tributary.DataCenter.Operations;

/// <summary>What a workspace as a whole is like, looked at when somebody asks for its metrics, and not more often than every few seconds.</summary>
internal sealed class WorkspaceFigures : IDisposable
{
    /// <summary>The meter.</summary>
    public const string Name = "Tributary.Workspace";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Workspace _workspace;
    private readonly TimeProvider _clock;
    private readonly Meter _meter = new(Name);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Figures? _figures;

    public WorkspaceFigures(Workspace workspace, TimeProvider clock)
    {
        _workspace = workspace;
        _clock = clock;
        Gauge("tributary.queue.length", null, "Runs that wait.", f => f.Waiting);
        Gauge("tributary.runs.active", null, "Runs at work.", f => f.Active);
        Gauge("tributary.due.lag", "s", "How long the run has waited that is due longest; 0 when none is.", f => f.Lag);
        Gauge("tributary.accounts.stopped", null, "Accounts that wait for a person, so that nothing is asked of them.", f => f.Stopped);
        Gauge("tributary.datasets", null, "DataSets.", f => f.DataSets);
        Gauge("tributary.datasets.not_right", null, "DataSets whose last run failed, wholly or in part, or warned, or whose account is stopped.", f => f.NotRight);
    }

    /// <summary>Looks, unless somebody has just done so.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_figures is not { } last || _clock.GetElapsedTime(last.At) > Fresh)
            {
                _figures = await ReadAsync(cancellationToken);
            }
        }
        catch (TributaryException)
        {
            // No figures are right, old ones are not: these are left out until the store answers, the counted ones are told.
            _figures = null;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _gate.Dispose();
    }

    private async Task<Figures> ReadAsync(CancellationToken cancellationToken)
    {
        var runs = await _workspace.Runs.ActiveAsync(cancellationToken);
        var dataSets = await _workspace.ListDataSetLinesAsync(null, cancellationToken);
        var accounts = await _workspace.Accounts.ListAsync(cancellationToken);
        var now = _clock.GetUtcNow();
        var lags = runs.Where(r => r.Status == RunStatus.Queued).Select(r => now - (r.NotBefore ?? r.DueAt ?? now)).Where(lag => lag > TimeSpan.Zero);
        return new Figures(
            _clock.GetTimestamp(),
            runs.Count(r => r.Status == RunStatus.Queued),
            runs.Count(r => r.Status == RunStatus.Running),
            lags.Select(l => l.TotalSeconds).DefaultIfEmpty(0).Max(),
            accounts.Count(a => a.Reason is not null),
            dataSets.Count,
            dataSets.Count(d => d.Error is not null || d.Warning is not null || d.AccountNeedsAttention || d.LastStatus is RunStatus.Failed or RunStatus.Partial));
    }

    private void Gauge(string name, string? unit, string description, Func<Figures, double> read) =>
        _meter.CreateObservableGauge(name, () => _figures is { } figures ? [new Measurement<double>(read(figures))] : Array.Empty<Measurement<double>>(), unit, description);

    private sealed record Figures(long At, int Waiting, int Active, double Lag, int Stopped, int DataSets, int NotRight);
}
