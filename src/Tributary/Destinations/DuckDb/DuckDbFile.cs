using DuckDB.NET.Data;

namespace Tributary.Destinations.DuckDb;

/// <summary>How a file is opened.</summary>
internal enum DuckDbAccess
{
    /// <summary>To change it: alone.</summary>
    Write,

    /// <summary>For statements that people type: read only, no files, no network, settings locked. Beside other readers, of other processes too.</summary>
    Read,

    /// <summary>As <see cref="Read"/>, with one folder to write results into: alone in this process, since the folder holds for the whole database.</summary>
    Export,
}

/// <summary>Opens the file for one operation at a time. DuckDB lets one process hold a file, so nobody keeps it longer than the operation.</summary>
internal sealed class DuckDbFile(string path, string stagingFolder, DuckDbOptions options, TimeProvider clock)
{
    // A commit of another process takes about 30 ms: ask often at first, then twice a second.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string StagingFolder { get; } = System.IO.Path.GetFullPath(stagingFolder);

    public bool Exists => File.Exists(Path);

    public async Task<DuckDbSession> OpenAsync(DuckDbAccess access, CancellationToken cancellationToken)
    {
        var gate = DuckDbGate.For(Path);
        var alone = access != DuckDbAccess.Read || !gate.CanShare(Path);
        if (!await gate.EnterAsync(alone, options.QueueTimeout, cancellationToken))
        {
            throw DuckDbErrors.QueueTooLong(Path, options.QueueTimeout);
        }

        try
        {
            var (connection, folder) = await ConnectAsync(gate, access, alone, cancellationToken);
            return new DuckDbSession(connection, Path, folder, gate, alone);
        }
        catch
        {
            gate.Leave(alone);
            throw;
        }
    }

    private async Task<(DuckDBConnection Connection, string Folder)> ConnectAsync(DuckDbGate gate, DuckDbAccess access, bool alone, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await gate.Opening.WaitAsync(cancellationToken);
                try
                {
                    return await Task.Run(() => Connect(gate, access, alone), cancellationToken);
                }
                finally
                {
                    gate.Opening.Release();
                }
            }
            catch (DuckDBException e) when (DuckDbErrors.IsBusy(e) && clock.GetElapsedTime(started) + pause <= options.BusyTimeout)
            {
                await Task.Delay(pause, clock, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (DuckDBException e)
            {
                throw DuckDbErrors.Explain(e, Path);
            }
        }
    }

    private (DuckDBConnection Connection, string Folder) Connect(DuckDbGate gate, DuckDbAccess access, bool alone)
    {
        // Reading before the first commit is no error: there are no tables yet.
        var empty = access != DuckDbAccess.Write && !Exists;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var folder = alone ? Destinations.StagingFolder.CreateOwned(StagingFolder) : gate.JoinSharedFolder(StagingFolder);
        var connection = new DuckDBConnection(ConnectionString(access, empty, folder));
        try
        {
            connection.Open();
            Set(connection, access, folder);
            return (connection, folder);
        }
        catch
        {
            connection.Dispose();
            DuckDbSession.Forget(folder, gate, alone);
            throw;
        }
    }

    private string ConnectionString(DuckDbAccess access, bool empty, string folder)
    {
        var builder = new DuckDBConnectionStringBuilder
        {
            DataSource = empty ? DuckDBConnectionStringBuilder.InMemoryDataSource : Path,
            MemoryLimit = options.MemoryLimit,
            TempDirectory = folder,
            AutoinstallKnownExtensions = false,
            AutoloadKnownExtensions = false,
        };
        builder["default_block_size"] = "16384";
        if (options.Threads is { } threads)
        {
            builder.Threads = threads;
        }

        if (access != DuckDbAccess.Write && !empty)
        {
            builder.AccessMode = DuckDBAccessMode.ReadOnly;
        }

        return builder.ConnectionString;
    }

    private static void Set(DuckDBConnection connection, DuckDbAccess access, string folder)
    {
        // A second reader shares the first one's database, which is set up and locked.
        if (connection.Scalar("SELECT current_setting('lock_configuration')") is true)
        {
            return;
        }

        connection.Execute("SET GLOBAL TimeZone = 'UTC'");
        if (access == DuckDbAccess.Write)
        {
            return;
        }

        if (access == DuckDbAccess.Export)
        {
            connection.Execute($"SET GLOBAL allowed_directories = [{DuckDbDialect.Literal(folder)}]");
        }

        // In this order: DuckDB refuses a temp_directory given together with enable_external_access=false, and nothing can be set behind the lock.
        connection.Execute("SET GLOBAL enable_external_access = false");
        connection.Execute("SET GLOBAL lock_configuration = true");
    }
}
