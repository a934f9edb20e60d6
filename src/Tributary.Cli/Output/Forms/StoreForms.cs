using Tributary.Store;

namespace Tributary.Cli.Output.Forms;

internal sealed record StoreForm(string Engine, string Place, int Version, IReadOnlyList<StoreNodeForm> Nodes)
{
    public static StoreForm Of(StoreDescription store) => new(store.Engine, store.Place, store.Version, [.. store.Nodes.Select(n => new StoreNodeForm(n.Machine, n.ProcessId, n.SeenAt))]);
}

internal sealed record StoreNodeForm(string Machine, int ProcessId, DateTimeOffset SeenAt);

internal sealed record StoreMoveForm(string From, string To, string KeptAs, IReadOnlyDictionary<string, long> Tables)
{
    public static StoreMoveForm Of(StoreMove move) => new(move.From, move.To, move.KeptAs, move.Tables);
}
