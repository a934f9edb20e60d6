namespace Tributary.Warehouses.Sql;

/// <summary>Removes a table and all that is kept of it; the ids of its windows too, so that it can be filled anew.</summary>
internal static class SqlDrop
{
    /// <summary>The tables that belong to a DataSet's.</summary>
    public static IEnumerable<string> TablesOf(string table) => [table, SqlNames.Partitions(table), SqlNames.Kept(table), SqlNames.KeptPartitions(table)];

    /// <summary>Forgets it, in the transaction. Where tables are changed outside of it, a claim stays until <see cref="RemoveAsync"/> has come to its end.</summary>
    /// <returns>Whether it was there.</returns>
    public static async Task<bool> ForgetAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken)
    {
        var isOurs = await SqlNotes.ReadSchemaAsync(session, dialect, table, cancellationToken) is not null || await SqlNotes.IsClaimedAsync(session, dialect, table, cancellationToken);
        await SqlNotes.DeleteAsync(session, dialect, table, cancellationToken);
        await SqlWindows.DeleteAsync(session, dialect, table, cancellationToken);
        if (isOurs && !dialect.ChangesTablesInTransaction)
        {
            await SqlNotes.ClaimAsync(session, dialect, table, cancellationToken);
        }

        return isOurs;
    }

    public static async Task RemoveAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken)
    {
        foreach (var gone in TablesOf(table))
        {
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {dialect.Table(gone)}", cancellationToken);
        }

        if (!dialect.ChangesTablesInTransaction)
        {
            await SqlNotes.DeleteAsync(session, dialect, table, cancellationToken);
        }
    }
}
