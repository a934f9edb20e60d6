using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

/// <summary>A place that is lost at some moment, as for a program that is killed: what was asked then is done or not, and nothing after it is.</summary>
/// <param name="inner">The place.</param>
/// <param name="at">How many things are still done.</param>
/// <param name="isDone">Whether the one after them is done too, and nobody told.</param>
internal sealed class BreakingStore(IFileStore inner, int at, bool isDone) : IFileStore
{
    private int _asked;

    public bool IsBroken => Volatile.Read(ref _asked) > at;

    public static TributaryException Lost { get; } = new("destination.unreachable", Fault.Destination, "The place is lost.");

    public string Describe(string path) => inner.Describe(path);

    public string? OnDisk(string path) => inner.OnDisk(path);

    public Task<string?> ReadTextAsync(string path, CancellationToken cancellationToken) => DoAsync(() => inner.ReadTextAsync(path, cancellationToken));

    public Task WriteTextAsync(string path, string text, CancellationToken cancellationToken) => DoAsync(() => inner.WriteTextAsync(path, text, cancellationToken));

    public Task BringAsync(string file, string path, CancellationToken cancellationToken) => DoAsync(() => inner.BringAsync(file, path, cancellationToken));

    public Task MoveAsync(string from, string to, CancellationToken cancellationToken) => DoAsync(() => inner.MoveAsync(from, to, cancellationToken));

    public Task CopyAsync(string from, string to, CancellationToken cancellationToken) => DoAsync(() => inner.CopyAsync(from, to, cancellationToken));

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => DoAsync(() => inner.DeleteAsync(path, cancellationToken));

    public Task ClearAsync(string folder, CancellationToken cancellationToken) => DoAsync(() => inner.ClearAsync(folder, cancellationToken));

    public Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken) => DoAsync(() => inner.ListAsync(folder, cancellationToken));

    public Task<IReadOnlyList<string>> FetchAsync(IReadOnlyList<string> paths, string folder, CancellationToken cancellationToken) => DoAsync(() => inner.FetchAsync(paths, folder, cancellationToken));

    public Task<IFileLock> LockAsync(string path, bool alone, CancellationToken cancellationToken) => inner.LockAsync(path, alone, cancellationToken);

    public IAsyncEnumerable<DestinationStep> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    public void Dispose() => inner.Dispose();

    private Task DoAsync(Func<Task> what) => DoAsync(async () =>
    {
        await what();
        return true;
    });

    private async Task<T> DoAsync<T>(Func<Task<T>> what)
    {
        var asked = Interlocked.Increment(ref _asked);
        if (asked <= at)
        {
            return await what();
        }

        if (asked == at + 1 && isDone)
        {
            await what();
        }

        throw Lost;
    }
}
