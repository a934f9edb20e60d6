using Microsoft.Data.Sqlite;

namespace Tributary.Store;

/// <summary>
/// The file <c>tributary.db</c>, opened for one piece of work at a time: other processes use it beside us, and a connection kept open
/// would keep the file from being moved or copied.
/// </summary>
internal sealed class StoreDatabase(string path, TimeSpan busyTimeout)
{
    // SQLite's own waiting is polling: within the process writers queue up here instead.
    private readonly SemaphoreSlim _writing = new(1);

    public string Path { get; } = path;

    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        Task.Run(() => Guard(() => Use(work)), cancellationToken);

    /// <summary>Does all of the work or nothing.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () => Guard(() => Use(connection =>
                {
                    using var transaction = connection.BeginTransaction(deferred: false);
                    var result = work(connection);
                    cancellationToken.ThrowIfCancellationRequested();
                    transaction.Commit();
                    return result;
                })),
                cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task WriteAsync(Action<SqliteConnection> work, CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            work(connection);
            return true;
        },
        cancellationToken);

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.Run(
        () => Guard(() =>
        {
            RefuseNewerUntouched();
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            return Use(connection =>
            {
                StoreSchema.Migrate(connection, Path);
                return true;
            });
        }),
        cancellationToken);

    /// <summary>Opened as immutable, the file gets no locks and no files beside it: a workspace that is refused is not even touched.</summary>
    private void RefuseNewerUntouched()
    {
        if (!File.Exists(Path) || new FileInfo(Path).Length == 0)
        {
            return;
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = new Uri(Path).AbsoluteUri + "?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ConnectionString);
        connection.Open();
        StoreSchema.RefuseNewer(StoreSchema.ReadVersion(connection), Path);
    }

    private T Use<T>(Func<SqliteConnection, T> work)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
        }.ConnectionString);
        connection.Open();
        connection.Execute(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(int)busyTimeout.TotalMilliseconds}"));
        return work(connection);
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e) when (!StoreErrors.IsMisuse(e))
        {
            throw StoreErrors.Explain(e, Path);
        }
    }
}
