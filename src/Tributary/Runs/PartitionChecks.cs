using System.Globalization;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>What the checks say of one window: the partitions that may be stored, and why others may not.</summary>
internal sealed record Verdict(IReadOnlyList<PartitionRecord> Stored, IReadOnlyList<PartitionRecord> Kept, RunError? Error);

/// <summary>Decides, partition by partition, whether what was read may take the place of what is stored.</summary>
internal sealed class PartitionChecks(DataSetDefinition definition, ReportReading reading, Planner planner, DayTotals? totals, IReadOnlyDictionary<PartitionKey, PartitionRecord> before, RunTally tally)
{
    // A handful of rows halves by chance.
    private const int FewestRowsToDrop = 20;

    // Fewer periods with visits say nothing about the next.
    private const int FewestPeriodsBefore = 3;
    private const int MostPeriodsBefore = 7;

    private readonly Neighbours _neighbours = new(before.Values);
    private readonly ILookup<(int Site, Period Period, string Segment), PartitionRecord> _series = before.Values.ToLookup(p => (p.Key.SiteId, p.Key.Period, p.Key.Segment));

    /// <summary>When a person last changed what rows or columns are, UTC; null when nobody did. Rows of before say nothing about how many there should be.</summary>
    public DateTimeOffset? ShapedAt { get; init; }

    /// <summary>Whether rows of the report can be told apart by their dimensions: not those of the visits log, nor items of a list, which may say the same twice.</summary>
    public bool ComparesRows => reading.Report.Dimensions.Count > 0 && reading.Details.Flatten is null && !VisitLogReader.Reads(reading.Report)
        && !reading.Report.Method.StartsWith("Transitions.", StringComparison.Ordinal) && reading.Details.Columns.Count == 0;

    /// <summary>Judges a window.</summary>
    public async Task<Verdict> JudgeAsync(Window window, WindowRead read, RowLook look, ReadCost cost, CancellationToken cancellationToken)
    {
        _neighbours.Saw(read.Partitions);
        var proof = new ArchiveProof(reading, cost, totals, _neighbours);
        var emptiness = await proof.OfAsync(window, read.Partitions, cancellationToken);
        var visits = await VisitsAsync(window, read, look, cost, cancellationToken);
        var found = read.Partitions.GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.First());
        var (stored, kept) = (new List<PartitionRecord>(), new List<PartitionRecord>());
        RunError? error = null;
        var refused = Refused(window, read);
        var siteVisits = await SiteVisitsAsync(window, found.Values, proof.SiteVisits, cost, cancellationToken);
        foreach (var key in window.Partitions)
        {
            var site = SiteOf(window, key);
            var shaped = found.GetValueOrDefault(key);
            if (FailureOf(site, key, shaped, emptiness) is { } failure)
            {
                error = Fail(failure, key);
            }
            else if (refused is not null)
            {
                error = Fail(refused, key);
            }
            else if (KeptAgainst(shaped!) is { Count: > 0 } full)
            {
                kept.AddRange(full);
                error = Tell(Check.Kept, KeptSentence(site, shaped!, full), full[0].Key) ?? error;
            }
            else if ((Findings(site, key, shaped!, look, visits) ?? FindingsOfEmpty(site, key, shaped!, proof, emptiness, siteVisits)) is { } stopped)
            {
                error = stopped;
            }
            else
            {
                stored.Add(RecordOf(site, key, shaped!, proof, emptiness.GetValueOrDefault(key), IsToBeReadAgain(key, shaped!, read, look, visits)));
            }
        }

        return new Verdict(stored, kept, error);
    }

    private static MatomoSite SiteOf(Window window, PartitionKey key) => window.Sites.FirstOrDefault(s => s.Id == key.SiteId) ?? window.Site;

    private static RunError? FailureOf(MatomoSite site, PartitionKey key, ShapedPartition? shaped, IReadOnlyDictionary<PartitionKey, EmptyAnswer> emptiness)
    {
        if (shaped is null)
        {
            return new RunError("matomo.unanswered", $"{site.Name}: Matomo answered the request, but said nothing of {Iso(key.Start)}. The stored rows of that date were kept; the next run asks again.", Fault.Source);
        }

        return shaped.Error is not null
            ? RunErrors.Of(shaped.Error)
            : emptiness.GetValueOrDefault(key)?.Meaning == Emptiness.NotArchived ? ArchiveProof.ErrorOf(site, key) : null;
    }

    /// <summary>A finding about the whole window that is to stop its commit; others are told.</summary>
    private RunError? Refused(Window window, WindowRead read)
    {
        RunError? refused = null;
        foreach (var warning in read.Warnings)
        {
            switch (Check.Find(warning.Code) is null ? (CheckLevel?)null : Check.LevelOf(definition, warning.Code))
            {
                case CheckLevel.Stop:
                    refused = new RunError(warning.Code, $"{warning.Message} Nothing of it was stored, because the check {warning.Code} is set to stop.", Fault.Source);
                    break;
                case CheckLevel.Off:
                    break;
                case { } level:
                    tally.Warn(warning with { IsNote = level == CheckLevel.Note });
                    break;
                default:
                    tally.Warn(warning);
                    break;
            }
        }

        return window.Partitions.Count > 0 ? refused : null;
    }

    /// <summary>The stored partitions with rows in whose place an empty one would come: with Replace also those of a range that has moved on since.</summary>
    private IReadOnlyList<PartitionRecord> KeptAgainst(ShapedPartition shaped)
    {
        if (shaped.HasData || definition.AllowEmpty || definition.Update is not (UpdateMethod.Partition or UpdateMethod.Replace))
        {
            return [];
        }

        var key = shaped.Key;
        IEnumerable<PartitionRecord> replaced = definition.Update == UpdateMethod.Replace
            ? _series[(key.SiteId, key.Period, key.Segment)].Where(p => p.Key.Start <= key.End && p.Key.End >= key.Start)
            : before.TryGetValue(key, out var same) ? [same] : [];
        return [.. replaced.Where(p => p is { Rows: > 0, IsEmpty: false })];
    }

    private static string KeptSentence(MatomoSite site, ShapedPartition shaped, IReadOnlyList<PartitionRecord> full)
    {
        var rows = full.Sum(p => p.Rows);
        var nothing = shaped.Rows == 0 ? "rows" : "anything but zeros";
        var stored = string.Create(CultureInfo.InvariantCulture, $"{rows} {(rows == 1 ? "row is" : "rows are")} stored");
        if (shaped.Key.Period == Period.None)
        {
            return $"{site.Name}: the list came back without {nothing}, but {stored}. They were kept. Allow empty answers if everything was deleted on purpose.";
        }

        var of = full[0].Key == shaped.Key ? "" : $" of {Iso(full[0].Key.Start)} to {Iso(full[^1].Key.End)}";
        return $"{site.Name}: {Iso(shaped.Key.Start)} came back without {nothing}, but {stored}{of}. They were kept; Matomo may be archiving again. Allow empty answers if the data was deleted on purpose.";
    }

    /// <summary>Tells what is odd about a partition; the error of the first oddity that is to stop its commit, null when none is.</summary>
    private RunError? Findings(MatomoSite site, PartitionKey key, ShapedPartition shaped, RowLook look, IReadOnlyDictionary<PartitionKey, double> visits)
    {
        RunError? error = null;
        if (shaped.HasOthers && shaped.OthersShare is >= RunTally.NotableOthersShare and var share && Check.LevelOf(definition, Check.Others) == CheckLevel.Stop)
        {
            error ??= Tell(Check.Others, string.Create(CultureInfo.InvariantCulture, $"{site.Name}: Matomo summed rows up into Others on {Iso(key.Start)}, {ArchiveLimits.ShareOf(share, reading.Report)}"), key);
        }

        if (before.GetValueOrDefault(key) is { Rows: >= FewestRowsToDrop } had && !(had.ReadAt < ShapedAt) && shaped.HasData && shaped.Rows * 2 < had.Rows && definition.Update is UpdateMethod.Partition or UpdateMethod.Replace)
        {
            error ??= Tell(Check.Dropped, string.Create(CultureInfo.InvariantCulture, $"{site.Name}: {Iso(key.Start)} has {shaped.Rows} rows now, it had {had.Rows}. Look whether Matomo is archiving again, or a filter or limit was set there."), key);
        }

        if (look.RepeatedOf(key) is { Count: > 0 } repeated)
        {
            error ??= Tell(Check.Repeated, string.Create(CultureInfo.InvariantCulture, $"{site.Name}: {repeated.Count} rows of {Iso(key.Start)} have the same dimensions as another, the first is '{repeated.Sample}'. They are stored as Matomo sent them."), key);
        }

        if (AddUpToOthers(key, look, visits))
        {
            error ??= Tell(Check.Totals, string.Create(CultureInfo.InvariantCulture, $"{site.Name}: the rows of {Iso(key.Start)} add up to {look.VisitsOf(key)} visits, the site had {visits[key]}. Matomo's archive of the report is not whole; archive the day again there (core:archive with --force-idsites and --force-date-range)."), key);
        }

        return error;
    }

    private static bool AddUpToOthers(PartitionKey key, RowLook look, IReadOnlyDictionary<PartitionKey, double> visits) =>
        visits.TryGetValue(key, out var expected) && look.VisitsOf(key) is { } counted && Math.Abs(counted - expected) >= 0.5;

    /// <summary>Whether rows that are not all there, by what Matomo itself counts, may be when it is asked once more. Where they came twice alike they stay so.</summary>
    private bool IsToBeReadAgain(PartitionKey key, ShapedPartition shaped, WindowRead read, RowLook look, IReadOnlyDictionary<PartitionKey, double> visits) =>
        (AddUpToOthers(key, look, visits) || read.Warnings.Any(w => w.Code is "visits.differ" or "visits.same_page" && w.SiteId == key.SiteId && w.PeriodStart == key.Start))
        && !(before.TryGetValue(key, out var had) && had.Rows == shaped.Rows);

    /// <summary>What is empty: the site, or only the segment or the report, where the site had visits.</summary>
    private string ZeroSentence(MatomoSite site, PartitionKey key, double? ofSite)
    {
        if (ofSite == 0)
        {
            return $"{site.Name}: no visits on {Iso(key.Start)}, after periods that all had some. Look whether the site still carries the tracking code.";
        }

        var had = ofSite is { } visits ? string.Create(CultureInfo.InvariantCulture, $"The site had {visits} visits then: look whether") : "Whether the site had any then, Matomo did not say. Look whether the site still carries the tracking code, and whether";
        return key.Segment.Length > 0
            ? $"{site.Name}: no visits of the segment '{key.Segment}' on {Iso(key.Start)}, after periods that all had some. {had} the segment still fits what is tracked."
            : $"{site.Name}: nothing in {reading.Report.Method} on {Iso(key.Start)}, after periods that all had something. {had} the site still sends what this report is made of.";
    }

    /// <summary>The visits of whole sites in partitions that are suddenly empty; those are not in it of which Matomo does not tell.</summary>
    private async Task<IReadOnlyDictionary<PartitionKey, double>> SiteVisitsAsync(Window window, IEnumerable<ShapedPartition> found, IReadOnlyDictionary<PartitionKey, double> counted, ReadCost cost, CancellationToken cancellationToken)
    {
        var result = new Dictionary<PartitionKey, double>();
        if (Check.LevelOf(definition, Check.Zero) == CheckLevel.Off)
        {
            return result;
        }

        var unknown = new List<PartitionKey>();
        foreach (var key in found.Where(p => p is { HasData: false, Error: null } && IsSuddenlyZero(SiteOf(window, p.Key), p.Key)).Select(p => p.Key))
        {
            if (reading.Report.Method == VisitCounts.Method && key.Segment.Length == 0)
            {
                result[key] = 0;
            }
            else if (counted.TryGetValue(key, out var visits))
            {
                result[key] = visits;
            }
            else if ((totals is null ? null : await totals.VisitsOfAsync(key with { Segment = "" }, cancellationToken)) is > 0 and var known)
            {
                result[key] = known;
            }
            else
            {
                unknown.Add(key);
            }
        }

        foreach (var keys in unknown.GroupBy(k => (k.SiteId, k.Period, k.Segment)).SelectMany(g => SideBySide([.. g.OrderBy(k => k.Start)])))
        {
            foreach (var (key, ofSite) in await VisitCounts.OfAsync(reading.Client, keys, "", cost, cancellationToken) ?? new Dictionary<PartitionKey, double>())
            {
                result[key] = ofSite;
            }
        }

        return result;
    }

    /// <summary>Tells what is odd about a partition without data; the error of the first oddity that is to stop its commit, null when none is.</summary>
    private RunError? FindingsOfEmpty(MatomoSite site, PartitionKey key, ShapedPartition shaped, ArchiveProof proof, IReadOnlyDictionary<PartitionKey, EmptyAnswer> emptiness, IReadOnlyDictionary<PartitionKey, double> siteVisits)
    {
        if (shaped.HasData)
        {
            return null;
        }

        var answer = emptiness.GetValueOrDefault(key);
        if (answer?.Meaning == Emptiness.ReportNotArchived)
        {
            return Tell(Check.Totals, proof.ReportNotArchived(site, key, answer.Visits), key);
        }

        if (IsSuddenlyZero(site, key))
        {
            return Tell(Check.Zero, ZeroSentence(site, key, siteVisits.TryGetValue(key, out var ofSite) ? ofSite : null), key);
        }

        // A segment may be without visits among periods that have some; where the answer was proven the site was, too.
        return key.Segment.Length == 0 && answer?.Meaning == Emptiness.True && _neighbours.AreAround(key)
            ? Tell(Check.Zero, $"{site.Name}: no visits on {Iso(key.Start)}, though the periods on both sides of it had some. If the site was up then, Matomo's archive of that date is missing: archive it again there (core:archive with --force-idsites and --force-date-range).", key)
            : null;
    }

    private bool IsSuddenlyZero(MatomoSite site, PartitionKey key)
    {
        if (key.Period == Period.None || key.End >= SiteZone.Of(site.TimeZone).Today(reading.Clock))
        {
            return false;
        }

        List<PartitionRecord> earlier = [.. _series[(key.SiteId, key.Period, key.Segment)].Where(p => p.Key.Start < key.Start).OrderByDescending(p => p.Key.Start).Take(MostPeriodsBefore)];
        return earlier.Count >= FewestPeriodsBefore && earlier.TrueForAll(p => !p.IsEmpty && p.Rows > 0);
    }

    /// <summary>The visits that the rows of each partition must add up to; only those whose rows do not, or may not.</summary>
    private async Task<IReadOnlyDictionary<PartitionKey, double>> VisitsAsync(Window window, WindowRead read, RowLook look, ReadCost cost, CancellationToken cancellationToken)
    {
        var result = new Dictionary<PartitionKey, double>();
        if (Check.LevelOf(definition, Check.Totals) == CheckLevel.Off || !EveryVisit.IsInOneRowOf(reading))
        {
            return result;
        }

        var doubtful = new List<PartitionKey>();
        foreach (var shaped in read.Partitions.Where(p => p.HasData && p.Error is null && p.Key.Period != Period.None))
        {
            // Today goes on between two requests.
            if (look.VisitsOf(shaped.Key) is not { } counted || shaped.Key.End >= SiteZone.Of(SiteOf(window, shaped.Key).TimeZone).Today(reading.Clock))
            {
                continue;
            }

            if ((totals is null ? null : await totals.VisitsOfAsync(shaped.Key, cancellationToken)) is not { } known || Math.Abs(known - counted) >= 0.5)
            {
                doubtful.Add(shaped.Key);
            }
        }

        // What is known may be older than the rows: before anything is said, Matomo is asked again.
        foreach (var keys in doubtful.GroupBy(k => (k.SiteId, k.Period, k.Segment)).SelectMany(g => SideBySide([.. g.OrderBy(k => k.Start)])))
        {
            foreach (var (key, visits) in await VisitCounts.OfAsync(reading.Client, keys, keys[0].Segment, cost, cancellationToken) ?? new Dictionary<PartitionKey, double>())
            {
                result[key] = visits;
            }
        }

        return result;
    }

    private static IEnumerable<List<PartitionKey>> SideBySide(List<PartitionKey> keys)
    {
        var run = new List<PartitionKey>();
        foreach (var key in keys)
        {
            if (run.Count > 0 && run[^1].End.AddDays(1) != key.Start)
            {
                yield return run;
                run = [];
            }

            run.Add(key);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private PartitionRecord RecordOf(MatomoSite site, PartitionKey key, ShapedPartition shaped, ArchiveProof proof, EmptyAnswer? emptiness, bool isToBeReadAgain)
    {
        var doubt = emptiness is null ? null : proof.WarningOf(site, key, emptiness);

        // A report without its archive is a finding of a check, told as loud as that is set.
        if (doubt is not null && emptiness!.Meaning != Emptiness.ReportNotArchived)
        {
            tally.Warn(doubt with { Segment = key.Segment });
        }

        return new PartitionRecord(key, doubt is not null || isToBeReadAgain ? PartitionState.Provisional : planner.StateOf(key, site, definition.LookbackDays), shaped.Rows, default, reading.RunId)
        {
            OthersShare = shaped.OthersShare,
            Truncated = shaped.HasOthers ? ArchiveLimits.SettingOf(reading.Report.Method) : null,
            IsEmpty = !shaped.HasData,
        };
    }

    /// <summary>Says what a check found, as loud as the DataSet wants it; the error when it is to stop the commit.</summary>
    private RunError? Tell(string code, string sentence, PartitionKey key)
    {
        switch (Check.LevelOf(definition, code))
        {
            case CheckLevel.Off:
                return null;
            case CheckLevel.Stop:
                return Fail(new RunError(code, $"{sentence} It was not stored, because the check {code} is set to stop.", Fault.Source), key);
            case var level:
                tally.Warn(new RunWarning(code, sentence, key.SiteId, key.Period == Period.None ? null : key.Start) { IsNote = level == CheckLevel.Note, Segment = key.Segment });
                return null;
        }
    }

    private RunError Fail(RunError error, PartitionKey key)
    {
        tally.Failed(error, 1, key.SiteId, key.Period == Period.None ? null : key.Start, key.Segment);
        return error;
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
