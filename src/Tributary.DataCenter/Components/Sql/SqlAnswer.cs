using Tributary.Destinations;

namespace Tributary.DataCenter.Components.Sql;

/// <summary>The first rows of a query's answer.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows shown.</param>
/// <param name="Count">How many rows came; those not shown are counted.</param>
/// <param name="IsCut">Whether there are more than were counted.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record SqlAnswer(IReadOnlyList<QueryColumn> Columns, IReadOnlyList<object?[]> Rows, long Count, bool IsCut, TimeSpan Elapsed)
{
    /// <summary>Rows that a page shows: more make it slow, and nobody reads them.</summary>
    public const int MostRows = 1_000;

    internal static async Task<SqlAnswer> ReadAsync(Workspace workspace, string? destination, string sql, TimeProvider clock, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        await using var answer = destination is null ? await workspace.QueryAsync(sql, QueryLimits.Screen, cancellationToken) : await workspace.Destinations.QueryAsync(destination, sql, QueryLimits.Screen, cancellationToken);
        var (rows, count) = (new List<object?[]>(), 0L);
        await foreach (var row in answer.Rows.WithCancellation(cancellationToken))
        {
            count++;
            if (rows.Count < MostRows)
            {
                rows.Add(row);
            }
        }

        return new SqlAnswer(answer.Columns, rows, count, answer.IsCut, clock.GetElapsedTime(began));
    }
}
