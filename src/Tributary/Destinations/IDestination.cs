using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>Where DataSets are written. Implementations know nothing of Matomo.</summary>
public interface IDestination
{
    /// <summary>What this destination can do.</summary>
    DestinationCapabilities Capabilities { get; }

    /// <summary>The columns of a table as they are now; null when there is no such table.</summary>
    Task<TableSchema?> ReadSchemaAsync(string table, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the partitions of one window whole, in one transaction: creates the table or adds and widens columns in their order,
    /// deletes the stored rows of every partition named, adds the staged ones, and records the partitions' states and the window.
    /// A crash anywhere leaves the old state or the new one. A window whose id is already recorded is not written again.
    /// </summary>
    Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken);

    /// <summary>The states of all partitions of a table, from the destination itself; empty when there is no such table.</summary>
    Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string table, CancellationToken cancellationToken);

    /// <summary>Removes a table with its partition states; nothing happens when there is none.</summary>
    Task DropAsync(string table, CancellationToken cancellationToken);
}

/// <summary>What a destination can do.</summary>
public sealed record DestinationCapabilities
{
    /// <summary>The longest name of a table or column, in bytes of UTF-8.</summary>
    public required int MaxIdentifierBytes { get; init; }

    /// <summary>Whether tables can be queried through Tributary with SQL.</summary>
    public required bool Queries { get; init; }

    /// <summary>Whether an earlier state of a table can be brought back.</summary>
    public bool Reverts { get; init; }
}

/// <summary>Everything one window changes in a destination.</summary>
public sealed record WindowCommit
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>What the table is for, kept as its comment; empty for none.</summary>
    public string Description { get; init; } = "";

    /// <summary>Unique to the window of the run; a window is written once.</summary>
    public required string WindowId { get; init; }

    /// <summary>The columns the staged rows may have, in table order; the union of what the table has and this is what it will have.</summary>
    public required TableSchema Schema { get; init; }

    /// <summary>The partitions replaced, with their new states. A partition with 0 rows is replaced by nothing and still recorded.</summary>
    public required IReadOnlyList<PartitionRecord> Partitions { get; init; }

    /// <summary>The staged rows. Each batch carries the key columns of its rows.</summary>
    public required IStagedRows Rows { get; init; }
}

/// <summary>Rows staged outside a destination, to be read once by its commit.</summary>
public interface IStagedRows
{
    /// <summary>How many rows there are.</summary>
    long Count { get; }

    /// <summary>The batches in the order they were staged.</summary>
    IEnumerable<RowBatch> ReadBatches();
}
