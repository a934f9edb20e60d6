using DuckDB.NET.Data;
using Tributary.Files;

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

/// <summary>
/// Opens the file for one operation at a time. DuckDB lets one process hold a file, so nobody keeps it longer than the operation, and between the commits of a run
/// only for a moment, and not when another process has asked for it: one that finds the file busy leaves a note in the staging folder.
/// </summary>
internal sealed class DuckDbFile(string path, string stagingFolder, DuckDbOptions options, TimeProvider clock)
{
    // A commit of another process takes about 30 ms: ask often at first, then ten times a second.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    // Longer than the pause of the one who asked.
    private static readonly TimeSpan Yield = TimeSpan.FromMilliseconds(150);

    // A commit of fewer rows is written into memory twice, and the group it ends in compressed once more by the next. DuckDB's own number is 122,880.
    private const int RowGroupSize = 15 * Model.RowBatch.MaxRows;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string StagingFolder { get; } = System.IO.Path.GetFullPath(stagingFolder);

    public bool Exists => File.Exists(Path);

    /// <summary>Lets the file stay open between commits until this is disposed.</summary>
    public IDisposable BeginWork()
    {
        var gate = DuckDbGate.For(Path);
        gate.BeginKeeping();
        return new Until(gate.EndKeeping);
    }

    /// <summary>Lets what is read stay open from one reading to the next until this is disposed.</summary>
    public IDisposable BeginLooking()
    {
        var gate = DuckDbGate.For(Path);
        gate.BeginLingering();
        return new Until(gate.EndLingering);
    }

    /// <summary>Whether the file may be open between two commits now: then reading as a writer costs less than opening it once more.</summary>
    public bool IsKept => DuckDbGate.For(Path).Keeps && Exists;

    /// <summary>Opens the file.</summary>
    /// <param name="access">How.</param>
    /// <param name="mayKeep">Whether it may stay open for the next commit of a run.</param>
    public async Task<DuckDbSession> OpenAsync(DuckDbAccess access, CancellationToken cancellationToken, bool mayKeep = false)
    {
        var gate = DuckDbGate.For(Path);
        var alone = access != DuckDbAccess.Read || !gate.CanShare(Path);
        if (!await gate.EnterAsync(alone, options.QueueTimeout, cancellationToken))
        {
            throw DuckDbErrors.QueueTooLong(Path, options.QueueTimeout);
        }

        try
        {
            var (connection, folder, known) = await ConnectAsync(gate, access, alone, cancellationToken);
            return new DuckDbSession(connection, Path, folder, gate, alone)
            {
                Known = known,
                Keep = mayKeep && access == DuckDbAccess.Write ? () => KeepOrYield(gate, connection, known, folder) : null,
            };
        }
        catch
        {
            gate.Leave(alone);
            throw;
        }
    }

    private async Task<(DuckDBConnection Connection, string Folder, Dictionary<string, KnownTable> Known)> ConnectAsync(DuckDbGate gate, DuckDbAccess access, bool alone, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var pause = FirstPause;
        if (gate.YieldsUntil - clock.GetUtcNow() is var yield && yield > TimeSpan.Zero)
        {
            await Task.Delay(yield < Yield ? yield : Yield, clock, cancellationToken);
        }

        var hasAsked = false;
        try
        {
            while (true)
            {
                try
                {
                    // Never held over a return to the caller's context: a page has one thread, and closing a session on it waits for this.
                    return await Task.Run(
                        async () =>
                        {
                            await gate.Opening.WaitAsync(cancellationToken);
                            try
                            {
                                return TakeUp(gate, access, alone) ?? Connect(gate, access, alone);
                            }
                            finally
                            {
                                gate.Opening.Release();
                            }
                        },
                        cancellationToken);
                }
                catch (DuckDBException e) when (DuckDbErrors.IsBusy(e) && clock.GetElapsedTime(started) + pause <= options.BusyTimeout)
                {
                    hasAsked = DataFileRequest.Leave(StagingFolder);
                    await Task.Delay(pause, clock, cancellationToken);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
                catch (DuckDBException e)
                {
                    throw DuckDbErrors.Explain(e, Path);
                }
            }
        }
        finally
        {
            if (hasAsked)
            {
                DataFileRequest.Take(StagingFolder);
            }
        }
    }

    private KeptConnection? KeepOrYield(DuckDbGate gate, DuckDBConnection connection, Dictionary<string, KnownTable> known, string folder)
    {
        if (!gate.Keeps || !gate.CanShare(Path))
        {
            return null;
        }

        return IsAskedFor(gate) ? null : new KeptConnection(connection, known, folder, gate, () => IsAskedFor(gate), clock);
    }

    /// <summary>Whether another process has asked for the file; it then has time to take it.</summary>
    private bool IsAskedFor(DuckDbGate gate)
    {
        if (!DataFileRequest.Take(StagingFolder))
        {
            return false;
        }

        gate.YieldsUntil = clock.GetUtcNow() + Yield;
        return true;
    }

    private (DuckDBConnection Connection, string Folder, Dictionary<string, KnownTable> Known)? TakeUp(DuckDbGate gate, DuckDbAccess access, bool alone)
    {
        if (alone || gate.Lingering?.IsOf(Path) == false)
        {
            gate.StopLingering();
        }

        gate.Lingering?.Use();
        if (gate.TakeKept() is not { } kept)
        {
            return null;
        }

        if (access == DuckDbAccess.Write && alone && gate.CanShare(Path))
        {
            kept.TakeUp();
            return (kept.Connection, kept.Folder, kept.Known);
        }

        kept.Dispose();
        return null;
    }

    private (DuckDBConnection Connection, string Folder, Dictionary<string, KnownTable> Known) Connect(DuckDbGate gate, DuckDbAccess access, bool alone)
    {
        // Reading before the first commit is no error: there are no tables yet.
        var empty = access != DuckDbAccess.Write && !Exists;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var folder = alone ? Destinations.StagingFolder.CreateOwned(StagingFolder) : gate.JoinSharedFolder(StagingFolder);
        var connection = new DuckDBConnection(ConnectionString(access, empty, folder));
        try
        {
            connection.Open();
            if (access == DuckDbAccess.Write)
            {
                Attach(connection);
            }

            Set(connection, access, folder);
            if (!alone && !empty && gate.Lingers && gate.Lingering is null)
            {
                Linger(gate);
            }

            return (connection, folder, new Dictionary<string, KnownTable>(StringComparer.OrdinalIgnoreCase));
        }
        catch
        {
            connection.Dispose();
            DuckDbSession.Forget(folder, gate, alone);
            throw;
        }
    }

    private void Linger(DuckDbGate gate)
    {
        var connection = new DuckDBConnection(ConnectionString(DuckDbAccess.Read, empty: false, gate.JoinSharedFolder(StagingFolder)));
        try
        {
            connection.Open();
            gate.Linger(new LingeringReader(connection, Path, gate, () => IsAskedFor(gate), clock));
        }
        catch
        {
            connection.Dispose();
            gate.LeaveSharedFolder();
            throw;
        }
    }

    /// <summary>A file opened as the main database has no choice of row groups.</summary>
    private void Attach(DuckDBConnection connection)
    {
        connection.Execute($"ATTACH {DuckDbDialect.Literal(Path)} AS {DuckDbDialect.Database} (ROW_GROUP_SIZE {RowGroupSize})");
        connection.Execute($"USE {DuckDbDialect.Database}");

        // The driver asks in a loop whether the engine's other threads are done, and takes a processor from the reading for it.
        connection.Execute($"SET threads = {options.Threads ?? 1}");

        // Every checkpoint compresses the last row group of every table anew, and none while a run waits for the server would leave all of that to its end.
        // Of 16, 24, 48, 64 and 256 MB those below 64 were alike quick over 270 MB of replies.
        connection.Execute("SET checkpoint_threshold = '24MB'");
    }

    private string ConnectionString(DuckDbAccess access, bool empty, string folder)
    {
        var builder = new DuckDBConnectionStringBuilder
        {
            DataSource = empty || access == DuckDbAccess.Write ? DuckDBConnectionStringBuilder.InMemoryDataSource : Path,
            MemoryLimit = options.MemoryLimit,
            TempDirectory = folder,
            AutoinstallKnownExtensions = false,
            AutoloadKnownExtensions = false,
        };
        // Both for new files alone; one that is there, made by whatever program, keeps what it was made with.
        builder["default_block_size"] = "16384";

        // They are readable from DuckDB 1.2 on. As the engine's own choice, 1.0, has it, each column takes three kilobytes of statistics that every open reads and every checkpoint
        // writes anew: of many small tables that is nearly all of the time.
        builder["storage_compatibility_version"] = "v1.2.0";
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

    private sealed class Until(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
