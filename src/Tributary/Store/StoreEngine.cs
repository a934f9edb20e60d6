using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>
/// A database that may keep the store. The statements of the stores are written once, in what the engines have in common; the rest is here:
/// how to connect, what keeps two changes apart, and the few expressions that have no common spelling.
/// </summary>
internal abstract class StoreEngine : IDisposable
{
    /// <summary>Where the store is, for people; without a password.</summary>
    public abstract string Place { get; }

    /// <summary>Whether processes of several machines may use it at once.</summary>
    public abstract bool IsShared { get; }

    /// <summary>How this process's machine is named beside its number, so that two processes of the same number are told apart.</summary>
    public abstract string Host { get; }

    /// <summary>How long a lock holds without being renewed.</summary>
    public abstract TimeSpan LockLifetime { get; }

    /// <summary>The present in microseconds since 1970; <c>@now</c> where the clock of this process is the one that counts.</summary>
    public abstract string Now { get; }

    /// <summary>Opens a connection.</summary>
    public abstract Task<DbConnection> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction; <paramref name="alone"/> when no other such transaction may run meanwhile.</summary>
    /// <exception cref="TributaryException">A newer program has changed the store's form since it was opened.</exception>
    public abstract Task<StoreTransaction> BeginAsync(DbConnection connection, bool alone, CancellationToken cancellationToken);

    /// <summary>Brings the store to this program's version.</summary>
    /// <exception cref="TributaryException">It is of a newer version.</exception>
    public abstract Task MigrateAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>The version of the store's form; 0 for a new one.</summary>
    public abstract Task<int> VersionAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Whether a transaction was committed whose commit got no answer.</summary>
    public abstract Task<bool> IsCommittedAsync(DbConnection connection, string id, CancellationToken cancellationToken);

    /// <summary>Takes the records from all who have the store open: what they write from then on is refused. Within the transaction that has read them; nothing where the store is taken away otherwise.</summary>
    public virtual Task LetGoAsync(DbConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets a transaction stand as long as it is needed, whatever the store allows others.</summary>
    public virtual Task StayAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether a failure is this engine's own, rather than of another that was used meanwhile.</summary>
    public abstract bool Owns(DbException error);

    /// <summary>From the engine's failure to what a person can do.</summary>
    public abstract TributaryException FailureOf(DbException error);

    /// <summary>Whether what failed was certainly not done and may well succeed in a moment.</summary>
    public abstract bool MayRepeat(DbException error);

    /// <summary>What a process has to hold while it writes; null where the engine takes several writers.</summary>
    public virtual SemaphoreSlim? Turn => null;

    /// <summary>Adds many rows to a table.</summary>
    public abstract Task InsertAsync(DbConnection connection, DbTransaction transaction, string table, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken);

    /// <summary>Lets go of what is kept between two uses.</summary>
    public abstract void Close();

    /// <summary>SQL for the text of a member of a JSON document, found by names one below the other; null where there is none.</summary>
    public abstract string Json(string document, params string[] path);

    /// <summary>SQL for the same member as JSON.</summary>
    public abstract string JsonPart(string document, params string[] path);

    /// <summary>SQL for the length of the list of that name in a JSON document; null where there is none.</summary>
    public abstract string JsonLength(string document, string list);

    /// <summary>SQL for a table with one row an item of that list, in its column <c>value</c>.</summary>
    public abstract string JsonItems(string document, string list, string alias);

    /// <summary>SQL behind a table's name that has it read by an index.</summary>
    public abstract string By(string index);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The refusal of a store of a newer program.</summary>
    public TributaryException Newer(int version) => new(
        "workspace.newer_version",
        Fault.Workspace,
        $"The workspace was written by a newer Tributary (its records have version {version}, this one knows {StoreSchema.Version}): {Place}. Nothing was changed. Use that newer version, or another workspace.");
}

/// <summary>A transaction of a store, and how to find out what became of it.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="Id">What the engine can be asked by; null where a commit that fails has certainly not been done.</param>
internal sealed record StoreTransaction(DbTransaction Transaction, string? Id);
