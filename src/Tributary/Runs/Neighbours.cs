using System.Collections.Concurrent;
using Tributary.Model;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>
/// Which periods of a site have data, stored before or read in this run, so that a hole between them is seen: Matomo answers a period that it has not archived like one without visits,
/// and the periods on both sides of it say otherwise.
/// </summary>
internal sealed class Neighbours
{
    // A site that is closed one day a week has a hole within seven days of every other.
    private const int Around = 7;

    // Fewer say nothing.
    private const int Fewest = 3;

    private readonly ConcurrentDictionary<(int Site, Period Period, string Segment), Series> _series = new();

    /// <param name="before">What is stored.</param>
    public Neighbours(IEnumerable<PartitionRecord> before)
    {
        foreach (var partition in before)
        {
            Of(partition.Key).Saw(partition.Key.Start, partition is { IsEmpty: false, Rows: > 0 });
        }
    }

    /// <summary>What a run has read of a window.</summary>
    public void Saw(IEnumerable<ShapedPartition> partitions)
    {
        foreach (var partition in partitions.Where(p => p.Error is null))
        {
            Of(partition.Key).Saw(partition.Key.Start, partition.HasData);
        }
    }

    /// <summary>Whether a period without data lies in a hole: at most a week of periods, and all known ones near it, on both sides, have data.</summary>
    public bool AreAround(PartitionKey key)
    {
        if (Step(key.Period, key.Start, 1) is null)
        {
            return false;
        }

        var (before, after) = (Side(key, -1), Side(key, 1));
        return before.Hole + after.Hole < Around && before.Full > 0 && after.Full > 0 && before.Full + after.Full >= Fewest;
    }

    /// <summary>How many periods without data lie on one side, and how many with data behind them; none where one of these has no data.</summary>
    private (int Hole, int Full) Side(PartitionKey key, int direction)
    {
        var series = Of(key);
        var (hole, full) = (0, 0);
        for (var start = Step(key.Period, key.Start, direction); full < Around && start is { } at && series.HasData(at) is { } hasData; start = Step(key.Period, at, direction))
        {
            if (!hasData && (full > 0 || hole >= Around))
            {
                return (hole, 0);
            }

            (hole, full) = hasData ? (hole, full + 1) : (hole + 1, full);
        }

        return (hole, full);
    }

    private Series Of(PartitionKey key) => _series.GetOrAdd((key.SiteId, key.Period, key.Segment), _ => new Series());

    private static DateOnly? Step(Period period, DateOnly start, int direction) => period switch
    {
        Period.Day => start.AddDays(direction),
        Period.Week => start.AddDays(7 * direction),
        Period.Month => start.AddMonths(direction),
        Period.Year => start.AddYears(direction),
        _ => null,
    };

    private sealed class Series
    {
        private readonly Dictionary<DateOnly, bool> _hasData = [];

        public void Saw(DateOnly start, bool hasData)
        {
            lock (_hasData)
            {
                _hasData[start] = hasData;
            }
        }

        public bool? HasData(DateOnly start)
        {
            lock (_hasData)
            {
                return _hasData.TryGetValue(start, out var known) ? known : null;
            }
        }
    }
}
