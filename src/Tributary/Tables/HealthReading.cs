using System.Globalization;
using Tributary.Accounts;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>The records that tell how a DataSet stands.</summary>
internal sealed record HealthRecords(PartitionStore Partitions, RunHistoryStore History, AccountStore Accounts, ScheduleStore Schedules, AlertStore Alerts);

/// <summary>Finds everything that is not right about a DataSet: its account, its runs, its schedule, its partitions.</summary>
internal sealed class HealthReading(TableMirror mirror, HealthRecords records, TimeProvider clock)
{
    // A worker looks at the schedules several times a minute.
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(5);

    private readonly SiteNames _names = new(mirror);

    /// <summary>All of one DataSet.</summary>
    public async Task<DataSetHealth> ReadAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        var health = await FindAsync(record, looksAtTable: true, cancellationToken);
        List<HealthFinding> findings = [.. health.Findings, .. OfDifference(await mirror.ReadDifferenceAsync(record, cancellationToken))];
        return health with { Findings = [.. findings.OrderByDescending(f => f.Severity)] };
    }

    /// <summary>The worst of what the records say is wrong; null for nothing.</summary>
    public async Task<HealthFinding?> WorstAsync(DataSetRecord record, CancellationToken cancellationToken) =>
        (await FindAsync(record, looksAtTable: false, cancellationToken)).Findings.Where(f => f.Severity > HealthSeverity.Note).MaxBy(f => f.Severity);

    /// <summary>Whether a DataSet was not updated when it should have been.</summary>
    public bool IsLate(DataSetRecord record, DateTimeOffset? updated, DateTimeOffset? due) =>
        (record.Definition.ExpectEvery is { } expected && clock.GetUtcNow() - updated > expected) || clock.GetUtcNow() - due > Overdue;

    private async Task<DataSetHealth> FindAsync(DataSetRecord record, bool looksAtTable, CancellationToken cancellationToken)
    {
        var definition = record.Definition;
        var runs = await records.History.ReadTellingAsync(record.Id, cancellationToken);
        var stored = await records.Partitions.ReadAsync(record.Id, cancellationToken);
        var failed = await records.History.FailedWindowsAsync(record.Id, cancellationToken);

        // A table elsewhere would first be copied.
        var names = looksAtTable || definition.DestinationId is null ? await _names.OfAsync(record, stored, cancellationToken) : SiteNames.Numbered(stored);
        var updating = await Updating.OfAsync(record, records.History, cancellationToken);
        var account = await records.Accounts.GetAsync(definition.AccountId, cancellationToken);
        List<HealthFinding> findings =
        [
            .. OfAccount(definition, account),
            .. runs.Count == 0 ? [new HealthFinding(HealthSeverity.Note, "run.never", "It has not been run yet.", "Its table is made by the first run.", "Run it.", RemedyKind.RunNow)] : RunFindings.OfLast(runs[0].Result),
            .. await OfTimesAsync(record, runs.Count > 0, cancellationToken),
            .. new PartitionFindings(definition, names, clock).Of(CompletenessReading.Of(updating, [.. stored.Where(p => updating.Is(p.Key))], failed, names), failed),
            .. await OfBackfillsAsync(record, cancellationToken),
            .. OfNothing(definition, runs.Count > 0, stored),
            .. RunFindings.OfWarnings(runs.ConvertAll(r => r.Result), stored, names),
        ];
        return new DataSetHealth(findings, runs.Count == 0 ? null : runs[0].EndedAt);
    }

    /// <summary>Dates that were asked for once and of which a part is stored: no later run over the DataSet's own dates asks for the rest.</summary>
    private async Task<IEnumerable<HealthFinding>> OfBackfillsAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        if (record.Definition.Update == UpdateMethod.Replace || record.Definition.Details.Period == Period.None)
        {
            return [];
        }

        var adds = record.Definition.Update == UpdateMethod.Append;
        return (await records.History.UnfinishedBackfillsAsync(record.Id, cancellationToken)).Select(one => new HealthFinding(
            HealthSeverity.Warning,
            "backfill.unfinished",
            string.Create(CultureInfo.InvariantCulture, $"Its backfill of {one.From:yyyy-MM-dd}{(one.To == DateOnly.MaxValue ? " and later" : one.To == one.From ? "" : $" to {one.To:yyyy-MM-dd}")} was not finished."),
            $"The run that ended on {Utc(one.EndedAt)} had stored a part of it, and no other has read the rest.",
            adds ? "Bring the table back to a run before it, or read these dates again: what was added would be added once more." : "Read these dates: what is stored already is not read again.",
            adds ? RemedyKind.History : RemedyKind.Backfill)
        {
            From = one.From,
            To = one.To == DateOnly.MaxValue ? null : one.To,
            RunId = one.RunId,
        });
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

    /// <summary>A table without a row is right, and most likely not what was meant: a page that is looked up by an address that Matomo does not have, a filter that leaves nothing.</summary>
    private static IEnumerable<HealthFinding> OfNothing(DataSetDefinition definition, bool hasRun, IReadOnlyList<PartitionRecord> stored)
    {
        if (!hasRun || stored.Count == 0 || stored.Any(p => p.Rows > 0))
        {
            yield break;
        }

        var details = definition.Details;
        var looked = details.Url ?? details.Title ?? details.ActionName ?? details.SubtableOf;
        yield return looked is not null
            ? new HealthFinding(
                HealthSeverity.Warning,
                "rows.none",
                "It has no rows.",
                $"Matomo has nothing for '{looked}' on these sites and dates.",
                details.Url is not null ? "Look whether it is the whole address, with https://, as the url column of Page URLs shows it." : "Look whether it is written as Matomo shows it.",
                RemedyKind.Settings)
            : new HealthFinding(
                details.HasSegments ? HealthSeverity.Warning : HealthSeverity.Note,
                "rows.none",
                "It has no rows.",
                details.HasSegments ? "No visit of these sites and dates fits the segment." : "Matomo has no data of this report for these sites and dates.",
                details.HasSegments ? "Look at the segment." : "",
                details.HasSegments ? RemedyKind.Settings : RemedyKind.None);
    }

    /// <summary>Rows that somebody took away or added where the table lies.</summary>
    private static IEnumerable<HealthFinding> OfDifference(long difference)
    {
        if (difference != 0)
        {
            var rows = Math.Abs(difference);
            yield return new HealthFinding(
                HealthSeverity.Warning,
                "rows.differ",
                string.Create(CultureInfo.InvariantCulture, $"Its table has {rows:N0} {(rows == 1 ? "row" : "rows")} {(difference < 0 ? "fewer" : "more")} than were stored."),
                "Somebody changed it where it lies. Pages and exports show what is there; totals of the runs still count what was stored.",
                "If that was meant, nothing is to be done. To have the rows as Matomo has them, read their dates again.",
                RemedyKind.Backfill);
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
