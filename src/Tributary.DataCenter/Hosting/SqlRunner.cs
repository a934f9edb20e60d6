using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.DataCenter.Hosting;

/// <summary>SQL that people type, over all DataSets: reading only, without files and network, for a limited time.</summary>
internal sealed class SqlRunner(Workspace workspace, TimeProvider clock)
{
    /// <summary>How long one may take: long enough for millions of rows, short enough that one forgotten join does not hold up runs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The first rows of an answer.</summary>
    /// <param name="sql">One statement that reads.</param>
    /// <param name="most">Rows kept.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="TributaryException">It cannot be run, or took too long.</exception>
    public async Task<SqlAnswer> ReadAsync(string sql, int most, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var rows = new List<object?[]>();
        var isWhole = true;
        var columns = await RunAsync(
            sql,
            async (answer, stop) =>
            {
                await foreach (var row in answer.Rows.WithCancellation(stop))
                {
                    if (rows.Count == most)
                    {
                        isWhole = false;
                        break;
                    }

                    rows.Add(row);
                }

                return answer.Columns;
            },
            cancellationToken);
        return new SqlAnswer(columns, rows, isWhole, clock.GetElapsedTime(began));
    }

    /// <summary>Does something with an answer while time lasts.</summary>
    /// <exception cref="TributaryException">It cannot be run, or took too long.</exception>
    public async Task<T> RunAsync<T>(string sql, Func<QueryResult, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await using var answer = await workspace.QueryAsync(sql, both.Token);
            return await use(answer, both.Token);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TributaryException("query.too_long", Fault.Setup, $"The query took longer than {Limit.TotalSeconds:0} seconds and was ended. Read fewer rows, or sum up before joining.");
        }
    }
}

/// <summary>The first rows of a query's answer.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows.</param>
/// <param name="IsWhole">Whether there are no more.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record SqlAnswer(IReadOnlyList<QueryColumn> Columns, IReadOnlyList<object?[]> Rows, bool IsWhole, TimeSpan Elapsed);
