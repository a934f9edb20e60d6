using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Partitions asked for in one request: one site, one segment, one period, dates side by side.</summary>
/// <param name="Site">The site.</param>
/// <param name="Partitions">In date order; never empty.</param>
internal sealed record Window(MatomoSite Site, IReadOnlyList<PartitionKey> Partitions)
{
    /// <summary>The sites of the partitions, where one reply holds the rows of several; otherwise the one site.</summary>
    public IReadOnlyList<MatomoSite> Sites { get; init; } = [Site];

    /// <summary>The first day.</summary>
    public DateOnly From => Partitions[0].Start;

    /// <summary>The last day.</summary>
    public DateOnly To => Partitions[^1].End;

    /// <summary>The newest partitions as a window of their own, and the others; null when there are no others.</summary>
    public (Window Older, Window Newest)? Cut(int newest) => Partitions.Count <= newest || Sites.Count > 1
        ? null
        : (this with { Partitions = [.. Partitions.Take(Partitions.Count - newest)] }, this with { Partitions = [.. Partitions.Skip(Partitions.Count - newest)] });

    /// <summary>The same partitions as two windows; null when there is only one.</summary>
    public (Window Older, Window Newest)? Halve() => Cut(Partitions.Count - (Partitions.Count / 2));
}

/// <summary>What a run will ask for.</summary>
/// <param name="Windows">Newest dates first, each as long as its dates lie side by side: a run cuts them to what the server answers well.</param>
/// <param name="Skipped">Partitions asked for that are final and stored.</param>
/// <param name="Notes">What was clamped or left out, and why.</param>
internal sealed record Plan(IReadOnlyList<Window> Windows, int Skipped, IReadOnlyList<RunWarning> Notes)
{
    /// <summary>Stored partitions that are older than what the DataSet keeps.</summary>
    public IReadOnlyList<PartitionKey> Expired { get; init; } = [];

    /// <summary>Sites that the token no longer sees, or whose days cannot be told here: their rows stay, also where the whole table is replaced.</summary>
    public IReadOnlySet<int> Gone { get; init; } = new HashSet<int>();

    /// <summary>Stored partitions that go once another is stored, by that other: it says the same, and beside it they would be counted double.</summary>
    public ILookup<PartitionKey, PartitionKey> Superseded { get; init; } = Array.Empty<(PartitionKey, PartitionKey)>().ToLookup(p => p.Item1, p => p.Item2);

    /// <summary>The hours in which windows are read; null for any.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>Partitions to read.</summary>
    public int Partitions => Windows.Sum(w => w.Partitions.Count);

    /// <summary>The plan in numbers.</summary>
    /// <param name="sites">How many sites it is for.</param>
    /// <param name="requests">The requests that a window takes at least.</param>
    /// <param name="size">How many partitions of a window are asked for at once.</param>
    public PlanSummary Summarize(int sites, Func<Window, int> requests, Func<Window, int> size)
    {
        var dated = Windows.SelectMany(w => w.Partitions).Where(p => p.Period != Period.None).ToList();
        return new PlanSummary(
            sites,
            Partitions,
            Windows.Sum(w => Pieces(w, size(w)) * requests(w)),
            dated.Count == 0 ? null : dated.Min(p => p.Start),
            dated.Count == 0 ? null : dated.Max(p => p.End),
            Skipped);
    }

    private static int Pieces(Window window, int size) => window.Sites.Count > 1 ? 1 : (window.Partitions.Count + size - 1) / size;
}
