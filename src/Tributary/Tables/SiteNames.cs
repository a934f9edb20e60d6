using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Tables;

/// <summary>The names of sites as a table has them, read once for each state of the table.</summary>
internal sealed class SiteNames(DuckDbDestination destination)
{
    private readonly ConcurrentDictionary<string, (DateTimeOffset ReadAt, IReadOnlyDictionary<int, string> Names)> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name for each site of the partitions.</summary>
    public async Task<IReadOnlyDictionary<int, string>> OfAsync(string table, IReadOnlyList<PartitionRecord> stored, CancellationToken cancellationToken)
    {
        if (stored.Count == 0)
        {
            return new Dictionary<int, string>();
        }

        var readAt = stored.Max(p => p.ReadAt);
        if (!_known.TryGetValue(table, out var known) || known.ReadAt != readAt)
        {
            _known[table] = known = (readAt, await destination.ReadSiteNamesAsync(table, cancellationToken));
        }

        return stored.Select(p => p.Key.SiteId).Distinct().ToDictionary(id => id, id => known.Names.GetValueOrDefault(id) ?? string.Create(CultureInfo.InvariantCulture, $"Site {id}"));
    }
}
