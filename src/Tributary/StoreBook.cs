using System.Globalization;
using Tributary.Model;
using Tributary.Store;

namespace Tributary;

/// <summary>Where the records of a workspace are kept.</summary>
/// <param name="Engine"><c>SQLite</c> or <c>PostgreSQL</c>.</param>
/// <param name="Place">The file, or the address without its password.</param>
/// <param name="Version">The version of the records' form.</param>
/// <param name="Nodes">The nodes whose worker lives.</param>
public sealed record StoreDescription(string Engine, string Place, int Version, IReadOnlyList<StoreNode> Nodes);

/// <summary>A node whose worker lives.</summary>
/// <param name="Machine">Its machine.</param>
/// <param name="ProcessId">The number of its process there.</param>
/// <param name="SeenAt">When it said last that it lives, UTC.</param>
public sealed record StoreNode(string Machine, int ProcessId, DateTimeOffset SeenAt);

/// <summary>What a move of the records brought about.</summary>
/// <param name="From">Where they were.</param>
/// <param name="To">Where they are now.</param>
/// <param name="KeptAs">What the old ones are called now.</param>
/// <param name="Tables">How many rows each table had; every one was compared.</param>
public sealed record StoreMove(string From, string To, string KeptAs, IReadOnlyDictionary<string, long> Tables);

/// <summary>The store of a workspace: where it is, and how it gets elsewhere.</summary>
public sealed class StoreBook
{
    /// <summary>The environment variable with the address of the store.</summary>
    public const string Variable = "TRIBUTARY_STORE";

    private readonly string _folder;
    private readonly StoreDatabase _store;
    private readonly SecretBox _secrets;
    private readonly TimeProvider _clock;

    internal StoreBook(string folder, StoreDatabase store, SecretBox secrets, TimeProvider clock)
    {
        _folder = folder;
        _store = store;
        _secrets = secrets;
        _clock = clock;
    }

    /// <summary>Whether nodes of several machines may work on it.</summary>
    public bool IsShared => _store.Engine.IsShared;

    /// <summary>Where it is and who works on it.</summary>
    public async Task<StoreDescription> DescribeAsync(CancellationToken cancellationToken) => new(
        IsShared ? "PostgreSQL" : "SQLite",
        _store.Engine.Place,
        await _store.UseAsync(connection => _store.Engine.VersionAsync(connection, cancellationToken), cancellationToken),
        [.. (await new WorkerStore(_store, _clock).ListAsync(cancellationToken)).Select(w => new StoreNode(w.Host.Split('/')[0], w.ProcessId, w.SeenAt))]);

    /// <summary>Carries all records over into a PostgreSQL, compares them, and has the workspace use them there.</summary>
    /// <param name="to">The address, without a password.</param>
    /// <param name="password">The password, kept encrypted in the folder; null where <c>PGPASSWORD</c> or <c>~/.pgpass</c> has it.</param>
    /// <param name="cancellationToken">Cancels; the records stay where they are.</param>
    /// <exception cref="InputException">The address is none, or the records are not in the folder.</exception>
    /// <exception cref="TributaryException">Somebody is at work, the database is not empty, or cannot be reached. Nothing was changed.</exception>
    public async Task<StoreMove> MoveToPostgreSqlAsync(string to, string? password, CancellationToken cancellationToken)
    {
        var address = StoreAddress.Parse(to, "--to");
        if (address.Password is not null)
        {
            throw new InputException("--to", "Leave the password out of the address: whoever lists the processes of this machine sees it. Name the environment variable that has it with --password-env, or keep it in ~/.pgpass.");
        }

        if (IsShared)
        {
            throw new InputException("--to", $"The records are in a PostgreSQL already: {_store.Engine.Place}. Move them back first: tributary store move --to sqlite");
        }

        await RefuseAtWorkAsync(cancellationToken);
        address = StoreAddress.Parse(to, "--to", password);
        using var engine = new PostgreSqlEngine(address);
        var target = await StoreDatabase.OpenAsync(engine, cancellationToken);
        var copied = await StoreCopy.CopyAsync(
            _store,
            target,
            async () =>
            {
                await SharedKeys.AgreeAsync(target, _secrets, cancellationToken);
                await new EmbeddedHome(target, _folder).IsHereAsync(cancellationToken);
                StorePlace.Name(_folder, address, _secrets);
            },
            cancellationToken);
        await _store.CloseAsync();
        var kept = $"{_store.Engine.Place}.moved-{Stamp()}";
        File.Move(_store.Engine.Place, kept);
        return new StoreMove(_store.Engine.Place, engine.Place, kept, Counts(copied));
    }

    /// <summary>Carries all records back into the workspace's folder, compares them, and has the workspace use them there.</summary>
    /// <param name="cancellationToken">Cancels; the records stay where they are.</param>
    /// <exception cref="InputException">They are in the folder already.</exception>
    /// <exception cref="TributaryException">Somebody is at work, or the folder has records of its own. Nothing was changed.</exception>
    public async Task<StoreMove> MoveToFolderAsync(CancellationToken cancellationToken)
    {
        if (_store.Engine is not PostgreSqlEngine engine)
        {
            throw new InputException("--to", $"The records are in the workspace's folder already: {_store.Engine.Place}");
        }

        await RefuseAtWorkAsync(cancellationToken);
        var path = Path.Combine(_folder, StorePlace.FileName);
        if (File.Exists(path))
        {
            throw new TributaryException("workspace.store_not_empty", Fault.Workspace, $"There are records in {path} already. Nothing was changed. Move that file away first.");
        }

        var partial = $"{path}.partial";
        File.Delete(partial);
        var target = await StoreDatabase.OpenAsync(partial, cancellationToken);
        var copied = await StoreCopy.CopyAsync(_store, target, null, cancellationToken);
        await target.CloseAsync();
        File.Move(partial, path);
        StorePlace.Unname(_folder);
        var kept = await engine.SetAsideAsync($"moved_{Stamp()}", CancellationToken.None);
        return new StoreMove(engine.Place, path, $"schema {kept}", Counts(copied));
    }

    private async Task RefuseAtWorkAsync(CancellationToken cancellationToken)
    {
        var nodes = await new WorkerStore(_store, _clock).ListAsync(cancellationToken);
        if (nodes.Count > 0)
        {
            throw new TributaryException("workspace.in_use", Fault.Workspace, $"A worker is at work on these records ({nodes[0].Host.Split('/')[0]}, process {nodes[0].ProcessId}). Nothing was changed. Stop every `tributary serve` first, and try again.");
        }

        if (await new RunLocks(_store, _clock).AnyHeldAsync(cancellationToken))
        {
            throw new TributaryException("workspace.in_use", Fault.Workspace, "A run is at work. Nothing was changed. Wait for it, or stop it, and try again.");
        }
    }

    private string Stamp() => _clock.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static Dictionary<string, long> Counts(IReadOnlyList<TableContent> copied) => copied.ToDictionary(t => t.Table, t => t.Rows, StringComparer.Ordinal);
}
