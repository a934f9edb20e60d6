using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Dates of one site that lie side by side.</summary>
internal sealed record PartSpan(int Site, Period Period, DateOnly From, DateOnly To, string Segment);

/// <summary>A part of a plan, as it is written down for whichever node reads it.</summary>
/// <param name="Spans">What is read, newest first.</param>
/// <param name="Quiet">The hours in which windows are read; null for any.</param>
internal sealed record PlanPart(IReadOnlyList<PartSpan> Spans, QuietHours? Quiet)
{
    // So small a part is read before another node is ready; so large a one would be a long way to go back to when its node dies.
    private const int Least = 100;
    private const int Most = 20_000;

    // Parts a node, so that one that is quicker takes more of them.
    private const int EachNode = 4;

    /// <summary>The fewest partitions of a plan that is worth sharing.</summary>
    public const int WorthSharing = 1_000;

    /// <summary>Cuts a plan into parts by sites and dates; empty where it cannot be told by spans of dates: lists, ranges, several sites in one request.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="nodes">How many may share it.</param>
    public static IReadOnlyList<PlanPart> Of(Plan plan, int nodes)
    {
        var size = Math.Clamp(plan.Partitions / (nodes * EachNode), Least, Most);
        var parts = new List<PlanPart>();
        var spans = new List<PartSpan>();
        var held = 0;
        void Close()
        {
            if (spans.Count > 0)
            {
                parts.Add(new PlanPart([.. spans], plan.Quiet));
            }

            spans.Clear();
            held = 0;
        }

        foreach (var window in plan.Windows)
        {
            for (var left = window; left is not null;)
            {
                var (older, newest) = left.Cut(Math.Max(1, size - held)) is { } cut ? (cut.Older, cut.Newest) : (null, left);
                if (SpanOf(newest) is not { } span)
                {
                    return [];
                }

                spans.Add(span);
                held += newest.Partitions.Count;
                if (held >= size)
                {
                    Close();
                }

                left = older;
            }
        }

        Close();
        return parts;
    }

    /// <summary>The windows of the part.</summary>
    /// <param name="sites">The sites as the account sees them; spans of others are left out.</param>
    /// <param name="isRead">Whether a partition was read already.</param>
    public IReadOnlyList<Window> Windows(IReadOnlyList<MatomoSite> sites, Func<PartitionKey, bool> isRead)
    {
        var known = sites.ToDictionary(s => s.Id);
        var windows = new List<Window>();
        foreach (var span in Spans.Where(s => known.ContainsKey(s.Site)))
        {
            var run = new List<PartitionKey>();
            foreach (var key in KeysOf(span).Append(null))
            {
                if (key is not null && !isRead(key))
                {
                    run.Add(key);
                    continue;
                }

                if (run.Count > 0)
                {
                    windows.Add(new Window(known[span.Site], run));
                    run = [];
                }
            }
        }

        return windows;
    }

    private static PartSpan? SpanOf(Window window)
    {
        var first = window.Partitions[0];
        var span = new PartSpan(window.Site.Id, first.Period, window.From, window.To, first.Segment);
        return window.Sites.Count == 1 && first.Period is not (Period.None or Period.Range) && KeysOf(span).SequenceEqual(window.Partitions) ? span : null;
    }

    private static IEnumerable<PartitionKey> KeysOf(PartSpan span) =>
        MatomoPeriods.Overlapping(span.Period, span.From, span.To).Select(p => new PartitionKey(span.Site, span.Period, p.Start, p.End, span.Segment));
}
