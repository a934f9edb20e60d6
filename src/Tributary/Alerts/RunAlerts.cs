using System.Globalization;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Alerts;

/// <summary>Turns ends of runs, and their absence, into messages. An event of one DataSet is told once until it is over.</summary>
internal sealed class RunAlerts(AlertStore alerts, DataSetStore dataSets, string workspace, TimeProvider clock)
{
    /// <summary>The events that warnings of a run stand for.</summary>
    private static readonly (AlertEvent Event, string[] Codes)[] Told =
    [
        (AlertEvent.Drift, ["drift.columns", "drift.stopped"]),
        (AlertEvent.Zero, [Check.Zero, Check.Kept]),
        (AlertEvent.Totals, [Check.Totals]),
    ];

    /// <summary>A run ended. Who started it makes no difference: a schedule outside Tributary starts runs as a person does.</summary>
    /// <param name="dataSet">The DataSet.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="isFinal">Whether nothing more comes of it; false when it will be tried again.</param>
    /// <param name="trigger">What started it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task EndedAsync(DataSetRecord dataSet, RunResult result, bool isFinal, string trigger, CancellationToken cancellationToken)
    {
        if (result.Status is not (RunStatus.Succeeded or RunStatus.SucceededWithWarnings or RunStatus.Partial or RunStatus.Failed))
        {
            return;
        }

        var listeners = await ListenersAsync(dataSet, cancellationToken);
        if (result.Status is RunStatus.Partial or RunStatus.Failed)
        {
            if (isFinal)
            {
                await RaiseAsync(dataSet, listeners, MessageOf(AlertEvent.Failed, dataSet, result, FailedWords(dataSet, result), result.Error?.Code, result.Error?.Fault), cancellationToken);
            }
        }
        else
        {
            var recovered = MessageOf(AlertEvent.Recovered, dataSet, result, RecoveredWords(dataSet, result), null, null);
            await alerts.EndAsync(dataSet.Id, [AlertEvent.Failed, AlertEvent.Late], Messages(listeners, recovered), cancellationToken);
        }

        foreach (var (kind, codes) in Told)
        {
            List<(string Code, string Message)> found =
            [
                .. result.Warnings.Where(w => codes.Contains(w.Code, StringComparer.Ordinal)).Select(w => (w.Code, w.Message)),
                .. result.Error is { } error && codes.Contains(error.Code, StringComparer.Ordinal) ? [(error.Code, error.Message)] : Array.Empty<(string, string)>(),
            ];
            if (found.Count > 0)
            {
                var more = found.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({found.Count - 1} more of the kind in this run.)");
                await RaiseAsync(dataSet, listeners, MessageOf(kind, dataSet, result, $"'{dataSet.Definition.Name}': {found[0].Message}{more}", found[0].Code, result.Error?.Fault), cancellationToken);
            }
            else if (result.Status != RunStatus.Failed)
            {
                // A run that failed has not looked.
                await alerts.EndAsync(dataSet.Id, [kind], [], cancellationToken);
            }
        }
    }

    /// <summary>Tells of the DataSets that were not updated in time.</summary>
    public async Task LateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, DateTimeOffset>? updated = null;
        foreach (var dataSet in await dataSets.ListAsync(cancellationToken))
        {
            if (dataSet.Definition.ExpectEvery is not { } expected)
            {
                continue;
            }

            updated ??= await alerts.UpdatedAtAsync(cancellationToken);
            if (updated.TryGetValue(dataSet.Id, out var last) && now - last > expected)
            {
                var words = $"'{dataSet.Definition.Name}' was updated last on {Utc(last)}; an update is expected every {Hours(expected)}. See whether `tributary serve` or your own scheduler runs, and what its last runs say; update it now with: tributary dataset run {ShellWord.Of(dataSet.Definition.Name)}";
                await RaiseAsync(
                    dataSet,
                    await ListenersAsync(dataSet, cancellationToken),
                    new AlertMessage(AlertEvent.Late, dataSet.Definition.Name, null, words, "run.late", null, null, now, workspace),
                    cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<AlertRecord>> ListenersAsync(DataSetRecord dataSet, CancellationToken cancellationToken) =>
        [.. (await alerts.ListAsync(cancellationToken)).Where(a => a.Definition.Means(dataSet.Id, dataSet.Definition))];

    private async Task RaiseAsync(DataSetRecord dataSet, IReadOnlyList<AlertRecord> listeners, AlertMessage message, CancellationToken cancellationToken)
    {
        // Without anyone to tell, the event is not told: an alert added tomorrow still hears of it.
        var messages = Messages(listeners, message);
        var endIsTold = message.Event is AlertEvent.Failed or AlertEvent.Late && listeners.Any(a => a.Definition.Events.Contains(AlertEvent.Recovered));
        if (messages.Count > 0 || endIsTold)
        {
            await alerts.RaiseAsync(dataSet.Id, message.Event, messages, cancellationToken);
        }
    }

    private static List<(string AlertId, AlertMessage Message)> Messages(IReadOnlyList<AlertRecord> listeners, AlertMessage message) =>
        [.. listeners.Where(a => a.Definition.Events.Contains(message.Event)).Select(a => (a.Id, message))];

    private AlertMessage MessageOf(AlertEvent kind, DataSetRecord dataSet, RunResult result, string words, string? code, Fault? fault) =>
        new(kind, dataSet.Definition.Name, result.Status, words, code, fault, result.RunId, clock.GetUtcNow(), workspace);

    private static string FailedWords(DataSetRecord dataSet, RunResult result) => result.Status == RunStatus.Partial
        ? $"'{dataSet.Definition.Name}' was updated in part: what could be read is stored, the rest keeps its old rows. {result.Error?.Message}"
        : $"'{dataSet.Definition.Name}' could not be updated. {result.Error?.Message}";

    private static string RecoveredWords(DataSetRecord dataSet, RunResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"'{dataSet.Definition.Name}' is updated again: {result.Rows:N0} {(result.Rows == 1 ? "row" : "rows")} in {result.Partitions:N0} {(result.Partitions == 1 ? "partition" : "partitions")}. Nothing is to be done.");

    private static string Utc(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Hours(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min");
}
