using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary;

/// <summary>Where the DataSets of a workspace are written: the data file inside its folder, and whatever else was added.</summary>
public sealed class DestinationBook
{
    private readonly DestinationStore _store;
    private readonly DataSetStore _dataSets;
    private readonly PartitionStore _partitions;
    private readonly TableOwners _owners;
    private readonly SecretBox _secrets;
    private readonly DuckDbDestination _embedded;
    private readonly Func<IDestination, IDestination> _watched;
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, Opened> _opened = new(StringComparer.Ordinal);

    // Of a file that is being applied: tested, and stored only when all of it holds together.
    private readonly ConcurrentDictionary<string, (DestinationRecord Record, bool IsNew)> _drafts = new(StringComparer.Ordinal);

    internal DestinationBook(
        IReadOnlyList<IDestinationKind> kinds, DestinationStore store, DataSetStore dataSets, PartitionStore partitions, TableOwners owners, SecretBox secrets, DuckDbDestination embedded, Func<IDestination, IDestination> watched, string folder, TimeProvider clock)
    {
        Kinds = kinds;
        _store = store;
        _dataSets = dataSets;
        _partitions = partitions;
        _owners = owners;
        _secrets = secrets;
        _embedded = embedded;
        _watched = watched;
        _folder = folder;
        _clock = clock;
    }

    /// <summary>The kinds that can be added.</summary>
    public IReadOnlyList<IDestinationKind> Kinds { get; }

    /// <summary>All: the embedded one first, the others by name.</summary>
    public async Task<IReadOnlyList<Destination>> ListAsync(CancellationToken cancellationToken)
    {
        var counts = (await _dataSets.ListAsync(cancellationToken)).CountBy(d => d.Definition.DestinationId ?? "").ToDictionary(StringComparer.Ordinal);
        List<Destination> all = [Embedded with { DataSets = counts.GetValueOrDefault("") }];
        all.AddRange((await _store.ListAsync(cancellationToken)).Select(r => Of(r) with { DataSets = counts.GetValueOrDefault(r.Id) }));
        return all;
    }

    /// <summary>The destination of that name.</summary>
    /// <exception cref="InputException">There is none; the nearest are named.</exception>
    public async Task<Destination> GetAsync(string name, CancellationToken cancellationToken)
    {
        var key = NameKey.Of(name);
        return _drafts.Values.FirstOrDefault(d => NameKey.Of(d.Record.Name) == key).Record is { } draft
            ? Of(draft)
            : (await ListAsync(cancellationToken)).FirstOrDefault(d => NameKey.Of(d.Name) == key) ?? throw await MissingAsync(name, cancellationToken);
    }

    /// <summary>Tests a destination, a table written and removed again included, and stores it when every step is fine. When one failed nothing is stored, and the result's steps say which.</summary>
    /// <exception cref="InputException">The name is taken, there is no such kind, or options do not hold together.</exception>
    public async Task<DestinationTest> AddAsync(NewDestination destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var problems = new List<Problem>();
        var name = destination.Name.Trim();
        if (NameRules.Problem(name, "A destination") is { } wrong)
        {
            problems.Add(new Problem("NAME", wrong));
        }
        else if (await _store.FindAsync(name, cancellationToken) is not null || IsEmbedded(name))
        {
            problems.Add(new Problem("NAME", $"There is a destination named '{name}' already. Choose another name."));
        }

        var kind = KindOf(destination.Kind);
        var options = DestinationRules.Read(kind, destination.Options, problems);
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        var record = With(new DestinationRecord(Guid.CreateVersion7(_clock.GetUtcNow()).ToString(), name, kind.Name, "", null), options);
        var test = await TestAsync(record, cancellationToken);
        if (test.IsFine)
        {
            await _store.AddAsync(record, cancellationToken);
        }

        return test;
    }

    /// <summary>Tests a destination with other options and stores them when every step is fine; only what is given changes, and an empty value takes an option back to its default.</summary>
    /// <exception cref="InputException">There is no such destination, options do not hold together, or they lead to another server and secrets were not given again; nothing was asked.</exception>
    /// <exception cref="TributaryException"><c>destination.table_taken</c>: they lead to where somebody else keeps a table of a DataSet's name. Nothing was changed.</exception>
    public async Task<DestinationTest> EditAsync(string name, IReadOnlyDictionary<string, string> options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var record = await FindAsync(name, cancellationToken);
        var all = OptionsOf(record);
        foreach (var (option, value) in options)
        {
            all[option.Replace('-', '_').ToLowerInvariant()] = value;
        }

        var read = DestinationRules.Read(KindOf(record.Kind), all);
        DestinationRules.RefuseKept(KindOf(record.Kind), OptionsOf(record), read, [.. options.Keys.Select(o => o.Replace('-', '_').ToLowerInvariant())]);
        record = With(record, read);
        var test = await TestAsync(record, cancellationToken);
        if (test.IsFine)
        {
            await _owners.RefuseOthersAsync(record, OpenNew(record), cancellationToken);
            await _store.UpdateAsync(record, cancellationToken);
        }

        return test;
    }

    /// <summary>Gives a destination another name.</summary>
    /// <exception cref="InputException">There is no such destination, or the name is taken.</exception>
    public async Task<Destination> RenameAsync(string name, string newName, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        var other = await _store.FindAsync(newName, cancellationToken);
        if ((other is not null && other.Id != record.Id) || IsEmbedded(newName))
        {
            throw new InputException("NEW", $"There is a destination named '{newName.Trim()}' already. Choose another name.");
        }

        await _store.UpdateAsync(record with { Name = NameOf(newName) }, cancellationToken);
        return await GetAsync(newName, cancellationToken);
    }

    /// <summary>Forgets a destination; nothing in it is touched.</summary>
    /// <exception cref="InputException">There is no such destination, or DataSets are written to it.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        var uses = (await _dataSets.ListAsync(cancellationToken)).Where(d => d.Definition.DestinationId == record.Id).Select(d => $"'{d.Definition.Name}'").ToList();
        if (uses.Count > 0)
        {
            throw new InputException("NAME", $"{uses.Count} {(uses.Count == 1 ? "DataSet is" : "DataSets are")} written to '{record.Name}': {string.Join(", ", uses.Take(5))}{(uses.Count > 5 ? ", …" : "")}. Move them first: tributary dataset move NAME --to DESTINATION");
        }

        await _store.RemoveAsync(record.Id, cancellationToken);
        _opened.TryRemove(record.Id, out _);
    }

    /// <summary>Tests a destination step by step: what stands between, then a table written, read and removed again. Ends with the first step that failed.</summary>
    /// <exception cref="InputException">There is no such destination.</exception>
    public async IAsyncEnumerable<DestinationStep> TestAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var destination = IsEmbedded(name) ? _embedded : Open(await FindAsync(name, cancellationToken)).Destination;
        await foreach (var step in DestinationProbe.RunAsync(destination, _folder, _clock, cancellationToken))
        {
            yield return step;
        }
    }

    /// <summary>What a destination holds.</summary>
    /// <exception cref="InputException">There is no such destination.</exception>
    public async Task<DestinationDescription> DescribeAsync(string name, CancellationToken cancellationToken)
    {
        var told = await GetAsync(name, cancellationToken);
        var record = told.IsEmbedded ? null : await FindAsync(name, cancellationToken);
        var destination = record is null ? _embedded : Open(record).Destination;
        var rows = await _partitions.CountAsync(null, cancellationToken);
        var tables = (await _dataSets.ListAsync(cancellationToken))
            .Where(d => d.Definition.DestinationId == record?.Id)
            .ToDictionary(d => d.Table, d => new DestinationTable(d.Table, d.Definition.Name, rows.GetValueOrDefault(d.Id).Rows, null), StringComparer.OrdinalIgnoreCase);
        string? error = null;
        try
        {
            foreach (var stored in await destination.ListTablesAsync(cancellationToken))
            {
                tables[stored.Name] = tables.TryGetValue(stored.Name, out var known) ? known with { Columns = stored.Columns } : new DestinationTable(stored.Name, null, stored.Rows, stored.Columns);
            }
        }
        catch (TributaryException failure)
        {
            error = failure.Message;
        }

        var place = told.IsEmbedded ? EmbeddedFile : string.Join(", ", told.Options.Where(o => KindOf(told.Kind).Options.First(k => k.Name == o.Key).Default != o.Value).Select(o => $"{o.Key} {o.Value}"));
        long? bytes = told.IsEmbedded ? new[] { EmbeddedFile, EmbeddedFile + ".wal" }.Where(File.Exists).Sum(f => new FileInfo(f).Length) : null;
        return new DestinationDescription(told, place, bytes, [.. tables.Values.OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase)]) { Error = error };
    }

    /// <summary>Runs one statement that reads, in the dialect of a destination's engine and with the rights of the account that is signed in to it: it may see more there than DataSets.</summary>
    /// <exception cref="InputException">There is no such destination, or it answers no SQL.</exception>
    /// <exception cref="TributaryException"><c>query.sql</c>: it cannot be run; <c>query.too_long</c>: it took longer than the limit.</exception>
    public async Task<QueryResult> QueryAsync(string name, string sql, QueryLimits limits, CancellationToken cancellationToken)
    {
        var destination = IsEmbedded(name) ? _embedded : Open(await FindAsync(name, cancellationToken)).Destination;
        return destination is ISqlDestination asked
            ? await asked.QueryAsync(sql, limits, cancellationToken)
            : throw new InputException("--destination", $"'{name}' answers no SQL: it is {(await GetAsync(name, cancellationToken)).Title}. Read its files with a tool of your own, or its DataSets with: tributary dataset export NAME");
    }

    /// <summary>What a destination can do.</summary>
    /// <exception cref="InputException">There is no such destination.</exception>
    public async Task<DestinationCapabilities> CapabilitiesAsync(string name, CancellationToken cancellationToken) =>
        IsEmbedded(name) ? _embedded.Capabilities : Open(await FindAsync(name, cancellationToken)).Destination.Capabilities;

    /// <summary>The data file inside the workspace's folder.</summary>
    internal DuckDbDestination EmbeddedDestination => _embedded;

    /// <summary>The id that a DataSet keeps of a destination named by a person; null for the embedded one.</summary>
    /// <exception cref="InputException">There is no such destination.</exception>
    internal async Task<string?> IdOfAsync(string? name, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(name) || IsEmbedded(name) ? null : (await FindAsync(name, cancellationToken)).Id;

    /// <summary>The names of all destinations by the ids that DataSets keep, "" for the embedded one.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> NamesAsync(CancellationToken cancellationToken)
    {
        var names = (await _store.ListAsync(cancellationToken)).ToDictionary(r => r.Id, r => r.Name, StringComparer.Ordinal);
        foreach (var (id, (record, _)) in _drafts)
        {
            names[id] = record.Name;
        }

        names[""] = Destination.EmbeddedName;
        return names;
    }

    /// <summary>The destination of a DataSet, as it is stored now: another process may have changed it.</summary>
    /// <exception cref="TributaryException">It was removed, or its secrets cannot be opened.</exception>
    internal async Task<IDestination> OfAsync(DataSetDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.DestinationId is not { } id)
        {
            return _watched(_embedded);
        }

        var record = _drafts.GetValueOrDefault(id).Record ?? await _store.GetAsync(id, cancellationToken)
            ?? throw new TributaryException("destination.removed", Fault.Setup, $"The destination of '{definition.Name}' was removed. Give it another: tributary dataset move {ShellWord.Of(definition.Name)} --to embedded");
        return _watched(Open(record).Destination);
    }

    /// <summary>Refuses what cannot be had at a destination.</summary>
    /// <exception cref="InputException">The update method.</exception>
    internal static void Refuse(DataSetDefinition definition, IDestination destination, string name)
    {
        if (destination.Capabilities.Refuses.GetValueOrDefault(definition.Update) is { } reason)
        {
            var others = Enum.GetValues<UpdateMethod>().Where(m => !destination.Capabilities.Refuses.ContainsKey(m)).Select(m => m.ToString().ToLowerInvariant());
            throw new InputException("--update", $"'{name}' cannot be updated by {definition.Update.ToString().ToLowerInvariant()}: {reason} Choose one of {string.Join(", ", others)}.");
        }
    }

    private string EmbeddedFile => Path.Combine(_folder, "datasets.duckdb");

    private static Destination Embedded { get; } = new(Destination.EmbeddedName, Destination.EmbeddedKind, "DuckDB", new Dictionary<string, string>(), []);

    /// <summary>Tests a destination of a file and holds it until <see cref="EndDraftsAsync"/>; until then it is as if it were stored.</summary>
    /// <returns>The step that failed; null when all went well.</returns>
    internal async Task<DestinationStep?> DraftAsync(DestinationRecord? before, string name, IDestinationKind kind, Dictionary<string, string> options, CancellationToken cancellationToken)
    {
        if (IsEmbedded(name))
        {
            throw new InputException("name", "The embedded destination is the data file of the workspace: it is always there and cannot be changed.");
        }

        var record = With(before is null ? new DestinationRecord(Guid.CreateVersion7(_clock.GetUtcNow()).ToString(), NameOf(name), kind.Name, "", null) : before with { Name = NameOf(name) }, options);
        if ((await TestAsync(record, cancellationToken)).Failed is { } failed)
        {
            return failed;
        }

        if (before is not null)
        {
            await _owners.RefuseOthersAsync(record, OpenNew(record), cancellationToken);
        }

        _drafts[record.Id] = (record, before is null);
        return null;
    }

    /// <summary>Stores the drafts, or forgets them.</summary>
    internal async Task EndDraftsAsync(bool keep, CancellationToken cancellationToken)
    {
        foreach (var (record, isNew) in _drafts.Values.Where(_ => keep))
        {
            await (isNew ? _store.AddAsync(record, cancellationToken) : _store.UpdateAsync(record, cancellationToken));
        }

        _drafts.Clear();
    }

    /// <summary>The options of a destination, without its secrets when their key is gone.</summary>
    internal Dictionary<string, string> OptionsOrFewer(DestinationRecord record)
    {
        try
        {
            return OptionsOf(record);
        }
        catch (TributaryException error) when (error.Code == "workspace.key_missing")
        {
            return StoreJson.Read<Dictionary<string, string>>(record.Options);
        }
    }

    private static bool IsEmbedded(string name) => NameKey.Of(name) == NameKey.Of(Destination.EmbeddedName);

    private static string NameOf(string name) => NameRules.Read(name, "NAME", "A destination");

    /// <summary>The kind of that name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal IDestinationKind KindOf(string name) => Kinds.FirstOrDefault(k => string.Equals(k.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException("--kind", $"There is no kind of destination '{name}'.{NearestName.Hint(name, Kinds.Select(k => k.Name))} Kinds: {string.Join(", ", Kinds.Select(k => k.Name))}.");

    private async Task<DestinationRecord> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (IsEmbedded(name))
        {
            throw new InputException("NAME", "The embedded destination is the data file of the workspace: it is always there and cannot be changed.");
        }

        return _drafts.Values.FirstOrDefault(d => NameKey.Of(d.Record.Name) == NameKey.Of(name)).Record ?? await _store.FindAsync(name, cancellationToken) ?? throw await MissingAsync(name, cancellationToken);
    }

    private async Task<InputException> MissingAsync(string name, CancellationToken cancellationToken)
    {
        List<string> names = [Destination.EmbeddedName, .. (await _store.ListAsync(cancellationToken)).Select(r => r.Name)];
        return new InputException("--destination", $"There is no destination '{name}'.{NearestName.Hint(name, names)} Destinations: {string.Join(", ", names)}.") { Missing = name };
    }

    private Destination Of(DestinationRecord record)
    {
        var kind = Kinds.FirstOrDefault(k => k.Name == record.Kind);
        return new Destination(record.Name, record.Kind, kind?.Title ?? record.Kind, StoreJson.Read<Dictionary<string, string>>(record.Options), [.. kind?.Options.Where(o => o.Secret).Select(o => o.Name) ?? []]);
    }

    private DestinationRecord With(DestinationRecord record, Dictionary<string, string> options)
    {
        var hidden = KindOf(record.Kind).Options.Where(o => o.Secret).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var secrets = new DestinationSecrets { Values = options.Where(o => hidden.Contains(o.Key)).ToDictionary(StringComparer.Ordinal) };
        return record with
        {
            Options = StoreJson.Write(options.Where(o => !hidden.Contains(o.Key)).ToDictionary(StringComparer.Ordinal)),
            Secrets = secrets.Values.Count == 0 ? null : _secrets.ProtectDocument(secrets),
        };
    }

    private Dictionary<string, string> OptionsOf(DestinationRecord record)
    {
        var options = StoreJson.Read<Dictionary<string, string>>(record.Options);
        if (record.Secrets is { } cipher)
        {
            var secrets = _secrets.UnprotectDocument<DestinationSecrets>(cipher)
                ?? throw new TributaryException("workspace.key_missing", Fault.Workspace, $"The secrets of the destination '{record.Name}' cannot be opened: the key they were encrypted with is not in {Path.Combine(_folder, "keys")}. Bring it back, or give them again: tributary destination edit {ShellWord.Of(record.Name)}");
            foreach (var (name, value) in secrets.Values)
            {
                options[name] = value;
            }
        }

        return options;
    }

    private Opened Open(DestinationRecord record)
    {
        if (_opened.TryGetValue(record.Id, out var opened) && opened.IsOf(record))
        {
            return opened;
        }

        // A run may still write through the one before; destinations hold nothing open that has to be closed.
        return _opened[record.Id] = new Opened(record, OpenNew(record));
    }

    private IDestination OpenNew(DestinationRecord record) => KindOf(record.Kind).Open(OptionsOf(record), new DestinationPlace(record.Name, Path.Combine(_folder, "staging"), _clock));

    private async Task<DestinationTest> TestAsync(DestinationRecord record, CancellationToken cancellationToken)
    {
        var destination = OpenNew(record);
        var steps = new List<DestinationStep>();
        await foreach (var step in DestinationProbe.RunAsync(destination, _folder, _clock, cancellationToken))
        {
            steps.Add(step);
        }

        return new DestinationTest(Of(record), steps);
    }

    private sealed record Opened(DestinationRecord Record, IDestination Destination)
    {
        public bool IsOf(DestinationRecord other) => Record.Options == other.Options && (Record.Secrets ?? []).AsSpan().SequenceEqual(other.Secrets ?? []);
    }
}

/// <summary>What nobody may see of a destination. Kept encrypted.</summary>
internal sealed record DestinationSecrets
{
    /// <summary>Secret options by name.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Says nothing of what is in it, which a record would print.</summary>
    public override string ToString() => "***";
}
