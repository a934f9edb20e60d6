using Tributary.Model;

namespace Tributary.Store;

/// <summary>A destination as it is stored.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">The name people see.</param>
/// <param name="Kind">The kind's one word.</param>
/// <param name="Options">Options that are no secrets, as JSON.</param>
/// <param name="Secrets">Options that are, encrypted; null for none.</param>
internal sealed record DestinationRecord(string Id, string Name, string Kind, string Options, byte[]? Secrets);

/// <summary>The destinations of a workspace besides the embedded one.</summary>
internal sealed class DestinationStore(StoreDatabase store, TimeProvider clock)
{
    private const string Columns = "id, name, kind, options, secrets";

    /// <summary>All by name.</summary>
    public Task<List<DestinationRecord>> ListAsync(CancellationToken cancellationToken) => ReadAsync($"SELECT {Columns} FROM destinations ORDER BY name_key", [], cancellationToken);

    /// <summary>The destination of that name, ignoring case; null when there is none.</summary>
    public async Task<DestinationRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await ReadAsync($"SELECT {Columns} FROM destinations WHERE name_key = @key", [("key", NameKey.Of(name))], cancellationToken)).FirstOrDefault();

    /// <summary>The destination of that id; null when there is none.</summary>
    public async Task<DestinationRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        (await ReadAsync($"SELECT {Columns} FROM destinations WHERE id = @id", [("id", id)], cancellationToken)).FirstOrDefault();

    /// <summary>Adds a destination.</summary>
    /// <exception cref="InputException">The name is taken.</exception>
    public async Task AddAsync(DestinationRecord record, CancellationToken cancellationToken)
    {
        var added = await store.ExecuteAsync(
            "INSERT INTO destinations (id, name, name_key, kind, options, secrets, created_at) VALUES (@id, @name, @key, @kind, @options, @secrets, @now) ON CONFLICT (name_key) DO NOTHING",
            [("id", record.Id), ("name", record.Name), ("key", NameKey.Of(record.Name)), ("kind", record.Kind), ("options", record.Options), ("secrets", record.Secrets), ("now", clock.GetUtcNow().ToMicroseconds())],
            cancellationToken);
        if (added == 0)
        {
            throw new InputException("NAME", $"There is a destination named '{record.Name}' already. Choose another name.");
        }
    }

    /// <summary>Stores another name and other options of a destination; its kind stays.</summary>
    public Task UpdateAsync(DestinationRecord record, CancellationToken cancellationToken) => store.ExecuteAsync(
        "UPDATE destinations SET name = @name, name_key = @key, options = @options, secrets = @secrets WHERE id = @id",
        [("id", record.Id), ("name", record.Name), ("key", NameKey.Of(record.Name)), ("options", record.Options), ("secrets", record.Secrets)],
        cancellationToken);

    /// <summary>Removes a destination.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) => store.ExecuteAsync("DELETE FROM destinations WHERE id = @id", [("id", id)], cancellationToken);

    private Task<List<DestinationRecord>> ReadAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        store.ReadAsync(sql, parameters, r => new DestinationRecord(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetFieldValue<byte[]>(4)), cancellationToken);
}
