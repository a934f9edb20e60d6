using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>
/// A copy of the partitions' states, so that planning and listing do not open the destination. Rebuilt from there with
/// <see cref="ReplacePartitionsAsync"/>.
/// </summary>
public sealed class PartitionStore
{
    private const string Columns = "site_id, period, period_start, period_end, segment, state, rows, others_share, truncated, run_id, read_at";

    private static readonly string[] Parameters =
        ["$dataset", "$site", "$period", "$start", "$end", "$segment", "$state", "$rows", "$share", "$truncated", "$run", "$read"];

    private readonly StoreDatabase _database;

    internal PartitionStore(StoreDatabase database) => _database = database;

    /// <summary>Forgets what is known of a DataSet's partitions and writes these instead.</summary>
    public Task ReplacePartitionsAsync(string dataSetId, IReadOnlyCollection<PartitionRecord> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        return _database.WriteAsync(
            c =>
            {
                c.Execute("DELETE FROM partitions WHERE dataset_id = $dataset", ("$dataset", dataSetId));
                Write(c, dataSetId, partitions);
            },
            cancellationToken);
    }

    /// <summary>Writes these states and leaves the others.</summary>
    public Task UpsertPartitionsAsync(string dataSetId, IReadOnlyCollection<PartitionRecord> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        return _database.WriteAsync(c => Write(c, dataSetId, partitions), cancellationToken);
    }

    /// <summary>All states of a DataSet, by site, period and day.</summary>
    public Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string dataSetId, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<PartitionRecord>>(
            c => c.Rows($"SELECT {Columns} FROM partitions WHERE dataset_id = $dataset ORDER BY site_id, period, period_start, period_end, segment", Read, ("$dataset", dataSetId)),
            cancellationToken);

    private static void Write(SqliteConnection connection, string dataSetId, IReadOnlyCollection<PartitionRecord> partitions)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT OR REPLACE INTO partitions (dataset_id, {Columns}) VALUES ({string.Join(", ", Parameters)})";
        foreach (var name in Parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        command.Prepare();
        foreach (var p in partitions)
        {
            object?[] values =
            [
                dataSetId,
                p.Key.SiteId,
                p.Key.Period.ToString().ToLowerInvariant(),
                StoreStatements.DayText(p.Key.Start),
                StoreStatements.DayText(p.Key.End),
                p.Key.Segment,
                p.State.ToString().ToLowerInvariant(),
                p.Rows,
                p.OthersShare,
                p.Truncated,
                p.RunId,
                StoreStatements.Micros(p.ReadAt),
            ];
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i] ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }
    }

    private static PartitionRecord Read(SqliteDataReader r) => new(
        new PartitionKey(r.GetInt32(0), Enum.Parse<Period>(r.GetString(1), ignoreCase: true), r.Day(2), r.Day(3), r.GetString(4)),
        Enum.Parse<PartitionState>(r.GetString(5), ignoreCase: true),
        r.GetInt64(6),
        r.Instant(10),
        r.GetString(9))
    {
        OthersShare = r.IsDBNull(7) ? null : r.GetDouble(7),
        Truncated = r.TextOrNull(8),
    };
}
