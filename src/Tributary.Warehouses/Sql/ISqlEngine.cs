using System.Data.Common;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>One database of an engine with transactions: its driver, and its dialect.</summary>
internal interface ISqlEngine
{
    SqlDialect Dialect { get; }

    DestinationCapabilities Capabilities { get; }

    /// <summary>The engine and where it is, for messages: <c>PostgreSQL at db.example.org:5432</c>. No secret.</summary>
    string Place { get; }

    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Makes changes of one thing wait for each other over all nodes: until the transaction ends, or, where tables are not changed in it, until <see cref="UnlockAsync"/>.</summary>
    /// <param name="session">The session.</param>
    /// <param name="name">What is changed: a table's name; empty for our own tables.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task LockAsync(SqlSession session, string name, CancellationToken cancellationToken);

    Task UnlockAsync(SqlSession session, string name);

    /// <summary>The statements that create our own tables, each only where it is missing.</summary>
    IEnumerable<string> CreateOwn();

    /// <summary>Writes rows into a table, by the engine's quickest way, in the session's transaction.</summary>
    /// <param name="session">The session.</param>
    /// <param name="table">The table, quoted and qualified.</param>
    /// <param name="columns">Its columns; those a batch lacks are null.</param>
    /// <param name="commit">The commit whose rows are written.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <returns>Rows written.</returns>
    Task<long> WriteAsync(SqlSession session, string table, IReadOnlyList<ColumnDefinition> columns, WindowCommit commit, CancellationToken cancellationToken);

    /// <summary>A failure of the driver as one for people; null for what is not the driver's.</summary>
    TributaryException? Explain(Exception error);

    /// <summary>What the engine says of a failure, in its own words.</summary>
    string Says(Exception error);

    /// <summary>Whether the engine stopped a statement that took longer than it may.</summary>
    bool IsTimeLimit(Exception error);

    /// <summary>Begins a transaction that can only read, and sees everything as of one moment.</summary>
    /// <param name="session">The session.</param>
    /// <param name="table">The table whose rows are read, by its name; null where none are. There need not be one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task BeginReadingAsync(SqlSession session, string? table, CancellationToken cancellationToken);

    /// <summary>Begins a transaction for one statement that a person typed: it can only read, and the statement takes no longer than the limit.</summary>
    Task BeginQueryAsync(SqlSession session, TimeSpan? limit, CancellationToken cancellationToken);

    /// <summary>The steps beyond signing in: version, rights, what could be better.</summary>
    IAsyncEnumerable<DestinationStep> LookAsync(SqlSession session, CancellationToken cancellationToken);

    /// <summary>Opens a way to the host and closes it again.</summary>
    Task ReachAsync(CancellationToken cancellationToken);
}
