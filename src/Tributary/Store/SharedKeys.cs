using Tributary.Model;

namespace Tributary.Store;

/// <summary>Keeps the nodes of one store at the same keys: what one encrypts the others must read, and hashes of personal fields must be the same everywhere.</summary>
internal static class SharedKeys
{
    private const string Setting = "keys";

    /// <summary>What a node's keys are told by.</summary>
    private sealed record Mark(string Key, string Personal);

    /// <summary>Notes the keys of the first node that opens the store, and looks whether those of every other are the same.</summary>
    /// <exception cref="TributaryException"><c>workspace.keys_differ</c>: this node has other keys. Nothing was changed.</exception>
    public static async Task AgreeAsync(StoreDatabase store, SecretBox secrets, CancellationToken cancellationToken)
    {
        if (!store.Engine.IsShared)
        {
            return;
        }

        // Several that come first may have one keys folder: the first of them makes its key before the others look.
        Mark Own() => new(secrets.KeyId(), secrets.PersonalMark());
        var settings = new SettingStore(store);
        var theirs = StoreJson.Read<Mark>(await settings.AddAsync(Setting, () => StoreJson.Write(Own()), cancellationToken));
        if (!secrets.HasKeys)
        {
            // Not made here: a key of its own would be in the way once the right ones are copied.
            throw Differ(store, secrets, "it has none");
        }

        var mine = Own();
        if (theirs.Key != mine.Key && theirs.Personal == mine.Personal && secrets.Has(theirs.Key))
        {
            // It has a later key beside the one they agreed on, and can read what either encrypted: the others are to be given both.
            await settings.SetAsync(Setting, StoreJson.Write(mine), cancellationToken);
        }
        else if (theirs != mine)
        {
            throw Differ(store, secrets, theirs.Key != mine.Key ? "they are others" : "personal.key is another");
        }
    }

    private static TributaryException Differ(StoreDatabase store, SecretBox secrets, string how) => new(
        "workspace.keys_differ",
        Fault.Workspace,
        $"This node has not the keys of the store's other nodes ({how}): {store.Engine.Place}. It could not read their tokens, nor they its own. Nothing was changed. Put the keys folder of one of them in the place of {secrets.Folder}, and start again.");
}
