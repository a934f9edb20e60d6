using Tributary.Destinations;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Runs;

/// <summary>A window that was read and judged, and waits for its commit.</summary>
/// <param name="Window">What was asked for.</param>
/// <param name="Read">What came.</param>
/// <param name="Look">What its rows look like.</param>
/// <param name="Partitions">What may be stored.</param>
/// <param name="Verdict">And what not, and why.</param>
internal sealed record ReadWindow(Window Window, WindowRead Read, RowLook Look, IReadOnlyList<PartitionRecord> Partitions, Verdict Verdict)
{
    /// <summary>Columns with a value in some row; empty where there is no row to store.</summary>
    public IReadOnlySet<string> Columns => Partitions.Any(p => p.Rows > 0) ? Look.Columns : new HashSet<string>();

    public required int Requests { get; init; }

    public required long Bytes { get; init; }

    /// <summary>When its reading began, a timestamp of the clock.</summary>
    public required long StartedAt { get; init; }
}
