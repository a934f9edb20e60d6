namespace Tributary.Warehouses.Sql;

/// <summary>Removes a table and all that is kept of it; the ids of its windows too, so that it can be filled anew.</summary>
internal static class SqlDrop
{
    /// <summary>The tables that belong to a DataSet's.</summary>
    public static IEnumerable<string> TablesOf(string table) => [table, SqlNames.Partitions(table), SqlNames.Kept(table), SqlNames.KeptPartitions(table)];

    /// <summary>Forgets it, in the transaction. Where tables are changed outside of it, what proves them ours stays until <see cref="RemoveAsync"/> has come to its end.</summary>
    /// <returns>The tables that are ours to remove.</returns>
    public static async Task<IReadOnlyList<string>> ForgetAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken)
    {
        // Notes without a table are of one that somebody dropped: what belongs to it is ours still, and what has taken its name is not.
        var isOurs = await SqlNotes.ReadSchemaAsync(session, dialect, table, cancellationToken) is not null || await SqlNotes.IsClaimedAsync(session, dialect, table, cancellationToken);
        var isNoted = isOurs || await SqlNotes.IsNotedAsync(session, dialect, table, cancellationToken);
        if (isOurs || dialect.ChangesTablesInTransaction)
        {
            await SqlNotes.DeleteAsync(session, dialect, table, cancellationToken);
        }

        await SqlWindows.DeleteAsync(session, dialect, table, cancellationToken);
        if (isOurs && !dialect.ChangesTablesInTransaction)
        {
            await SqlNotes.ClaimAsync(session, dialect, table, cancellationToken);
        }

        return isNoted ? [.. TablesOf(table).Where(t => isOurs || t != table)] : [];
    }

    /// <param name="tables">What <see cref="ForgetAsync"/> says is ours.</param>
    public static async Task RemoveAsync(SqlSession session, SqlDialect dialect, string table, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        foreach (var gone in tables)
        {
            await session.ExecuteAsync(dialect.DropTable(gone), cancellationToken);
        }

        if (tables.Count > 0 && !dialect.ChangesTablesInTransaction)
        {
            await SqlNotes.DeleteAsync(session, dialect, table, cancellationToken);
        }
    }
}
