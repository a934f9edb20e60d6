using System.Collections.Concurrent;
using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>
/// A database with transactions as a destination: <c>&lt;table&gt;__partitions</c> shows the states of a table's partitions, and tables named
/// <c>_tributary_…</c> hold what else belongs to the data. What differs among engines is the engine's.
/// </summary>
internal sealed class SqlDestination(ISqlEngine engine, TimeProvider clock) : ISqlDestination
{
    private readonly SqlDialect _dialect = engine.Dialect;
    private readonly ConcurrentDictionary<string, (string RunId, bool IsAltered)> _known = new(StringComparer.Ordinal);
    private volatile bool _hasOwn;

    public DestinationCapabilities Capabilities => engine.Capabilities;

    /// <summary>Connections wait in the driver's pool anyway.</summary>
    public IDisposable BeginWork() => new Nothing();

    public Task<TableSchema?> ReadSchemaAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return ReadAsync(session => SqlNotes.ReadSchemaAsync(session, _dialect, table, cancellationToken), null, cancellationToken);
    }

    public Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return ReadAsync<IReadOnlyList<PartitionRecord>>(
            async session => await SqlNotes.ReadSchemaAsync(session, _dialect, table, cancellationToken) is not null && await SqlStates.ExistAsync(session, _dialect, table, cancellationToken)
                ? await SqlStates.ReadAsync(session, _dialect, table, cancellationToken)
                : [],
            [],
            cancellationToken);
    }

    public Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        return GuardAsync(async () =>
        {
            await using var session = await OpenToWriteAsync(cancellationToken);
            var work = new SqlCommit(engine, session, _known, commit, clock.GetUtcNow(), cancellationToken);
            await ChangeAsync(session, commit.Table, work.PrepareAsync, work.WriteAsync, cancellationToken);
            return true;
        });
    }

    public Task ReviseAsync(string table, IReadOnlyList<PartitionRecord> partitions, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentNullException.ThrowIfNull(partitions);
        return partitions.Count == 0 ? Task.CompletedTask : ChangeIfThereAsync(
            table,
            async (session, _) =>
            {
                var states = _dialect.Table(SqlNames.Partitions(table));
                await SqlStates.WriteReplacedAsync(session, _dialect, partitions.Select(p => (p.Key, "")), cancellationToken);
                var stored = await SqlStates.ReadReplacedAsync(session, _dialect, table, cancellationToken);
                await session.ExecuteAsync(_dialect.DeleteJoined(states, _dialect.Temporary(SqlNames.Replaced), _dialect.StateIsOf()), cancellationToken);
                await SqlStates.InsertAsync(session, _dialect, table, CommitRules.Revised(stored, partitions), cancellationToken);
                await SqlStates.DropReplacedAsync(session, _dialect, cancellationToken);
            },
            cancellationToken);
    }

    public Task<QueryResult> ReadRowsAsync(string table, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        return GuardAsync(async () =>
        {
            var session = await OpenToReadAsync(table, cancellationToken);
            try
            {
                if (partitions.Count > 0 && await HasOwnAsync(session, cancellationToken) && await SqlNotes.ReadSchemaAsync(session, _dialect, table, cancellationToken) is { } schema)
                {
                    return SqlReading.Rows(engine, session, table, schema, partitions, cancellationToken);
                }

                await session.DisposeAsync();
                return new QueryResult([], AsyncEnumerable.Empty<object?[]>(), () => ValueTask.CompletedTask);
            }
            catch
            {
                await session.DisposeAsync();
                throw;
            }
        });
    }

    public Task<IReadOnlyList<string>> ReadKeptRunsAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return ReadAsync<IReadOnlyList<string>>(async session => await new SqlKept(session, _dialect, table, cancellationToken).RunsAsync(), [], cancellationToken);
    }

    public Task RevertAsync(string table, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentException.ThrowIfNullOrEmpty(runId);
        return ChangeIfThereAsync(table, (session, schema) => new SqlKept(session, _dialect, table, cancellationToken).RevertAsync(schema, runId, endedAt), cancellationToken);
    }

    public Task DropAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return GuardAsync(async () =>
        {
            await using var session = new SqlSession(await engine.OpenAsync(cancellationToken));
            if (!await HasOwnAsync(session, cancellationToken))
            {
                return true;
            }

            await BeginAsync(session, table, cancellationToken);
            try
            {
                var ours = await SqlDrop.ForgetAsync(session, _dialect, table, cancellationToken);
                if (_dialect.ChangesTablesInTransaction)
                {
                    await SqlDrop.RemoveAsync(session, _dialect, table, ours, cancellationToken);
                    await session.CommitAsync(cancellationToken);
                }
                else
                {
                    await session.CommitAsync(cancellationToken);
                    await SqlDrop.RemoveAsync(session, _dialect, table, ours, cancellationToken);
                }
            }
            finally
            {
                await engine.UnlockAsync(session, table);
            }

            return true;
        });
    }

    public async IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        await using var session = await GuardAsync(() => OpenToReadAsync(table, cancellationToken));
        var schema = await GuardAsync(async () => await HasOwnAsync(session, cancellationToken) ? await SqlNotes.ReadSchemaAsync(session, _dialect, table, cancellationToken) : null);
        if (schema is null)
        {
            yield break;
        }

        await using var batches = SqlReading.BatchesAsync(session, _dialect, table, schema, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await GuardAsync(() => batches.MoveNextAsync().AsTask()))
        {
            yield return batches.Current;
        }
    }

    public Task<IReadOnlyList<string>> ReadWindowIdsAsync(string table, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(async session => await SqlWindows.ReadIdsAsync(session, _dialect, table, cancellationToken), [], cancellationToken);

    public Task<IReadOnlyList<StoredTable>> ListTablesAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<StoredTable>>(
        async session =>
        {
            var tables = new List<StoredTable>();
            foreach (var (table, columns) in await SqlNotes.ReadTablesAsync(session, _dialect, cancellationToken))
            {
                // What somebody dropped is not there any more, whatever the notes say.
                if ((await SqlNotes.ReadColumnsAsync(session, _dialect, table, cancellationToken)).Count == 0)
                {
                    continue;
                }

                var count = await SqlStates.ExistAsync(session, _dialect, table, cancellationToken)
                    ? $"SELECT SUM({_dialect.Quote("rows")}) FROM {_dialect.Table(SqlNames.Partitions(table))}"
                    : $"SELECT COUNT(*) FROM {_dialect.Table(table)}";
                var rows = await session.ScalarAsync(count, cancellationToken);
                tables.Add(new StoredTable(table, Convert.ToInt64(rows ?? 0L, CultureInfo.InvariantCulture), columns));
            }

            return tables;
        },
        [],
        cancellationToken);

    public IAsyncEnumerable<DestinationStep> CheckAsync(CancellationToken cancellationToken) => SqlCheck.RunAsync(engine, cancellationToken);

    public Task<QueryResult> QueryAsync(string sql, QueryLimits limits, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(sql);
        ArgumentNullException.ThrowIfNull(limits);
        return SqlQuery.RunAsync(engine, sql, limits, clock, cancellationToken);
    }

    private async Task<SqlSession> OpenToWriteAsync(CancellationToken cancellationToken)
    {
        var session = new SqlSession(await engine.OpenAsync(cancellationToken));
        try
        {
            if (!_hasOwn)
            {
                // Nodes that begin at the same time would create the same tables.
                await BeginAsync(session, "", cancellationToken);
                try
                {
                    foreach (var statement in engine.CreateOwn())
                    {
                        await session.ExecuteAsync(statement, cancellationToken);
                    }

                    await session.CommitAsync(cancellationToken);
                }
                finally
                {
                    await engine.UnlockAsync(session, "");
                }

                _hasOwn = true;
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>A session that sees everything as of one moment.</summary>
    /// <param name="table">The table whose rows are read; null where none are.</param>
    /// <param name="cancellationToken">Cancels.</param>
    private async Task<SqlSession> OpenToReadAsync(string? table, CancellationToken cancellationToken)
    {
        var session = new SqlSession(await engine.OpenAsync(cancellationToken));
        try
        {
            await engine.BeginReadingAsync(session, table, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private async Task<bool> HasOwnAsync(SqlSession session, CancellationToken cancellationToken) => _hasOwn = _hasOwn || await SqlNotes.ExistAsync(session, _dialect, cancellationToken);

    /// <summary>Begins a transaction that no other change of the same table is beside.</summary>
    private async Task BeginAsync(SqlSession session, string table, CancellationToken cancellationToken)
    {
        if (_dialect.ChangesTablesInTransaction)
        {
            await session.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
            await engine.LockAsync(session, table, cancellationToken);
        }
        else
        {
            await engine.LockAsync(session, table, cancellationToken);
            try
            {
                await session.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
            }
            catch
            {
                await engine.UnlockAsync(session, table);
                throw;
            }
        }
    }

    private async Task ChangeAsync(SqlSession session, string table, Func<Task<bool>> prepare, Func<Task> write, CancellationToken cancellationToken)
    {
        if (_dialect.ChangesTablesInTransaction)
        {
            await BeginAsync(session, table, cancellationToken);
            if (await prepare())
            {
                await write();
                await session.CommitAsync(cancellationToken);
            }

            return;
        }

        await engine.LockAsync(session, table, cancellationToken);
        try
        {
            if (await prepare())
            {
                await session.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
                await write();
                await session.CommitAsync(cancellationToken);
            }
        }
        finally
        {
            await engine.UnlockAsync(session, table);
        }
    }

    private Task ChangeIfThereAsync(string table, Func<SqlSession, TableSchema, Task> change, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var session = new SqlSession(await engine.OpenAsync(cancellationToken));
        if (await HasOwnAsync(session, cancellationToken))
        {
            TableSchema? schema = null;
            await ChangeAsync(session, table, PrepareAsync, () => change(session, schema!), cancellationToken);

            async Task<bool> PrepareAsync()
            {
                schema = await SqlNotes.ReadSchemaAsync(session, _dialect, table, cancellationToken);
                if (schema is not null)
                {
                    await SqlStates.CreateIfMissingAsync(session, _dialect, table, cancellationToken);
                }

                return schema is not null;
            }
        }

        return true;
    });

    private Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> read, T otherwise, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var session = await OpenToReadAsync(null, cancellationToken);
        return await HasOwnAsync(session, cancellationToken) ? await read(session) : otherwise;
    });

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await SqlGuard.RunAsync(engine, work);
        }
        catch
        {
            // Somebody may have dropped tables: the next operation looks again.
            _hasOwn = false;
            _known.Clear();
            throw;
        }
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
