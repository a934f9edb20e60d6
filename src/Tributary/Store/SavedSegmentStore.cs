namespace Tributary.Store;

/// <summary>What a saved segment stood for in Matomo before.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Expression">The expression it had.</param>
/// <param name="IsNews">Whether no run before met the change.</param>
internal sealed record FormerSegment(string Name, string Expression, bool IsNews);

/// <summary>What the saved segments of a DataSet stood for when its runs asked: in Matomo anybody may change them, and the stored rows are of the expression of their day.</summary>
internal sealed class SavedSegmentStore(StoreDatabase store)
{
    /// <summary>Notes what the names stand for now.</summary>
    /// <returns>What they stood for before.</returns>
    public Task<List<FormerSegment>> MeetAsync(string dataSetId, IReadOnlyDictionary<string, string> now, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            var former = new List<FormerSegment>();
            await using (var read = connection.Command("SELECT name, expression, is_current FROM saved_segments WHERE dataset_id = @id", [("id", dataSetId)], transaction))
            await using (var rows = await read.ExecuteReaderAsync(cancellationToken))
            {
                while (await rows.ReadAsync(cancellationToken))
                {
                    if (now.TryGetValue(rows.GetString(0), out var expression) && expression != rows.GetString(1))
                    {
                        former.Add(new FormerSegment(rows.GetString(0), rows.GetString(1), rows.GetInt64(2) != 0));
                    }
                }
            }

            foreach (var (name, expression) in now)
            {
                await connection.Command("UPDATE saved_segments SET is_current = 0 WHERE dataset_id = @id AND name = @name", [("id", dataSetId), ("name", name)], transaction).ExecuteNonQueryAsync(cancellationToken);
                await connection.Command(
                    "INSERT INTO saved_segments (dataset_id, name, expression, is_current) VALUES (@id, @name, @expression, 1) ON CONFLICT (dataset_id, name, expression) DO UPDATE SET is_current = 1",
                    [("id", dataSetId), ("name", name), ("expression", expression)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            return former;
        },
        cancellationToken);
}
