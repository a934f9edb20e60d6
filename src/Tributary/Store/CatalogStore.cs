namespace Tributary.Store;

/// <summary>What an account's server was last found to offer, so that it need not be asked each time.</summary>
public sealed class CatalogStore
{
    private readonly StoreDatabase _database;

    internal CatalogStore(StoreDatabase database) => _database = database;

    /// <summary>Keeps a catalog in place of the one before.</summary>
    public Task WriteAsync(string accountId, CatalogRecord catalog, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return _database.WriteAsync(
            c => c.Execute(
                "INSERT OR REPLACE INTO catalogs (account_id, document, read_at) VALUES ($account, $document, $read)",
                ("$account", accountId),
                ("$document", catalog.Document),
                ("$read", StoreStatements.Micros(catalog.ReadAt))),
            cancellationToken);
    }

    /// <summary>The catalog kept; null when there is none.</summary>
    public Task<CatalogRecord?> ReadAsync(string accountId, CancellationToken cancellationToken) => _database.ReadAsync(
        c => c.Rows("SELECT document, read_at FROM catalogs WHERE account_id = $account", r => new CatalogRecord(r.GetString(0), r.Instant(1)), ("$account", accountId)).FirstOrDefault(),
        cancellationToken);

    /// <summary>Forgets a catalog, so that the server is asked again.</summary>
    public Task RemoveAsync(string accountId, CancellationToken cancellationToken) =>
        _database.WriteAsync(c => c.Execute("DELETE FROM catalogs WHERE account_id = $account", ("$account", accountId)), cancellationToken);
}
