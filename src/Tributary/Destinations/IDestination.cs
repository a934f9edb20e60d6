using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>Where DataSets are written. Implementations know nothing of Matomo.</summary>
public interface IDestination
{
    /// <summary>What this destination can do.</summary>
    DestinationCapabilities Capabilities { get; }

    /// <summary>Says that several changes follow until this is disposed: what is costly to open may stay open between them for a moment.</summary>
    IDisposable BeginWork();

    /// <summary>The columns of a table as they are now; null when there is no such table.</summary>
    Task<TableSchema?> ReadSchemaAsync(string table, CancellationToken cancellationToken);

    /// <summary>
    /// Writes one window in one transaction: creates the table or adds and widens columns in their order, changes the rows as
    /// <see cref="WindowCommit.Update"/> says, and records the partitions' states and the window.
    /// A crash anywhere leaves the old state or the new one. A window whose id is already recorded is not written again.
    /// </summary>
    /// <exception cref="TributaryException"><c>merge.key_repeats</c>, <c>merge.key_null</c>, <c>merge.no_such_column</c>: the rows cannot be merged by that key; nothing was changed.</exception>
    Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken);

    /// <summary>The states of all partitions of a table, from the destination itself; empty when there is no such table.</summary>
    Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string table, CancellationToken cancellationToken);

    /// <summary>
    /// Changes <see cref="PartitionRecord.State"/> of partitions that are stored, and nothing else of them. A partition that is not stored, or not any more as it was read
    /// (another <see cref="PartitionRecord.RunId"/> or <see cref="PartitionRecord.ReadAt"/>), is left as it is: what a commit wrote in between counts.
    /// </summary>
    Task ReviseAsync(string table, IReadOnlyList<PartitionRecord> partitions, CancellationToken cancellationToken);

    /// <summary>The stored rows of some partitions, all columns in table order; none when there is no such table.</summary>
    Task<QueryResult> ReadRowsAsync(string table, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken);

    /// <summary>The ids of runs that can be undone, newest first. Each was committed with <see cref="WindowCommit.KeepRuns"/> above 0.</summary>
    Task<IReadOnlyList<string>> ReadKeptRunsAsync(string table, CancellationToken cancellationToken);

    /// <summary>
    /// Undoes every run after a run, in one transaction: what they replaced stands again, what they added is gone.
    /// Columns they added stay. What was undone cannot be brought back.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="runId">The run.</param>
    /// <param name="endedAt">When it ended: the point in time where it changed nothing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="TributaryException"><c>revert.not_kept</c>: a later run is not kept any more; nothing was changed.</exception>
    Task RevertAsync(string table, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken);

    /// <summary>Removes a table with its partition states and kept runs; nothing happens when there is none.</summary>
    Task DropAsync(string table, CancellationToken cancellationToken);

    /// <summary>All rows of a table as of one moment, every column, in no order; none when there is no such table. A batch is the caller's until the next is asked for.</summary>
    IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, CancellationToken cancellationToken);

    /// <summary>The ids of the windows written into a table, for a table that moves: a window must not be added twice over there either.</summary>
    Task<IReadOnlyList<string>> ReadWindowIdsAsync(string table, CancellationToken cancellationToken);

    /// <summary>The tables with rows of DataSets, by name; those of our own are left out.</summary>
    Task<IReadOnlyList<StoredTable>> ListTablesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Looks at what stands between this program and the destination, step by step, each told as soon as it is known; ends with the first that failed.
    /// Writing is not tried here. Failures are steps, not exceptions.
    /// </summary>
    IAsyncEnumerable<DestinationStep> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>A table of a destination.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">About how many rows it has, as the engine reckons them.</param>
/// <param name="Columns">How many columns it has.</param>
public sealed record StoredTable(string Name, long Rows, int Columns);

/// <summary>One step of looking at a destination.</summary>
/// <param name="Name">What was tried, in a few words: <c>sign in</c>.</param>
/// <param name="IsFine">Whether it went well.</param>
/// <param name="Sentence">What was found, or what went wrong, whose side it is on and what to do.</param>
public sealed record DestinationStep(string Name, bool IsFine, string Sentence)
{
    /// <summary>Whether it works and could work better; the sentence says how.</summary>
    public bool IsWarning { get; init; }
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

    /// <summary>Update methods that cannot be had here, each with the reason in one sentence for people.</summary>
    public IReadOnlyDictionary<UpdateMethod, string> Refuses { get; init; } = new Dictionary<UpdateMethod, string>();

    /// <summary>What becomes of characters the engine cannot hold, which are replaced, in sentences for people: none where every value is kept as it is.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>What people who read the tables have to know, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether several processes, on several machines too, may write at the same time.</summary>
    public bool Shared { get; init; }
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

    /// <summary>The partitions read, with their new states and the rows staged of each. A partition with 0 rows is replaced by nothing and still recorded.</summary>
    public required IReadOnlyList<PartitionRecord> Partitions { get; init; }

    /// <summary>The staged rows. Each batch carries the key columns of its rows.</summary>
    public required IStagedRows Rows { get; init; }

    /// <summary>
    /// How stored rows are changed. Partition: those of the partitions named go. Replace: all go. Append: none go; a partition's state counts the rows of all its commits.
    /// Merge: those with the same <see cref="Key"/> go, and the states count what is stored then.
    /// </summary>
    public UpdateMethod Update { get; init; }

    /// <summary>The columns that tell rows apart with <see cref="UpdateMethod.Merge"/>; no two staged rows may have the same values, and none may be null.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Partitions that go without another taking their place.</summary>
    public IReadOnlyList<PartitionKey> Remove { get; init; } = [];

    /// <summary>The run that writes; what it replaces is kept under its id.</summary>
    public string RunId { get; init; } = "";

    /// <summary>Ids of windows that other commits wrote before, somewhere else: they count as written here.</summary>
    public IReadOnlyList<string> EarlierWindows { get; init; } = [];

    /// <summary>
    /// Called when all is written and before any of it can be seen, as late as can be: what it throws undoes the commit. Whoever has lost the right to write
    /// to another process is stopped here.
    /// </summary>
    public Func<CancellationToken, Task> Confirm { get; init; } = _ => Task.CompletedTask;

    /// <summary>How many runs stay to be undone, this one included; 0 keeps nothing. Only with Partition and Replace.</summary>
    public int KeepRuns { get; init; }
}

/// <summary>Rows staged outside a destination, to be read once by its commit.</summary>
public interface IStagedRows
{
    /// <summary>How many rows there are.</summary>
    long Count { get; }

    /// <summary>The batches in the order they were staged.</summary>
    IEnumerable<RowBatch> ReadBatches();
}
