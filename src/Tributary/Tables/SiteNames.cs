using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>The names of sites as a table has them, read once for each state of the table.</summary>
internal sealed class SiteNames(TableMirror mirror)
{
    private readonly ConcurrentDictionary<string, (DateTimeOffset ReadAt, IReadOnlyDictionary<int, string> Names)> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name for each site of the partitions.</summary>
    public async Task<IReadOnlyDictionary<int, string>> OfAsync(DataSetRecord record, IReadOnlyList<PartitionRecord> stored, CancellationToken cancellationToken)
    {
        if (stored.Count == 0)
        {
            return new Dictionary<int, string>();
        }

        var table = record.Table;
        var readAt = stored.Max(p => p.ReadAt);
        if (!_known.TryGetValue(table, out var known) || known.ReadAt != readAt)
        {
            _known[table] = known = (readAt, await (await mirror.OfAsync(record, cancellationToken)).ReadSiteNamesAsync(table, cancellationToken));
        }

        return Numbered(stored).ToDictionary(s => s.Key, s => known.Names.GetValueOrDefault(s.Key) ?? s.Value);
    }

    /// <summary>What the sites are called where no table was asked.</summary>
    public static IReadOnlyDictionary<int, string> Numbered(IReadOnlyList<PartitionRecord> stored) =>
        stored.Select(p => p.Key.SiteId).Distinct().ToDictionary(id => id, id => string.Create(CultureInfo.InvariantCulture, $"Site {id}"));
}
