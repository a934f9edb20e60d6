using System.Collections.Concurrent;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;

namespace Tributary.Warehouses.Files;

/// <summary>
/// The engine that writes and reads the files of one operation: a database in memory, with a folder for its overflow and for files on their way.
/// It is kept for a moment for the next operation, since making one takes longer than a small commit.
/// </summary>
internal sealed class FilesEngine : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    // By the folder for temporary files: what belongs to another workspace is never left in this one's.
    private static readonly ConcurrentDictionary<string, FilesEngine> Waiting = new(StringComparer.Ordinal);

    private readonly string _stagingFolder;
    private readonly Timer _timer;
    private string _place = "";
    private bool _knowsText;
    private bool _hasFailed;
    private int _files;

    private FilesEngine(string stagingFolder)
    {
        _stagingFolder = stagingFolder;
        Folder = StagingFolder.CreateOwned(stagingFolder);
        _timer = new Timer(_ => DisposeIfWaiting());
        try
        {
            Connection = new DuckDBConnection(new DuckDBConnectionStringBuilder
            {
                DataSource = DuckDBConnectionStringBuilder.InMemoryDataSource,
                MemoryLimit = new DuckDbOptions().MemoryLimit,
                TempDirectory = Path.Combine(Folder, "overflow"),
                AutoinstallKnownExtensions = false,
                AutoloadKnownExtensions = false,
            }.ConnectionString);
            Connection.Open();
            Connection.Execute("SET TimeZone = 'UTC'");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public DuckDBConnection Connection { get; }

    /// <summary>Goes with the engine.</summary>
    public string Folder { get; }

    /// <summary>Takes an engine.</summary>
    /// <param name="stagingFolder">The workspace's folder for temporary files.</param>
    /// <param name="place">What it writes, for messages.</param>
    public static FilesEngine Take(string stagingFolder, string place)
    {
        var engine = Waiting.TryRemove(stagingFolder, out var waiting) ? waiting : new FilesEngine(stagingFolder);
        engine._timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        engine._place = place;
        return engine;
    }

    /// <summary>Gives it back: for the next operation, unless something went wrong or one is waiting already.</summary>
    public void Return()
    {
        if (_hasFailed || !CanClear() || !Waiting.TryAdd(_stagingFolder, this))
        {
            Dispose();
            return;
        }

        _timer.Change(Idle, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A path in the folder that nothing has.</summary>
    public string NewFile(string extension) => Path.Combine(Folder, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_files++}{extension}"));

    /// <summary>Makes the function known that spells numbers as text.</summary>
    public void KnowText()
    {
        if (!_knowsText)
        {
            DuckDbEvolution.RegisterText(Connection);
            _knowsText = true;
        }
    }

    /// <summary>Does blocking work aside, stops it when asked to, and explains what goes wrong.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var stop = cancellationToken.Register(() => NativeMethods.Startup.DuckDBInterrupt(Connection.NativeConnection));
        _hasFailed = true;
        try
        {
            var result = await Task.Run(work, CancellationToken.None);
            _hasFailed = false;
            return result;
        }
        catch (DuckDBException e) when (DuckDbErrors.IsInterrupted(e) && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (Exception e) when (e is DuckDBException or DuckDbAppendException)
        {
            throw FilesErrors.Explain(e, _place);
        }
    }

    public Task RunAsync(Action work, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            work();
            return true;
        },
        cancellationToken);

    public void Dispose()
    {
        _timer.Dispose();
        Connection?.Dispose();
        StagingFolder.TryDelete(Folder);
    }

    private bool CanClear()
    {
        try
        {
            foreach (var (catalog, name) in Connection.Rows("SELECT database_name, table_name FROM duckdb_tables() WHERE NOT internal", r => (r.GetString(0), r.GetString(1))))
            {
                Connection.Execute($"DROP TABLE {catalog}.main.{DuckDbDialect.Quote(name)}");
            }

            foreach (var file in Directory.EnumerateFiles(Folder))
            {
                File.Delete(file);
            }

            foreach (var folder in Directory.EnumerateDirectories(Folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            return true;
        }
        catch (Exception e) when (e is DuckDBException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void DisposeIfWaiting()
    {
        if (Waiting.TryRemove(new KeyValuePair<string, FilesEngine>(_stagingFolder, this)))
        {
            Dispose();
        }
    }
}
