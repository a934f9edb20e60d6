using System.Globalization;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>The records that tell how a DataSet stands.</summary>
internal sealed record HealthRecords(PartitionStore Partitions, RunHistoryStore History, AccountStore Accounts, ScheduleStore Schedules, AlertStore Alerts);

/// <summary>Finds everything that is not right about a DataSet: its account, its runs, its schedule, its partitions.</summary>
internal sealed class HealthReading(DuckDbDestination destination, HealthRecords records, TimeProvider clock)
{
    // A worker looks at the schedules several times a minute.
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(5);

    private readonly SiteNames _names = new(destination);

    public async Task<DataSetHealth> ReadAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        var definition = record.Definition;
        var runs = await records.History.ReadTellingAsync(record.Id, cancellationToken);
        var stored = await records.Partitions.ReadAsync(record.Id, cancellationToken);
        var failed = await records.History.FailedWindowsAsync(record.Id, cancellationToken);
        var names = await _names.OfAsync(record.Table, stored, cancellationToken);
        var account = await records.Accounts.GetAsync(definition.AccountId, cancellationToken);
        List<HealthFinding> findings =
        [
            .. OfAccount(definition, account),
            .. runs.Count == 0 ? [new HealthFinding(HealthSeverity.Note, "run.never", "It has not been run yet.", "Its table is made by the first run.", "Run it.", RemedyKind.RunNow)] : RunFindings.OfLast(runs[0].Result),
            .. await OfTimesAsync(record, runs.Count > 0, cancellationToken),
            .. new PartitionFindings(definition, names, clock).Of(CompletenessReading.Of(definition.Details.Period, stored, failed, names), failed),
            .. RunFindings.OfWarnings(runs.ConvertAll(r => r.Result), stored, names),
        ];
        return new DataSetHealth([.. findings.OrderByDescending(f => f.Severity)], runs.Count == 0 ? null : runs[0].EndedAt);
    }

    private static IEnumerable<HealthFinding> OfAccount(DataSetDefinition definition, AccountRecord? account)
    {
        if (account is null)
        {
            yield return new HealthFinding(HealthSeverity.Failure, "account.removed", "Its account was removed.", $"The rows are kept; '{definition.Name}' cannot be updated.", "Move it to another account.", RemedyKind.Account);
        }
        else if (AccountConnections.IsStopped(account))
        {
            yield return new HealthFinding(
                HealthSeverity.Failure,
                "account.needs_attention",
                $"Its account '{account.Name}' waits for you.",
                $"{account.Reason} Nothing is asked until then, because Matomo locks out addresses that keep failing.",
                "Mend the account and test it.",
                RemedyKind.Account);
        }
    }

    private async Task<IReadOnlyList<HealthFinding>> OfTimesAsync(DataSetRecord record, bool hasRun, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var findings = new List<HealthFinding>();
        if (record.Definition.ExpectEvery is { } expected && (await records.Alerts.UpdatedAtAsync(cancellationToken)).TryGetValue(record.Id, out var updated) && now - updated > expected)
        {
            findings.Add(new HealthFinding(
                HealthSeverity.Warning,
                "run.late",
                hasRun ? $"It was not updated since {Utc(updated)}." : "It was never updated.",
                $"An update is expected every {DurationText.Of(expected)}.",
                "Run it now, and see what its last runs say.",
                RemedyKind.RunNow));
        }

        if ((await records.Schedules.ReadAsync(cancellationToken)).GetValueOrDefault(record.Id)?.NextAt is { } due && now - due > Overdue)
        {
            findings.Add(new HealthFinding(
                HealthSeverity.Warning,
                "schedule.overdue",
                $"It was due at {Utc(due)} and has not been started.",
                "Nothing starts scheduled runs: the server or worker of this workspace does not run, or not over this folder.",
                "Start it with: tributary serve. Or run the DataSet now.",
                RemedyKind.RunNow));
        }

        return findings;
    }

    private static string Utc(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
