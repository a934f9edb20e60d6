using System.Globalization;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary;

/// <summary>The runs of a workspace over all its DataSets: asked for, watched, stopped and looked back on. None is made here.</summary>
public sealed class RunBook
{
    /// <summary>Days for which runs and their logs are kept when nobody said otherwise: a year can be looked back on, with a month to compare it.</summary>
    public const int DefaultKeepDays = 400;

    private static readonly TimeSpan Sweep = TimeSpan.FromDays(1);

    private readonly RunStores _runs;
    private readonly SettingStore _settings;
    private readonly TimeProvider _clock;
    private readonly AccountConnections _accounts;
    private readonly Func<string, CancellationToken, Task<DataSetRecord>> _find;
    private readonly Func<RunRequest, CancellationToken, Task<IReadOnlyList<DataSetRecord>>> _choose;
    private readonly Func<RunRequest, CancellationToken, Task<PlanOptions>> _options;

    internal RunBook(
        RunStores runs,
        SettingStore settings,
        TimeProvider clock,
        AccountConnections accounts,
        Func<string, CancellationToken, Task<DataSetRecord>> find,
        Func<RunRequest, CancellationToken, Task<IReadOnlyList<DataSetRecord>>> choose,
        Func<RunRequest, CancellationToken, Task<PlanOptions>> options)
    {
        _runs = runs;
        _settings = settings;
        _clock = clock;
        _accounts = accounts;
        _find = find;
        _choose = choose;
        _options = options;
    }

    /// <summary>Queues runs for a worker and returns at once. A DataSet for which the same waits already is not queued again.</summary>
    /// <param name="request">Which DataSets, and how.</param>
    /// <param name="requestedBy">Who asks.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such DataSet, or the request does not hold together; nothing was queued.</exception>
    public async Task<IReadOnlyList<QueuedRun>> QueueAsync(RunRequest request, string requestedBy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(requestedBy);
        var chosen = await _choose(request, cancellationToken);
        var options = await _options(request, cancellationToken);
        var queued = new List<QueuedRun>();
        foreach (var record in chosen)
        {
            queued.Add(new QueuedRun(record.Definition.Name, await _runs.Queue.AddOnceAsync(DataSetRun.NewRun(record, options) with { RequestedBy = requestedBy }, cancellationToken)));
        }

        return queued;
    }

    /// <summary>Runs, newest first.</summary>
    /// <exception cref="InputException">There is no such DataSet or account.</exception>
    public async Task<IReadOnlyList<RunEntry>> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await RunEntry.OfAsync(_runs.Runs.Locks, await _runs.Listing.ListAsync(await ChoiceOfAsync(filter, cancellationToken), filter.Before, filter.Take, cancellationToken), cancellationToken);
    }

    /// <summary>How many runs stand where, or ended how; the filter's statuses and page are not looked at.</summary>
    /// <exception cref="InputException">There is no such DataSet or account.</exception>
    public async Task<IReadOnlyDictionary<RunStatus, int>> CountAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return (await _runs.Listing.CountAsync(await ChoiceOfAsync(filter with { Statuses = [] }, cancellationToken), cancellationToken)).ToDictionary(c => c.Status, c => c.Count);
    }

    /// <summary>Runs at work with where they are, then those that wait in the order they are taken.</summary>
    public async Task<IReadOnlyList<RunEntry>> ActiveAsync(CancellationToken cancellationToken) =>
        [.. (await RunEntry.OfAsync(_runs.Runs.Locks, await _runs.Listing.ActiveAsync(cancellationToken), cancellationToken)).Where(e => e.Status != RunStatus.Failed)];

    /// <summary>When a run of any DataSet ended last, UTC; null before the first. Quick enough to be asked every second.</summary>
    public Task<DateTimeOffset?> GetLastEndAsync(CancellationToken cancellationToken) => _runs.Listing.LastEndAsync(cancellationToken);

    /// <summary>One run.</summary>
    /// <param name="runId">Its id, or the beginning of it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such run, or there are several.</exception>
    public async Task<RunEntry> GetAsync(string runId, CancellationToken cancellationToken) => (await FindAsync(runId, cancellationToken)).Entry;

    /// <summary>A run with its log.</summary>
    /// <param name="runId">Its id, or the beginning of it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such run, or there are several.</exception>
    public async Task<RunLog> ReadLogAsync(string runId, CancellationToken cancellationToken)
    {
        var (run, _) = await FindAsync(runId, cancellationToken);
        return new RunLog(run, await _runs.History.LogAsync(run.RunId, cancellationToken));
    }

    /// <summary>Asks a running run to stop between two windows, or takes a waiting one off the queue.</summary>
    /// <param name="runId">Its id, or the beginning of it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when it had ended before.</returns>
    /// <exception cref="InputException">There is no such run, or there are several.</exception>
    public async Task<bool> StopAsync(string runId, CancellationToken cancellationToken)
    {
        var (run, dataSetId) = await FindAsync(runId, cancellationToken);
        return await _runs.Queue.RequestStopAsync(dataSetId, run.RunId, cancellationToken) is not (0, 0);
    }

    /// <summary>Days for which runs and their logs are kept.</summary>
    public async Task<int> GetKeepDaysAsync(CancellationToken cancellationToken) =>
        await _settings.GetAsync(SettingStore.KeepRunRecordsDays, cancellationToken) is { } days ? int.Parse(days, CultureInfo.InvariantCulture) : DefaultKeepDays;

    /// <summary>Sets for how many days runs and their logs are kept.</summary>
    /// <exception cref="InputException">It is less than a day, or more than a hundred years.</exception>
    public Task SetKeepDaysAsync(int days, CancellationToken cancellationToken) => days is < 1 or > 36_500
        ? throw new InputException("--keep-run-records-days", "Runs and their logs are kept for 1 to 36500 days.")
        : _settings.SetAsync(SettingStore.KeepRunRecordsDays, days.ToString(CultureInfo.InvariantCulture), cancellationToken);

    /// <summary>Removes runs and logs that are older than they are kept; of each DataSet the last run stays, and those that can be reverted.</summary>
    /// <returns>How many went.</returns>
    public async Task<int> RemoveOldAsync(CancellationToken cancellationToken) =>
        await _runs.Listing.RemoveOldAsync(_clock.GetUtcNow() - TimeSpan.FromDays(await GetKeepDaysAsync(cancellationToken)), cancellationToken);

    /// <summary>Removes what is old once a day, until cancelled.</summary>
    internal async Task WorkAsync(Action<string> say, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await RemoveOldAsync(cancellationToken) is > 0 and var removed)
                {
                    say(string.Create(CultureInfo.InvariantCulture, $"{removed} old {(removed == 1 ? "run" : "runs")} removed."));
                }
            }
            catch (TributaryException error)
            {
                // Old runs do no harm: they go tomorrow.
                say($"warning: {error.Message}");
            }

            await Task.Delay(Sweep, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(RunEntry Entry, string DataSetId)> FindAsync(string runId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        return await _runs.Listing.FindAsync(runId.ToLowerInvariant(), cancellationToken) switch
        {
            [var one] => ((await RunEntry.OfAsync(_runs.Runs.Locks, [one.Run], cancellationToken))[0], one.DataSetId),
            [] => throw new InputException("--run", $"There is no run {runId}. It may have been removed with its DataSet, or for its age.") { Missing = runId },
            _ => throw new InputException("--run", $"Several runs begin with {runId}. Give more of the id."),
        };
    }

    private async Task<RunChoice> ChoiceOfAsync(RunFilter filter, CancellationToken cancellationToken) => new(
        filter.Statuses,
        filter.DataSet is null ? null : (await _find(filter.DataSet, cancellationToken)).Id,
        filter.Account is null ? null : (await _accounts.FindAsync(filter.Account, cancellationToken)).Id,
        filter.Trigger);
}
