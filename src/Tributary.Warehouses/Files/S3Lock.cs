using System.Diagnostics.CodeAnalysis;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>
/// A lock of a table in a bucket, by nothing but writing, listing and removing objects, which every storage has: whoever writes its name into an empty folder
/// and finds it alone there holds the lock; whoever finds another takes its own away and comes again. Two may both step back, two can never both hold.
/// A holder writes its name anew while it works; one whose name has not changed for a while is taken for dead.
/// </summary>
internal sealed class S3Lock : IFileLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly IFileStore _store;
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly ITimer _renewal;
    private readonly LocalGate _gate;
    private int _renewing;
    private Task _renewed = Task.CompletedTask;
    private long _renewedAt;

    private S3Lock(IFileStore store, string path, TimeProvider clock, LocalGate gate)
    {
        _store = store;
        _path = path;
        _clock = clock;
        _gate = gate;
        _renewedAt = clock.GetTimestamp();
        _renewal = clock.CreateTimer(_ => Renew(), null, Renewal, Renewal);
    }

    public static async Task<IFileLock> TakeAsync(IFileStore store, string folder, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Within this process by turns: the storage is asked once.
        var gate = await LocalGate.EnterAsync(store.Describe(folder), Patience, cancellationToken);
        try
        {
            return await WaitAsync(store, folder, clock, gate, cancellationToken);
        }
        catch
        {
            gate.Leave();
            throw;
        }
    }

    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        // Its own word is enough as long as nobody can have taken it for dead.
        if (_clock.GetElapsedTime(Interlocked.Read(ref _renewedAt)) > Life / 2 || await _store.ReadTextAsync(_path, cancellationToken) is null)
        {
            throw FilesErrors.LockLost(_store.Describe(_path));
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A renewal under way would write the name again behind its removal.
        await _renewal.DisposeAsync();
        await _renewed;
        try
        {
            await _store.DeleteAsync(_path, CancellationToken.None);
        }
        catch (TributaryException)
        {
            // It is taken for dead by whoever waits.
        }
        finally
        {
            _gate.Leave();
        }
    }

    [SuppressMessage("Security", "CA5394", Justification = "Who comes first is no secret.")]
    private static async Task<IFileLock> WaitAsync(IFileStore store, string folder, TimeProvider clock, LocalGate gate, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var own = $"{folder}/{Guid.NewGuid():N}";
        var pause = FirstPause;
        var seen = new Dictionary<string, (string Text, long Since)>(StringComparer.Ordinal);
        while (clock.GetElapsedTime(started) < Patience)
        {
            if ((await store.ListAsync(folder + "/", cancellationToken)).Count == 0)
            {
                await store.WriteTextAsync(own, Guid.NewGuid().ToString("N"), cancellationToken);
                if ((await store.ListAsync(folder + "/", CancellationToken.None)).All(p => p == own))
                {
                    return new S3Lock(store, own, clock, gate);
                }

                await store.DeleteAsync(own, CancellationToken.None);
            }

            await RemoveDeadAsync(store, folder, seen, clock, cancellationToken);
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), clock, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        throw FilesErrors.Busy(store.Describe(folder), Patience);
    }

    /// <summary>By this program's own clock, which no other has to agree with.</summary>
    private static async Task RemoveDeadAsync(IFileStore store, string folder, Dictionary<string, (string Text, long Since)> seen, TimeProvider clock, CancellationToken cancellationToken)
    {
        foreach (var path in await store.ListAsync(folder + "/", cancellationToken))
        {
            if (await store.ReadTextAsync(path, cancellationToken) is not { } text)
            {
                continue;
            }

            if (!seen.TryGetValue(path, out var last) || last.Text != text)
            {
                seen[path] = (text, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(last.Since) > Life)
            {
                await store.DeleteAsync(path, cancellationToken);
            }
        }
    }

    private void Renew()
    {
        if (Interlocked.Exchange(ref _renewing, 1) == 0)
        {
            _renewed = RenewAsync();
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            var at = _clock.GetTimestamp();
            // Not written if it was taken away: two would hold it.
            if (await _store.ReadTextAsync(_path, CancellationToken.None) is not null)
            {
                await _store.WriteTextAsync(_path, Guid.NewGuid().ToString("N"), CancellationToken.None);
                Interlocked.Exchange(ref _renewedAt, at);
            }
        }
        catch (TributaryException)
        {
            // Tried again; RequireAsync sees when it is too long ago.
        }
        finally
        {
            Interlocked.Exchange(ref _renewing, 0);
        }
    }
}
