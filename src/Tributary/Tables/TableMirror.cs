using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>
/// A DataSet's table where it can be looked at from all sides: the embedded file itself, or of a table that is written somewhere else a copy in a file of its own,
/// made when somebody looks and as long as the table has not changed since. The copies may be deleted at any time.
/// </summary>
internal sealed class TableMirror(DestinationBook destinations, PartitionStore partitions, string folder, TimeProvider clock)
{
    // A copy nobody looked at for so long is not worth its place.
    private static readonly TimeSpan Unused = TimeSpan.FromDays(7);

    private const int MostLooks = 3;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    private readonly string _cache = Path.GetFullPath(Path.Combine(folder, "cache"));

    /// <summary>Lets the embedded file stay open between looks until this is disposed. The copies are one table each and open quickly.</summary>
    public IDisposable BeginLooking() => destinations.EmbeddedDestination.BeginLooking();

    /// <summary>A destination that has the table of a DataSet as it stands now.</summary>
    public async Task<DuckDbDestination> OfAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        if (record.Definition.DestinationId is null)
        {
            return destinations.EmbeddedDestination;
        }

        var (file, copy) = CopyOf(record);
        var turn = _turns.GetOrAdd(record.Id, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            // Undoing a run brings an earlier version back: only what was written last counts, and every filling is a window of its own.
            var state = await StateAsync(record, cancellationToken);
            if (await copy.ReadWindowIdsAsync(record.Table, cancellationToken) is not [.., var last] || !last.StartsWith(state, StringComparison.Ordinal))
            {
                await FillAsync(record, copy, file, state + Guid.CreateVersion7(clock.GetUtcNow()), cancellationToken);
            }
        }
        finally
        {
            turn.Release();
        }

        return copy;
    }

    /// <summary>
    /// By how many rows a table differs from what its states say, as the copy of its present state found it: fewer than 0 are missing, as
    /// when somebody deleted some. 0 where they agree, and where there is no such copy.
    /// </summary>
    public async Task<long> ReadDifferenceAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        if (record.Definition.DestinationId is null)
        {
            return await destinations.EmbeddedDestination.ReadDifferenceAsync(record.Table, cancellationToken);
        }

        var (file, copy) = CopyOf(record);
        if (!File.Exists(file))
        {
            return 0;
        }

        return await copy.ReadWindowIdsAsync(record.Table, cancellationToken) is [.., var last]
            && last.StartsWith(await StateAsync(record, cancellationToken), StringComparison.Ordinal)
            && long.TryParse(last.AsSpan(last.LastIndexOf('/') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var difference)
            ? difference
            : 0;
    }

    /// <summary>Forgets the copy of a DataSet.</summary>
    public void Forget(string dataSetId)
    {
        foreach (var file in Files(dataSetId))
        {
            file.Delete();
        }
    }

    /// <summary>Writes the table into the copy, in one commit: others may be about to read it.</summary>
    private async Task FillAsync(DataSetRecord record, DuckDbDestination copy, string file, string window, CancellationToken cancellationToken)
    {
        foreach (var old in Files("*").Where(f => !f.FullName.StartsWith(file, StringComparison.Ordinal) && clock.GetUtcNow().UtcDateTime - f.LastWriteTimeUtc > Unused))
        {
            old.Delete();
        }

        var source = await destinations.OfAsync(record.Definition, cancellationToken);
        if (await source.ReadSchemaAsync(record.Table, cancellationToken) is not { } schema)
        {
            await copy.DropAsync(record.Table, cancellationToken);
            return;
        }

        IReadOnlyList<PartitionRecord>? before = null;
        for (var look = 1; ; look++)
        {
            var states = before ?? await source.ReadPartitionsAsync(record.Table, cancellationToken);
            using var rows = new StagedRows(Path.Combine(folder, "staging"));
            await foreach (var batch in source.ReadBatchesAsync(record.Table, cancellationToken))
            {
                rows.Add(batch);
            }

            var stated = states.Sum(p => p.Rows);
            before = stated == rows.Count ? states : await source.ReadPartitionsAsync(record.Table, cancellationToken);
            if (before.SequenceEqual(states))
            {
                // No run has committed in between: where the rows are others than stated, somebody changed them there, and what is there is shown.
                states = stated == rows.Count ? states : RowPartitions.Counted(rows, states);
                var found = ChosenRows.Of(rows, states);
                if (await copy.ReadSchemaAsync(record.Table, cancellationToken) is { } old && !BecomesAs(old, schema))
                {
                    await copy.DropAsync(record.Table, cancellationToken);
                }

                await copy.CommitAsync(new WindowCommit { Table = record.Table, WindowId = string.Create(CultureInfo.InvariantCulture, $"{window}/{rows.Count - stated}"), Schema = schema, Update = UpdateMethod.Replace, Partitions = states, Rows = found }, cancellationToken);
                return;
            }

            // A run has committed in between.
            if (look == MostLooks)
            {
                throw new TributaryException("destination.changing", Fault.Destination, $"The table '{record.Table}' changes faster than it can be read. Look again in a moment.") { IsTransient = true };
            }
        }
    }

    private (string File, DuckDbDestination Copy) CopyOf(DataSetRecord record)
    {
        var file = Path.Combine(_cache, record.Id + ".duckdb");
        return (file, new DuckDbDestination(file, Path.Combine(folder, "staging"), clock));
    }

    /// <summary>What the ids of the windows begin with that fill a copy with the table as it stands now.</summary>
    private async Task<string> StateAsync(DataSetRecord record, CancellationToken cancellationToken) =>
        $"{record.Definition.DestinationId}/{(await partitions.VersionAsync(record.Id, cancellationToken)).Version}/";

    /// <summary>Whether a table has just the columns of another when it is written into: a commit adds and widens columns, and removes none.</summary>
    private static bool BecomesAs(TableSchema before, TableSchema schema) => SchemaUnion.Of(before, schema).Columns.All(c => schema.Find(c.Name)?.Type == c.Type);

    private IEnumerable<FileInfo> Files(string name) => Directory.Exists(_cache) ? new DirectoryInfo(_cache).EnumerateFiles(name + ".duckdb*") : [];
}
