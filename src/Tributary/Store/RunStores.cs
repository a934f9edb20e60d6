namespace Tributary.Store;

/// <summary>The stores of runs that belong together.</summary>
internal sealed class RunStores
{
    /// <summary>The stores over a workspace's records.</summary>
    public RunStores(StoreDatabase store, TimeProvider clock)
    {
        Runs = new RunStore(store, clock);
        Queue = new RunQueue(store, Runs, clock);
        Parts = new RunPartStore(store, Runs.Locks, clock);
        History = new RunHistoryStore(store, clock);
        Listing = new RunListing(store);
    }

    /// <summary>Runs at work.</summary>
    public RunStore Runs { get; }

    /// <summary>Parts of long runs.</summary>
    public RunPartStore Parts { get; }

    /// <summary>Runs that wait, or are watched.</summary>
    public RunQueue Queue { get; }

    /// <summary>Runs that ended.</summary>
    public RunHistoryStore History { get; }

    /// <summary>Runs of the whole workspace.</summary>
    public RunListing Listing { get; }
}
