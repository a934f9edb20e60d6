namespace Tributary.Store;

/// <summary>
/// Our own records, in the workspace's <c>tributary.db</c>. Several processes may use one at the same time.
/// The states of partitions are a copy: the destination's own count.
/// </summary>
public sealed class WorkspaceStore
{
    private readonly TimeProvider _clock;

    private WorkspaceStore(StoreDatabase database, SecretBox secrets, TimeProvider clock)
    {
        _clock = clock;
        Accounts = new AccountStore(database, secrets);
        DataSets = new DataSetStore(database);
        Runs = new RunStore(database);
        Partitions = new PartitionStore(database);
        Catalogs = new CatalogStore(database);
        Locks = new RunLockStore(database, clock);
    }

    /// <summary>Accounts and their tokens.</summary>
    public AccountStore Accounts { get; }

    /// <summary>DataSets.</summary>
    public DataSetStore DataSets { get; }

    /// <summary>Runs and their windows.</summary>
    public RunStore Runs { get; }

    /// <summary>The copy of the partitions' states.</summary>
    public PartitionStore Partitions { get; }

    /// <summary>What servers were found to offer.</summary>
    public CatalogStore Catalogs { get; }

    /// <summary>Keeps two runs of one DataSet apart.</summary>
    public RunLockStore Locks { get; }

    /// <summary>Opens a store; creates it, or brings it up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="secrets">Encrypts tokens.</param>
    /// <param name="busyTimeout">How long to wait for another process's write. Default 10 seconds.</param>
    public static async Task<WorkspaceStore> OpenAsync(string path, SecretBox secrets, TimeProvider clock, TimeSpan? busyTimeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(clock);
        var database = new StoreDatabase(Path.GetFullPath(path), busyTimeout ?? TimeSpan.FromSeconds(10));
        await database.MigrateAsync(cancellationToken);
        return new WorkspaceStore(database, secrets, clock);
    }

    /// <summary>A new id; ids sort by the millisecond they were made in.</summary>
    public string NewId() => Guid.CreateVersion7(_clock.GetUtcNow()).ToString();
}
