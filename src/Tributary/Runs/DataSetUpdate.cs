using System.Globalization;
using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>What the store keeps for runs.</summary>
internal sealed record RunRecords(RunStore Runs, PartitionStore Partitions, RunChains Chains, TotalsStore Totals, SchemaStore Schemas, PaceBook Paces, RunPartStore Parts, DataSetStore DataSets, SavedSegmentStore Segments, KeptStore Kept, LostStore Lost);

/// <summary>A run that has begun.</summary>
/// <param name="Record">Its DataSet.</param>
/// <param name="RunId">Its id.</param>
/// <param name="Account">Where it reads.</param>
/// <param name="Destination">Where it writes.</param>
internal sealed record RunAtWork(DataSetRecord Record, string RunId, AccountRecord Account, IDestination Destination);

/// <summary>What happens between the begin and the end of a run: prepare, plan, read and commit, record.</summary>
internal sealed class DataSetUpdate(AccountConnections accounts, AccountReports reports, RunRecords records, DestinationBook destinations, EmbeddedHome home, WorkerStore workers, TimeProvider clock)
{
    // Longer ago, what an unfinished full read has stored is no longer fresh.
    private static readonly TimeSpan FullReadGoesOn = TimeSpan.FromDays(1);

    private readonly TotalsLooks _looks = new();
    private readonly PlanReading _reading = new(accounts, records, clock);
    private readonly SharedReading _shared = new(new PlanReading(accounts, records, clock), records, workers, clock);

    /// <summary>Updates a DataSet.</summary>
    /// <param name="record">The DataSet.</param>
    /// <param name="runId">The run.</param>
    /// <param name="options">What is asked of it.</param>
    /// <param name="since">What was found out about the server after this need not be asked for again.</param>
    /// <param name="progress">Told of every window.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="MatomoException">Matomo could not be asked at all.</exception>
    /// <exception cref="TributaryException">The account is stopped or removed, or there is nowhere to write.</exception>
    public async Task<RunResult> RunAsync(DataSetRecord record, string runId, PlanOptions options, DateTimeOffset since, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        record = record with { Definition = await records.DataSets.BeginReadingAsync(record.Id, cancellationToken) ?? record.Definition };
        var account = await accounts.OfDataSetAsync(record.Definition, cancellationToken);
        AccountConnections.RefuseIfStopped(account);
        await home.RequireAsync(record.Definition, cancellationToken);
        var client = await accounts.ClientAsync(account, cancellationToken);
        var run = new RunAtWork(record, runId, account, await destinations.OfAsync(record.Definition, cancellationToken));
        try
        {
            return await RunAsync(run, client, options, since, progress, cancellationToken);
        }
        catch (MatomoException error) when (RunErrors.StopsAccount(error))
        {
            await accounts.StopAsync(account, error.Message, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Helps another node with a part of a run, and with further ones while there are some.</summary>
    /// <param name="record">The DataSet.</param>
    /// <param name="part">The part.</param>
    /// <param name="since">What was found out about the server after this need not be asked for again.</param>
    /// <param name="isWanted">Whether a run of its own waits for this node: then it takes no further part.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many parts were read.</returns>
    public async Task<int> HelpAsync(DataSetRecord record, RunPart part, DateTimeOffset since, Func<Task<bool>> isWanted, CancellationToken cancellationToken)
    {
        // As the run began: a change of the DataSet meanwhile is for the next.
        record = record with { Definition = SharedPart.Of(part).Definition };
        try
        {
            var account = await accounts.OfDataSetAsync(record.Definition, cancellationToken);
            AccountConnections.RefuseIfStopped(account);
            var client = await accounts.ClientAsync(account, cancellationToken);
            var run = new RunAtWork(record, part.RunId, account, await destinations.OfAsync(record.Definition, cancellationToken));
            using var work = run.Destination.BeginWork();
            var prepared = await reports.PrepareAsync(account, client, record.Definition.Details, since, cancellationToken);
            var totals = record.Definition.TotalsCheck && prepared.Reading.Report.HasDates ? new DayTotals(records.Totals, _looks, account.Id, client, clock) : null;
            return await _shared.HelpAsync(run, prepared, part, totals, isWanted, cancellationToken);
        }
        catch (Exception error)
        {
            if (error is not OperationCanceledException)
            {
                _shared.LeaveAlone(part.RunId);
            }

            await records.Parts.PutBackAsync(part, TimeSpan.Zero, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Takes a part of some run that other nodes may help with; null when there is none.</summary>
    public Task<RunPart?> TakePartAsync(CancellationToken cancellationToken) => _shared.TakeAsync(cancellationToken);

    /// <summary>What a run is asked to do, as the DataSet wants it done.</summary>
    public static async Task<PlanOptions> PlanAsync(DataSetRecord record, PlanOptions options, RunChains chains, TimeProvider clock, CancellationToken cancellationToken) => options with
    {
        Update = record.Definition.Update,
        KeepDays = record.Definition.KeepDays,
        ShapeSince = record.Definition.ShapeSince,
        FailedAt = await chains.FailedAtAsync(record.Id, clock.GetUtcNow() - Planner.AsksAgainFor, cancellationToken),
    };

    private async Task<RunResult> RunAsync(RunAtWork run, MatomoClient client, PlanOptions options, DateTimeOffset since, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var definition = run.Record.Definition;
        using var work = run.Destination.BeginWork();
        var restoring = BeginAsync(run, cancellationToken);
        var preparing = reports.PrepareAsync(run.Account, client, definition.Details, since, cancellationToken);
        await Task.WhenAll(restoring, preparing);
        var ((stored, gone), prepared) = (await restoring, await preparing);
        var notes = new List<RunWarning>();
        var lost = await LostAsync(run.Record, gone, notes, cancellationToken);
        options = await GoOnAsync(run.Record, run.RunId, await PlanAsync(run.Record, options, records.Chains, clock, cancellationToken), notes, cancellationToken);

        options = options with { KeptForGood = await records.Kept.ForGoodAsync(run.Record.Id, stored, cancellationToken), FormerSegments = await FormerSegmentsAsync(run.Record, prepared, stored, notes, cancellationToken) };
        stored = await WithLongerLookbackAsync(run, prepared.Sites, stored, options.KeptForGood, notes, cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var looking = Task.CompletedTask;
        DayTotals? totals = null;
        if (definition.TotalsCheck && prepared.Reading.Report.HasDates)
        {
            totals = new DayTotals(records.Totals, _looks, run.Account.Id, client, clock);
            looking = await totals.BeginAsync(prepared.Sites, ended.Token);
        }

        try
        {
            if (totals is not null && stored.Any(p => p.State == PartitionState.Final))
            {
                await totals.KnownAsync(prepared.Sites.Select(s => s.Id), cancellationToken);
                stored = await WithReopenedAsync(run, totals, prepared.Sites, stored, options.KeptForGood, notes, cancellationToken);
            }

            var result = await RunAsync(run, prepared, stored, lost, options, totals, looking, notes, progress, cancellationToken);
            await looking;
            if (lost.Count > 0 && options.From is null && result.Status is RunStatus.Succeeded or RunStatus.SucceededWithWarnings)
            {
                await records.Lost.ForgetAsync(run.Record.Id, CancellationToken.None);
            }

            return totals is null ? result : result with
            {
                Requests = result.Requests + totals.Cost.Requests,
                BytesRead = result.BytesRead + totals.Cost.Bytes,
                Warnings = totals.Unknown is { } unknown ? [.. result.Warnings, unknown] : result.Warnings,
            };
        }
        finally
        {
            await ended.CancelAsync();
            await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<RunResult> RunAsync(
        RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, IReadOnlyList<PartitionRecord> lost, PlanOptions options, DayTotals? totals, Task looking, List<RunWarning> notes, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var plan = new Planner(clock).Make(prepared.Reading.Details, prepared.Reading.Report, prepared.Sites, [.. stored, .. lost], options);
        List<int> gone = [.. MissingSites(prepared, stored)];
        plan = plan with { Notes = [.. plan.Notes, .. notes, .. prepared.Notes, .. gone.Select(MissingSite)], Gone = gone.Concat(prepared.Notes.Where(n => n.Code == "site.unknown_zone").Select(n => n.SiteId).OfType<int>()).ToHashSet() };
        if (await _shared.PartsOfAsync(run, plan, cancellationToken) is { Count: > 1 } parts)
        {
            // Other nodes compare with the totals that are stored.
            await looking;
            var shared = await _shared.ReadAsync(run, prepared, stored, plan, parts, totals, progress, cancellationToken);
            await RestoreAsync(run);
            return shared;
        }

        var known = await _reading.KnownAsync(run, cancellationToken);
        var read = await _reading.ReadAsync(run, prepared, stored, plan, totals, new PartBasis(run.RunId, known, IsWhole: true), progress, cancellationToken);
        if (run.Record.Definition.Update != UpdateMethod.Partition || plan.Expired.Count > 0 || plan.Superseded.Count > 0 || read.HasReopened)
        {
            await RestoreAsync(run);
        }

        return await _reading.TellAsync(run, read.Result, read.Columns, known.Steady, prepared.Reading.Report);
    }

    /// <summary>Where an unfinished run of the same request stood; only where reading again would add rows twice, or read what was just read.</summary>
    private async Task<PlanOptions> GoOnAsync(DataSetRecord record, string runId, PlanOptions options, List<RunWarning> notes, CancellationToken cancellationToken)
    {
        // What this very run has stored, before its worker ended and it was queued again, is not read twice.
        options = options with { GoesOnFrom = record.Definition.Update == UpdateMethod.Replace ? new HashSet<string>() : new HashSet<string> { runId } };
        var request = string.Create(CultureInfo.InvariantCulture, $"{options.From:yyyy-MM-dd}/{options.To:yyyy-MM-dd}{(options.Full ? "/full" : "")}");
        var unfinished = await records.Chains.GoOnAsync(record.Id, runId, request, options.Full ? FullReadGoesOn : null, cancellationToken);
        var goesOn = record.Definition.Update == UpdateMethod.Append || (options.Full && record.Definition.Update != UpdateMethod.Replace);
        if (unfinished.Count == 0 || !goesOn)
        {
            return options;
        }

        notes.Add(new RunWarning("plan.resumed", "The run before did not come to its end; this one goes on where it stood.") { IsNote = true });
        return options with { GoesOnFrom = unfinished.Append(runId).ToHashSet(StringComparer.Ordinal) };
    }

    /// <summary>What saved segments stood for before, by what they stand for now; a change is told by the first run that meets it.</summary>
    private async Task<IReadOnlyDictionary<string, string>> FormerSegmentsAsync(DataSetRecord record, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, List<RunWarning> notes, CancellationToken cancellationToken)
    {
        var asked = prepared.Reading.Details.Segments.ToHashSet(StringComparer.Ordinal);
        var former = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var segment in prepared.SavedSegments.Count == 0 ? [] : await records.Segments.MeetAsync(record.Id, prepared.SavedSegments, cancellationToken))
        {
            var (now, count) = (prepared.SavedSegments[segment.Name], stored.Count(p => p.Key.Segment == segment.Expression));
            if (asked.Contains(segment.Expression) || count == 0)
            {
                continue;
            }

            former.TryAdd(segment.Expression, now);
            if (segment.IsNews)
            {
                var what = record.Definition.Update is UpdateMethod.Partition or UpdateMethod.Merge ? string.Create(CultureInfo.InvariantCulture, $"{count} stored {(count == 1 ? "partition is" : "partitions are")} read again by the new one; the rows of the old one go as those of the new are stored.")
                    : record.Definition.Update == UpdateMethod.Append ? "The rows of the old one stay beside those of the new: tell them apart by the column segment."
                    : "The table is replaced by what the new one brings.";
                notes.Add(new RunWarning("segment.changed", $"The saved segment '{segment.Name}' was changed in Matomo: it was '{segment.Expression}', it is '{now}'. {what}"));
            }
        }

        return former;
    }

    /// <summary>The stored partitions, those provisional again whose days have moved in Matomo since they were read.</summary>
    private async Task<IReadOnlyList<PartitionRecord>> WithReopenedAsync(RunAtWork run, DayTotals totals, IReadOnlyList<MatomoSite> sites, IReadOnlyList<PartitionRecord> stored, IReadOnlySet<PartitionKey> keptForGood, List<RunWarning> notes, CancellationToken cancellationToken)
    {
        var reopened = run.Record.Definition.Update is UpdateMethod.Partition or UpdateMethod.Merge ? await totals.ReopenedAsync([.. stored.Where(p => !keptForGood.Contains(p.Key))], cancellationToken) : [];
        return await ReopenAsync(run, "totals.moved", (name, count, first) => $"{name}: the totals of {count} moved in Matomo since they were read, the first {first}. They are read again.", sites, stored, reopened, notes, cancellationToken);
    }

    /// <summary>The stored partitions, those provisional again that were read before the lookback, as it is set now, was over.</summary>
    private async Task<IReadOnlyList<PartitionRecord>> WithLongerLookbackAsync(RunAtWork run, IReadOnlyList<MatomoSite> sites, IReadOnlyList<PartitionRecord> stored, IReadOnlySet<PartitionKey> keptForGood, List<RunWarning> notes, CancellationToken cancellationToken)
    {
        var definition = run.Record.Definition;
        if (definition.Update is not (UpdateMethod.Partition or UpdateMethod.Merge))
        {
            return stored;
        }

        var zones = sites.ToDictionary(s => s.Id, s => SiteZone.Of(s.TimeZone));
        List<PartitionRecord> reopened = [.. stored
            .Where(p => p.State == PartitionState.Final && !keptForGood.Contains(p.Key) && zones.TryGetValue(p.Key.SiteId, out var zone) && Lookback.IsTooShort(p, zone, definition.LookbackDays))
            .Select(p => p with { State = PartitionState.Provisional })];
        var days = string.Create(CultureInfo.InvariantCulture, $"{definition.LookbackDays} {(definition.LookbackDays == 1 ? "day" : "days")}");
        return await ReopenAsync(run, "lookback.longer", (name, count, first) => $"{name}: {count} were read less than {days} after their period ended, the first {first}. They are read again.", sites, stored, reopened, notes, cancellationToken);
    }

    /// <summary>Makes final partitions provisional and tells it a site: its name, how many, the first date.</summary>
    private async Task<IReadOnlyList<PartitionRecord>> ReopenAsync(
        RunAtWork run, string code, Func<string, string, string, string> sentence, IReadOnlyList<MatomoSite> sites, IReadOnlyList<PartitionRecord> stored, IReadOnlyList<PartitionRecord> reopened, List<RunWarning> notes, CancellationToken cancellationToken)
    {
        if (reopened.Count == 0)
        {
            return stored;
        }

        await run.Destination.ReviseAsync(run.Record.Table, reopened, cancellationToken);
        await records.Partitions.WriteAsync(run.Record.Id, reopened, onlyThese: false, cancellationToken);
        foreach (var site in reopened.GroupBy(p => p.Key.SiteId))
        {
            var name = sites.FirstOrDefault(s => s.Id == site.Key)?.Name ?? string.Create(CultureInfo.InvariantCulture, $"site {site.Key}");
            var count = string.Create(CultureInfo.InvariantCulture, $"{site.Count()} final {(site.Count() == 1 ? "partition" : "partitions")}");
            var first = site.Min(p => p.Key.Start);
            notes.Add(new RunWarning(code, sentence(name, count, first.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), site.Key, first) { IsNote = true });
        }

        var changed = reopened.ToDictionary(p => p.Key);
        return [.. stored.Select(p => changed.GetValueOrDefault(p.Key, p))];
    }

    /// <summary>What was stored and is gone, now or before a run that did not read all of it again; to be read as what is provisional is: a plan's own dates may be the last few days of years.</summary>
    /// <param name="gone">What this run found gone.</param>
    private async Task<IReadOnlyList<PartitionRecord>> LostAsync(DataSetRecord record, IReadOnlyList<PartitionRecord> gone, List<RunWarning> notes, CancellationToken cancellationToken)
    {
        static string Partitions(IReadOnlyList<PartitionRecord> some) => string.Create(CultureInfo.InvariantCulture, $"{some.Sum(p => p.Rows)} rows in {some.Count} {(some.Count == 1 ? "partition" : "partitions")}");
        var again = record.Definition.Update is UpdateMethod.Partition or UpdateMethod.Merge;
        if (gone.Count > 0)
        {
            notes.Add(new RunWarning("table.gone", $"Nothing is known any more of what was stored before, {Partitions(gone)}: the table '{record.Table}' or its partition states were dropped, or it is written to another place now. {(again ? "All of it is read again, as far as Matomo still has it." : "What this run does not read is missing. Bring it back from a backup.")}"));
        }

        var lost = again ? await records.Lost.ReadAsync(record.Id, cancellationToken) : [];
        if (lost.Count > 0 && gone.Count == 0)
        {
            notes.Add(new RunWarning("table.gone", $"Of what was gone with its table before, {Partitions(lost)} are not read again yet; this run asks for them.") { IsNote = true });
        }

        return lost;
    }

    /// <summary>
    /// The partition states, from the destination: its own change in the transaction of the data, the store's copy may miss what was committed before a crash. Apart, those of the copy
    /// where the destination has none at all any more: these are written down as lost.
    /// </summary>
    private async Task<(IReadOnlyList<PartitionRecord> Stored, IReadOnlyList<PartitionRecord> Gone)> BeginAsync(RunAtWork run, CancellationToken cancellationToken)
    {
        var stored = await run.Destination.ReadPartitionsAsync(run.Record.Table, cancellationToken);
        var copy = await records.Partitions.ReadAsync(run.Record.Id, cancellationToken);
        if (stored.Count == 0 && copy.Any(p => p.Rows > 0))
        {
            await records.Lost.AddAsync(run.Record.Id, cancellationToken);
            return (stored, copy);
        }

        if (!stored.ToHashSet().SetEquals(copy))
        {
            await records.Partitions.WriteAsync(run.Record.Id, stored, onlyThese: true, cancellationToken);
        }

        return (stored, []);
    }

    /// <summary>Brings the store's copy of the partition states up to the destination's own.</summary>
    private async Task RestoreAsync(RunAtWork run)
    {
        var stored = await run.Destination.ReadPartitionsAsync(run.Record.Table, CancellationToken.None);
        await records.Partitions.WriteAsync(run.Record.Id, stored, onlyThese: true, CancellationToken.None);
    }

    /// <summary>Sites that were chosen, or have rows stored, and that the token no longer sees.</summary>
    private static IEnumerable<int> MissingSites(PreparedRun prepared, IReadOnlyList<PartitionRecord> stored)
    {
        // Sites left out on purpose are told by a note of their own.
        var known = prepared.Sites.Select(s => s.Id).Concat(prepared.Notes.Select(n => n.SiteId).OfType<int>()).ToHashSet();
        var gone = prepared.Reading.Details.Sites is null ? stored.Select(p => p.Key.SiteId).Distinct().Where(id => !known.Contains(id)) : prepared.Missing;
        return gone.Order();
    }

    /// <summary>What is said of a site that the token no longer sees.</summary>
    public static RunWarning MissingSite(int id) =>
        new("site.missing", $"The token no longer sees site {id}: it was removed, or the token lost its view access. Its stored rows were kept and are not updated.", id);
}
