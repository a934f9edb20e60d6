using System.Collections.Concurrent;

namespace Tributary.Warehouses.Files;

/// <summary>One at a time within this process.</summary>
internal sealed class LocalGate
{
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Rooms = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _room;

    private LocalGate(SemaphoreSlim room) => _room = room;

    public static async Task<LocalGate> EnterAsync(string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        var room = Rooms.GetOrAdd(name, _ => new SemaphoreSlim(1));
        return await room.WaitAsync(patience, cancellationToken) ? new LocalGate(room) : throw FilesErrors.Busy(name, patience);
    }

    public void Leave() => _room.Release();
}
