using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Testing;

/// <summary>Passes everything on to another destination; a test overrides what it wants to see or to break.</summary>
public abstract class PassedOnDestination(IDestination inner) : IDestination
{
    public virtual DestinationCapabilities Capabilities => inner.Capabilities;

    public IDisposable BeginWork() => inner.BeginWork();

    public virtual Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken) => inner.CommitAsync(commit, cancellationToken);

    public Task<TableSchema?> ReadSchemaAsync(string table, CancellationToken cancellationToken) => inner.ReadSchemaAsync(table, cancellationToken);

    public Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string table, CancellationToken cancellationToken) => inner.ReadPartitionsAsync(table, cancellationToken);

    public Task ReviseAsync(string table, IReadOnlyList<PartitionRecord> partitions, CancellationToken cancellationToken) => inner.ReviseAsync(table, partitions, cancellationToken);

    public Task<QueryResult> ReadRowsAsync(string table, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken) => inner.ReadRowsAsync(table, partitions, cancellationToken);

    public virtual Task<IReadOnlyList<string>> ReadKeptRunsAsync(string table, CancellationToken cancellationToken) => inner.ReadKeptRunsAsync(table, cancellationToken);

    public Task RevertAsync(string table, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken) => inner.RevertAsync(table, runId, endedAt, cancellationToken);

    public virtual Task DropAsync(string table, CancellationToken cancellationToken) => inner.DropAsync(table, cancellationToken);

    public virtual IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, CancellationToken cancellationToken) => inner.ReadBatchesAsync(table, cancellationToken);

    public Task<IReadOnlyList<string>> ReadWindowIdsAsync(string table, CancellationToken cancellationToken) => inner.ReadWindowIdsAsync(table, cancellationToken);

    public Task<IReadOnlyList<StoredTable>> ListTablesAsync(CancellationToken cancellationToken) => inner.ListTablesAsync(cancellationToken);

    public IAsyncEnumerable<DestinationStep> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);
}
