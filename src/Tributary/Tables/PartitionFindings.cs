using System.Globalization;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>What the partitions say: cut off, missing, not final yet. Alike ones are one finding.</summary>
internal sealed class PartitionFindings(DataSetDefinition definition, IReadOnlyDictionary<int, string> names, TimeProvider clock)
{
    // As on runs: a tenth of the report in one summed-up row is where sums by label begin to mislead.
    private const double NotableShare = 0.1;

    private const int MostSites = 3;

    private readonly string _period = definition.Details.Period.ToString().ToLowerInvariant();

    public IEnumerable<HealthFinding> Of(DataSetCompleteness completeness, IReadOnlyList<FailedWindow> failed)
    {
        foreach (var group in Groups(completeness, c => c.State == CellState.Truncated))
        {
            yield return Truncated(group);
        }

        foreach (var group in Groups(completeness, c => c.State is CellState.Missing or CellState.Failed))
        {
            yield return Missing(group, failed);
        }

        if (Provisional([.. completeness.Sites.SelectMany(s => s.Cells).Where(c => c.IsProvisional)], completeness.Sites.Select(s => s.Cells.Count(c => c.IsProvisional)).DefaultIfEmpty().Max()) is { } provisional)
        {
            yield return provisional;
        }
    }

    private HealthFinding Truncated(Group group)
    {
        var worst = group.Cells.MaxBy(c => c.OthersShare)!;
        var share = worst.OthersShare is { } part ? string.Create(CultureInfo.InvariantCulture, $" up to {part * 100:0.#}% of the report, on {Iso(worst.Start)}") : "";
        var isLittle = worst.OthersShare is < NotableShare;
        return Found(
            isLittle ? HealthSeverity.Note : HealthSeverity.Warning,
            "partition.truncated",
            group,
            $"{Count(group.Cells.Count)} of {group.Where} {(group.Cells.Count == 1 ? "is" : "are")} truncated.",
            $"Matomo kept the largest rows and summed up the rest as Others{(share.Length > 0 ? "," + share : "")}.{(isLittle ? " Under a tenth that is a note, not a warning." : "")}",
            $"An administrator can raise {worst.Truncated} on the Matomo server; what it archives from then on is whole.",
            RemedyKind.Matomo);
    }

    private HealthFinding Missing(Group group, IReadOnlyList<FailedWindow> failed)
    {
        var first = group.Cells[0];
        var why = failed.FirstOrDefault(f => group.Sites.Contains(f.SiteId) && f.Holds(first.Start, first.End) && (first.Lacks is null || f.Segment is null || f.Segment == first.Lacks));
        var dates = group.Cells.Count == 1 ? $"{group.Where} has no {Iso(first.Start)}{OfSegment(first)}." : $"{Count(group.Cells.Count)} of {group.Where} {(group.Cells.Count == 1 ? "is" : "are")} missing{OfSegment(first)}.";
        return Found(
            HealthSeverity.Warning,
            why?.Code ?? "partition.missing",
            group,
            dates,
            why is not null ? why.Message : group.Cells.Count == 1 ? "It was never read." : $"The first is {Iso(first.Start)}, the last {Iso(group.Cells[^1].Start)}. They were never read.",
            "Read them again.",
            RemedyKind.Backfill);
    }

    private static string OfSegment(PartitionCell cell) => cell.Lacks is { } segment ? segment.Length == 0 ? " of all visits" : $" of the segment '{segment}'" : "";

    private HealthFinding? Provisional(List<PartitionCell> cells, int most)
    {
        if (cells.Count == 0 || definition.Details.Period == Period.None)
        {
            return null;
        }

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

        // A day more than the lookback, since zones differ.
        List<PartitionCell> old = [.. cells.Where(c => c.End.AddDays(definition.LookbackDays + 2) < today).OrderBy(c => c.Start)];
        if (old.Count > 0)
        {
            return new HealthFinding(
                HealthSeverity.Note,
                "partition.provisional",
                $"{Count(old.Select(c => c.Start).Distinct().Count())} {(old.Count == 1 ? "is" : "are")} provisional though long over.",
                $"Matomo may have changed them since they were read; the next run reads them again.",
                "Run it.",
                RemedyKind.RunNow)
            {
                From = old[0].Start,
                To = old[^1].End,
            };
        }

        var periods = cells.Select(c => c.Start).Distinct().Order().ToList();
        var final = cells.Where(c => c.Start == periods[0]).Max(c => c.End).AddDays(1 + definition.LookbackDays);
        return new HealthFinding(
            HealthSeverity.Note,
            "partition.provisional",
            periods.Count == 1 ? $"The last {_period} is provisional." : $"The last {Count(most)}{(periods.Count > most ? " of each site" : "")} {(most == 1 ? "is" : "are")} provisional.",
            $"Matomo may still change {(periods.Count == 1 ? "it" : "them")}; {Iso(periods[0])} becomes final when it is read on {Iso(final)} or later.",
            "",
            RemedyKind.None)
        {
            From = periods[0],
            To = cells.Max(c => c.End),
        };
    }

    private IEnumerable<Group> Groups(DataSetCompleteness completeness, Func<PartitionCell, bool> which)
    {
        List<(SiteCompleteness Site, List<PartitionCell> Cells)> sites = [.. completeness.Sites.Select(s => (s, s.Cells.Where(which).ToList())).Where(s => s.Item2.Count > 0)];
        if (sites.Count <= MostSites)
        {
            foreach (var (site, cells) in sites)
            {
                yield return new Group([site.SiteId], names.GetValueOrDefault(site.SiteId, site.Name), cells);
            }
        }
        else
        {
            yield return new Group(
                [.. sites.Select(s => s.Site.SiteId)],
                string.Create(CultureInfo.InvariantCulture, $"{sites.Count} sites"),
                [.. sites.SelectMany(s => s.Cells).OrderBy(c => c.Start)]);
        }
    }

    private HealthFinding Found(HealthSeverity severity, string code, Group group, string title, string text, string remedy, RemedyKind kind) => new(severity, code, title, text, remedy, kind)
    {
        From = definition.Details.Period == Period.None ? null : group.Cells.Min(c => c.Start),
        To = definition.Details.Period == Period.None ? null : group.Cells.Max(c => c.End),
        SiteId = group.Sites is [var one] ? one : null,
    };

    private string Count(int number) => string.Create(CultureInfo.InvariantCulture, $"{number} {(definition.Details.Period == Period.None ? "partition" : _period)}{(number == 1 ? "" : "s")}");

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record Group(IReadOnlyList<int> Sites, string Where, List<PartitionCell> Cells);
}
