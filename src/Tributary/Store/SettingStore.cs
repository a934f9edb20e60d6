namespace Tributary.Store;

/// <summary>What holds for the whole workspace, by name.</summary>
internal sealed class SettingStore(StoreDatabase store)
{
    /// <summary>The zone of schedules that name none.</summary>
    public const string TimeZone = "time_zone";

    /// <summary>Days for which runs and their logs are kept.</summary>
    public const string KeepRunRecordsDays = "keep_run_records_days";

    /// <summary>The value of a setting; null when it was never set.</summary>
    public async Task<string?> GetAsync(string name, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT value FROM settings WHERE name = @name", [("name", name)], r => r.GetString(0), cancellationToken)).FirstOrDefault();

    /// <summary>Sets a setting that has no value; the value it has then.</summary>
    public Task<string> AddAsync(string name, string value, CancellationToken cancellationToken) => AddAsync(name, () => value, cancellationToken);

    /// <summary>Sets a setting that has no value to one that is made only then, while no other process makes another; the value it has then.</summary>
    public Task<string> AddAsync(string name, Func<string> make, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            if (await connection.Command("SELECT value FROM settings WHERE name = @name", [("name", name)], transaction).ExecuteScalarAsync(cancellationToken) is string known)
            {
                return known;
            }

            var value = make();
            await connection.Command("INSERT INTO settings (name, value) VALUES (@name, @value)", [("name", name), ("value", value)], transaction).ExecuteNonQueryAsync(cancellationToken);
            return value;
        },
        cancellationToken);

    /// <summary>Sets a setting.</summary>
    public Task SetAsync(string name, string value, CancellationToken cancellationToken) => store.ExecuteAsync(
        "INSERT INTO settings (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [("name", name), ("value", value)],
        cancellationToken);
}
