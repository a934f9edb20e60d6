using System.Data;
using System.Data.Common;

namespace Tributary.Warehouses.Sql;

/// <summary>A connection with its transaction.</summary>
internal sealed class SqlSession(DbConnection connection) : IAsyncDisposable
{
    public DbConnection Connection => connection;

    public DbTransaction? Transaction { get; private set; }

    public async Task BeginAsync(IsolationLevel isolation, CancellationToken cancellationToken) =>
        Transaction = await connection.BeginTransactionAsync(isolation, cancellationToken);

    /// <summary>Begins a transaction in the driver's own way.</summary>
    public void Use(DbTransaction transaction) => Transaction = transaction;

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await Transaction!.CommitAsync(cancellationToken);
        await Transaction.DisposeAsync();
        Transaction = null;
    }

    /// <summary>Undoes what was not committed; nothing where all was.</summary>
    public async Task RollbackAsync()
    {
        if (Transaction is { } transaction)
        {
            Transaction = null;
            await using (transaction)
            {
                await transaction.RollbackAsync(CancellationToken.None);
            }
        }
    }

    public DbCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = Transaction;

        // A large table takes the time it takes; the caller's token ends what is not wanted any more.
        command.CommandTimeout = 0;
        return command;
    }

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return await command.ExecuteScalarAsync(cancellationToken) is var value and not DBNull ? value : null;
    }

    public async Task<List<T>> RowsAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Transaction is not null)
            {
                await Transaction.DisposeAsync();
            }
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or IOException)
        {
            // The connection is gone, and the transaction with it: what went wrong was said before.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }
}
