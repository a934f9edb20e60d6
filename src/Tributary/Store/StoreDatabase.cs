using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>The workspace's own records. Connections are short; several processes may use it at once.</summary>
internal sealed class StoreDatabase
{
    // A server that is started anew takes a few seconds. What a run has committed must be recorded, so it is worth waiting for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = TimeProvider.System;

    private StoreDatabase(StoreEngine engine) => Engine = engine;

    /// <summary>What keeps it.</summary>
    public StoreEngine Engine { get; }

    /// <summary>Opens the store of a file, creating it or bringing it to this program's version.</summary>
    /// <exception cref="TributaryException">The store is of a newer version, damaged, locked or cannot be written.</exception>
    public static Task<StoreDatabase> OpenAsync(string path, CancellationToken cancellationToken) => OpenAsync(new SqliteEngine(path), cancellationToken);

    /// <summary>Opens a store, creating it or bringing it to this program's version.</summary>
    /// <exception cref="TributaryException">The store is of a newer version, damaged, locked, cannot be reached or cannot be written.</exception>
    public static async Task<StoreDatabase> OpenAsync(StoreEngine engine, CancellationToken cancellationToken)
    {
        var store = new StoreDatabase(engine);
        try
        {
            await using var connection = await engine.ConnectAsync(cancellationToken);
            await engine.MigrateAsync(connection, cancellationToken);
            return store;
        }
        catch (DbException error)
        {
            throw engine.FailureOf(error);
        }
    }

    /// <summary>Does something with a connection that changes nothing; its failures are told as the workspace's.</summary>
    public Task<T> UseAsync<T>(Func<DbConnection, Task<T>> use, CancellationToken cancellationToken) => RepeatAsync(
        async () =>
        {
            await using var connection = await Engine.ConnectAsync(cancellationToken);
            return await use(connection);
        },
        cancellationToken);

    /// <summary>Does something in one transaction while nobody else changes anything by this method: what it reads still holds when it writes. It may be done again from the start when the connection was lost.</summary>
    public Task<T> ChangeAsync<T>(Func<DbConnection, DbTransaction, Task<T>> change, CancellationToken cancellationToken) => WriteAsync(change, alone: true, cancellationToken);

    /// <summary>Makes changes that stand or fall together and follow from nothing that they read. It may be done again from the start when the connection was lost.</summary>
    public Task<T> TogetherAsync<T>(Func<DbConnection, DbTransaction, Task<T>> change, CancellationToken cancellationToken) => WriteAsync(change, alone: false, cancellationToken);

    /// <summary>Runs one statement and returns the rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) => WriteAsync(
        async (connection, transaction) =>
        {
            await using var command = connection.Command(sql, parameters, transaction);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        alone: false,
        cancellationToken);

    /// <summary>Reads all rows of a query.</summary>
    public Task<List<T>> ReadAsync<T>(string sql, (string Name, object? Value)[] parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        UseAsync(connection => RowsAsync(connection, null, sql, parameters, read, cancellationToken), cancellationToken);

    /// <summary>Runs one statement that changes rows and returns something of each (<c>RETURNING</c>).</summary>
    public Task<List<T>> ChangeAsync<T>(string sql, (string Name, object? Value)[] parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        WriteAsync((connection, transaction) => RowsAsync(connection, transaction, sql, parameters, read, cancellationToken), alone: false, cancellationToken);

    /// <summary>The present as all who use the store see it: with an engine that others reach too, its own clock.</summary>
    /// <exception cref="TributaryException">A newer program has changed the store's form meanwhile; this one must not go on.</exception>
    public Task<DateTimeOffset> PresentAsync(TimeProvider clock, CancellationToken cancellationToken) => UseAsync(
        async connection =>
        {
            var version = await Engine.VersionAsync(connection, cancellationToken);
            if (version > StoreSchema.Version)
            {
                throw Engine.Newer(version);
            }

            return StoreExtensions.InstantOf((long)(await connection.Command($"SELECT {Engine.Now}", [("now", clock.GetUtcNow().ToMicroseconds())]).ExecuteScalarAsync(cancellationToken))!);
        },
        cancellationToken);

    /// <summary>Writes a copy as of one moment into a new file, SQLite's, while others read and write. What belongs to living processes is left out: nobody lives in a copy.</summary>
    /// <param name="path">The new file.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    public async Task<bool> CopyAsync(string path, CancellationToken cancellationToken)
    {
        if (Engine is SqliteEngine)
        {
            await UseAsync(
                async connection =>
                {
                    await SqliteEngine.CopyAsync(connection, path, cancellationToken);
                    return true;
                },
                cancellationToken);
            return true;
        }

        var copy = await OpenAsync(path, cancellationToken);
        await StoreCopy.CopyAsync(this, copy, null, cancellationToken);
        await copy.CloseAsync();
        return true;
    }

    /// <summary>Lets the store go. Nothing else may use it then.</summary>
    public async Task CloseAsync()
    {
        if (Engine is SqliteEngine)
        {
            // With what SQLite keeps beside the file.
            await UseAsync(async connection => await connection.Command("PRAGMA wal_checkpoint(TRUNCATE)", []).ExecuteNonQueryAsync(), CancellationToken.None);
        }

        Engine.Close();
    }

    private async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> change, bool alone, CancellationToken cancellationToken)
    {
        if (Engine.Turn is not { } turn)
        {
            return await RepeatAsync(() => CommitAsync(change, alone, cancellationToken), cancellationToken);
        }

        await turn.WaitAsync(cancellationToken);
        try
        {
            return await RepeatAsync(() => CommitAsync(change, alone, cancellationToken), cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<T> CommitAsync<T>(Func<DbConnection, DbTransaction, Task<T>> change, bool alone, CancellationToken cancellationToken)
    {
        await using var connection = await Engine.ConnectAsync(cancellationToken);
        var (transaction, id) = await Engine.BeginAsync(connection, alone, cancellationToken);
        await using var _ = transaction;
        var result = await change(connection, transaction);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (DbException error) when (id is not null && Engine.Owns(error) && Engine.MayRepeat(error))
        {
            // The answer was lost, not necessarily the commit: done twice it could queue a run twice.
            if (!await RepeatAsync(() => IsCommittedAsync(id), CancellationToken.None))
            {
                throw;
            }
        }

        return result;
    }

    private async Task<bool> IsCommittedAsync(string id)
    {
        await using var connection = await Engine.ConnectAsync(CancellationToken.None);
        return await Engine.IsCommittedAsync(connection, id, CancellationToken.None);
    }

    private async Task<T> RepeatAsync<T>(Func<Task<T>> once, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                return await once();
            }
            catch (DbException error) when (Engine.Owns(error) && Engine.MayRepeat(error) && _time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(wait, _time, cancellationToken);
            }
            catch (DbException error) when (Engine.Owns(error))
            {
                throw Engine.FailureOf(error);
            }
        }
    }

    private static async Task<List<T>> RowsAsync<T>(DbConnection connection, DbTransaction? transaction, string sql, (string Name, object? Value)[] parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql, parameters, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
