using Tributary.Destinations.DuckDb;

namespace Tributary.Warehouses.Files;

/// <summary>A lock of a table in a folder: within this process by turns, among processes by the lock that the system keeps on a file, which a killed process loses.</summary>
internal sealed class LocalLock : IFileLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows, as .NET puts them into HResult.
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    private readonly DuckDbGate _gate;
    private readonly bool _alone;
    private readonly FileStream _file;

    private LocalLock(DuckDbGate gate, bool alone, FileStream file)
    {
        _gate = gate;
        _alone = alone;
        _file = file;
    }

    public static async Task<LocalLock> TakeAsync(string path, bool alone, TimeProvider clock, CancellationToken cancellationToken)
    {
        var gate = DuckDbGate.For(path);
        if (!await gate.EnterAsync(alone, Patience, cancellationToken))
        {
            throw FilesErrors.Busy(path, Patience);
        }

        try
        {
            return new LocalLock(gate, alone, await OpenAsync(path, alone, clock, cancellationToken));
        }
        catch
        {
            gate.Leave(alone);
            throw;
        }
    }

    public Task RequireAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _gate.Leave(_alone);
    }

    private static async Task<FileStream> OpenAsync(string path, bool alone, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                // .NET turns these into flock: alone, or shared with others that only read.
                return alone
                    ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1)
                    : new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read, 1);
            }
            catch (IOException e) when (Held.Contains(e.HResult) && clock.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(pause, clock, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Held.Contains(e.HResult) ? FilesErrors.Busy(path, Patience) : FilesErrors.Explain(e, path);
            }
        }
    }
}
