using System.Globalization;
using Tributary.Model;

namespace Tributary.Tables;

/// <summary>What runs say that still holds.</summary>
internal static class RunFindings
{
    private const int MostSites = 3;

    // The states of partitions tell these, and go on telling them.
    private static readonly string[] ToldByStates = [Check.Others, "partition.not_archived_yet"];

    /// <summary>How the last run ended, where that was not well.</summary>
    public static IEnumerable<HealthFinding> OfLast(RunResult run)
    {
        switch (run.Status)
        {
            case RunStatus.Failed:
                yield return OfError(HealthSeverity.Failure, "The last run failed.", run);
                break;
            case RunStatus.Partial:
                yield return OfError(HealthSeverity.Warning, "The last run was stored in part; the rest is as it was.", run);
                break;
            case RunStatus.Cancelled:
                yield return new HealthFinding(HealthSeverity.Note, "run.cancelled", "The last run was stopped.", "What it had stored until then is whole.", "Run it again.", RemedyKind.RunNow) { RunId = run.RunId };
                break;
            default:
                break;
        }
    }

    /// <summary>Warnings of runs about partitions that are still as those runs left them, and of the last run about all.</summary>
    /// <param name="runs">The last run, and others that told something, newest first.</param>
    /// <param name="stored">The partitions.</param>
    /// <param name="names">The names of sites.</param>
    public static IEnumerable<HealthFinding> OfWarnings(IReadOnlyList<RunResult> runs, IReadOnlyList<PartitionRecord> stored, IReadOnlyDictionary<int, string> names)
    {
        var bySite = stored.ToLookup(p => p.Key.SiteId);
        var states = stored.ToLookup(p => (p.Key.SiteId, p.Key.Start));
        var holding = runs.SelectMany((run, place) => run.Warnings.Where(w => !w.IsNote && !ToldByStates.Contains(w.Code, StringComparer.Ordinal) && Holds(w, run, place == 0)).Select(w => (Warning: w, run.RunId)))
            .DistinctBy(w => (w.Warning.Code, w.Warning.SiteId, w.Warning.PeriodStart, w.Warning.Segment, w.Warning.Until, w.Warning.PeriodStart is null ? w.Warning.Message : ""));
        foreach (var alike in holding.GroupBy(w => w.Warning.Code, StringComparer.Ordinal))
        {
            var sites = alike.GroupBy(w => w.Warning.SiteId).ToList();
            foreach (var group in sites.Count <= MostSites ? sites.Select(g => g.ToList()) : [[.. alike]])
            {
                yield return Of(alike.Key, [.. group.Select(w => w.Warning)], group[0].RunId, names);
            }
        }

        bool Holds(RunWarning warning, RunResult run, bool isLast)
        {
            if (warning.PeriodStart is { } from && warning.Until is { } until)
            {
                // It stands for several of these, it is not known which: it holds as long as one of them may.
                var span = warning.SiteId is { } one ? bySite[one] : stored;
                return isLast || span.Any(p => p.Key.Start >= from && p.Key.Start <= until && (warning.Code == Check.Kept
                    ? p.State == PartitionState.Provisional && string.CompareOrdinal(p.RunId, run.RunId) < 0
                    : p.RunId == run.RunId));
            }

            if (warning.SiteId is not { } site || warning.PeriodStart is not { } start)
            {
                return isLast;
            }

            var there = states[(site, start)].Where(p => warning.Segment is null || p.Key.Segment == warning.Segment).ToList();
            var writers = there.ConvertAll(p => p.RunId);

            // What was kept was written before, and waits; every later run would have replaced it or warned again.
            return warning.Code == Check.Kept
                ? there.Exists(p => p.State == PartitionState.Provisional || p.Key.Period == Period.None) && writers.TrueForAll(w => string.CompareOrdinal(w, run.RunId) < 0)
                : writers.Contains(run.RunId, StringComparer.Ordinal) || (isLast && writers.Count == 0);
        }
    }

    private static HealthFinding OfError(HealthSeverity severity, string title, RunResult run) => new(
        severity,
        run.Error?.Code ?? "run.failed",
        title,
        run.Error?.Message ?? "",
        run.Error?.Fault switch
        {
            Fault.Source => "Run it again once that is mended.",
            Fault.Setup => "Change its settings as the sentence says.",
            Fault.Workspace or Fault.Destination => "Mend what the sentence says, then run it again.",
            _ => "See its log.",
        },
        run.Error switch
        {
            { Code: "account.needs_attention" or "account.removed" or "matomo.authentication" or "matomo.authentication_or_no_access" or "matomo.secure_only_token" or "matomo.locked_out" or "matomo.no_access" } => RemedyKind.Account,
            { Fault: Fault.Setup } or { Code: "drift.stopped" } => RemedyKind.Settings,
            _ => RemedyKind.History,
        })
    {
        RunId = run.RunId,
    };

    private static HealthFinding Of(string code, List<RunWarning> warnings, string runId, IReadOnlyDictionary<int, string> names)
    {
        var days = warnings.Where(w => w.PeriodStart is not null).SelectMany(w => new[] { w.PeriodStart!.Value, w.Until ?? w.PeriodStart!.Value }).Order().ToList();
        var periods = warnings.Where(w => w.PeriodStart is not null).Sum(w => w.Count ?? 1);
        var all = warnings.Sum(w => w.Count ?? 1);
        var site = warnings.Select(w => w.SiteId).Distinct().ToList() is [{ } one] ? (int?)one : null;
        var where = site is { } id && names.TryGetValue(id, out var name) ? $" of {name}" : "";
        var title = periods > 1 ? string.Create(CultureInfo.InvariantCulture, $"{periods} periods{where} {Words(code).Several}.")
            : periods == 1 ? $"{days[0].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}{where} {Words(code).One}."
            : $"The last run {Words(code).Run}.";
        var more = all > 1 ? string.Create(CultureInfo.InvariantCulture, $" And {all - 1} more of the kind.") : "";
        var (remedy, kind) = Remedy(code);
        return new HealthFinding(HealthSeverity.Warning, code, title, $"{warnings[0].Message}{more}", remedy, kind)
        {
            SiteId = site,
            From = days.Count == 0 ? null : days[0],
            To = days.Count == 0 ? null : days[^1],
            RunId = runId,
        };
    }

    private static (string One, string Several, string Run) Words(string code) => code switch
    {
        Check.Kept => ("came back empty, and the old rows were kept", "came back empty, and the old rows were kept", "kept rows whose partitions came back empty"),
        Check.Zero => ("is empty, after periods that all had something", "are empty, after periods that all had something", "met periods that are suddenly empty"),
        Check.Dropped => ("has less than half the rows it had", "have less than half the rows they had", "met far fewer rows than before"),
        Check.Totals => ("does not add up to the visits of the site", "do not add up to the visits of the site", "met rows that do not add up to the visits of the site"),
        Check.Repeated => ("has rows with the same dimensions", "have rows with the same dimensions", "met rows with the same dimensions"),
        Check.Unreadable => ("has values that could not be read", "have values that could not be read", "met values that could not be read"),
        "drift.columns" => ("came with other columns", "came with other columns", "met other columns than the table had"),
        "columns.missing" => ("lacks columns that were chosen", "lack columns that were chosen", "did not find columns that were chosen"),
        "site.unknown_zone" => ("is of a site whose time zone is not known here", "are of a site whose time zone is not known here", "left out a site whose time zone is not known here"),
        "table.gone" => ("was gone with its table", "were gone with their table", "found nothing left of what was stored before"),
        "plan.no_days" => ("has no days", "have no days", "had no day to read"),
        "plan.future" => ("is still to come", "are still to come", "was to read what is still to come"),
        "site.missing" => ("is of a site that the token no longer sees", "are of a site that the token no longer sees", "did not see a site it is to read"),
        _ => ("needs a look", "need a look", "warned of something"),
    };

    private static (string Remedy, RemedyKind Kind) Remedy(string code) => code switch
    {
        Check.Kept => ("Wait for Matomo's archiving; allow empty answers if the data was deleted on purpose.", RemedyKind.Settings),
        Check.Zero => ("Look whether the site still carries the tracking code, and whether the segment still fits what is tracked.", RemedyKind.Matomo),
        Check.Dropped => ("Look whether Matomo is archiving again, or a limit was set there.", RemedyKind.Matomo),
        Check.Totals => ("Archive the dates again in Matomo, then read them again.", RemedyKind.Matomo),
        Check.Repeated => ("Read the full hierarchy, where repeated rows are told apart.", RemedyKind.Settings),
        "drift.columns" => ("Look at the columns, and at what is built on them.", RemedyKind.Settings),
        "columns.missing" => ("Mend the names of the columns.", RemedyKind.Settings),
        "site.unknown_zone" => ("Correct the site's time zone in Matomo.", RemedyKind.Matomo),
        "table.gone" => ("See whether the table is written where you mean.", RemedyKind.History),
        "plan.no_days" => ("Change the dates.", RemedyKind.Settings),
        "plan.future" => ("Wait for it, or change the date.", RemedyKind.Settings),
        "site.missing" => ("Give the token access again, or leave the site out.", RemedyKind.Account),
        _ => ("See what the run says.", RemedyKind.History),
    };
}
