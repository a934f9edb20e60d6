using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>
/// Looks again where a count is one that servers limit replies to: JSON has no count of all rows, so a table cut at 100 looks like one that has 100
/// (matomo-org/matomo #16289, #17634: limits of subtables and of single dates that the request's own does not reach).
/// </summary>
internal sealed class LimitProof(MatomoClient client, ReadCost cost)
{
    private const int RowsPerPage = 1000;
    private const int TablesPerRequest = 50;

    // No table has so many rows: a reply that still has some pays no heed to the offset, and has nothing to go on with.
    private const int BeyondEveryTable = 10_000_000;

    /// <summary>Of the dates of one reply whose count is doubtful, those that have something behind their rows: one request for all dates with the same count.</summary>
    /// <param name="request">What was asked, keyed by date.</param>
    /// <param name="dates">The dates and how many rows came of each.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<(PartitionKey Key, long Rows)>> WithMoreAsync(MatomoRequest request, IEnumerable<(PartitionKey Key, long Rows)> dates, CancellationToken cancellationToken)
    {
        var more = new List<(PartitionKey Key, long Rows)>();
        foreach (var alike in dates.Where(d => UsualLimits.Has(d.Rows)).GroupBy(d => d.Rows))
        {
            var behind = new DatesWithRows();
            var asked = request with { From = alike.Min(d => d.Key.Start), To = alike.Max(d => d.Key.End), Limit = 1, Offset = (int)alike.Key };
            cost.Add(await client.ReadAsync(asked, behind, cancellationToken));
            more.AddRange(alike.Where(d => behind.Labels.Contains(MatomoPeriods.Label(d.Key))));
        }

        return more;
    }

    /// <summary>Reads what lies behind the rows that came, until a page is empty.</summary>
    /// <param name="request">What was asked, for one date.</param>
    /// <param name="rows">How many rows came.</param>
    /// <param name="handler">Where further rows go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when Matomo does not tell whether there are more.</returns>
    public async Task<bool> ReadOnAsync(MatomoRequest request, long rows, ReplyHandler handler, CancellationToken cancellationToken)
    {
        if (!UsualLimits.Has(rows) || !await HasRowsAsync(request, (int)rows, cancellationToken))
        {
            return true;
        }

        if (await HasRowsAsync(request, BeyondEveryTable, cancellationToken))
        {
            return false;
        }

        await ReadFromAsync(request, (int)rows, handler, cancellationToken);
        return true;
    }

    /// <summary>Reads what lies behind the rows that came below others, by the ids of their tables.</summary>
    /// <param name="parents">The parents with the request for the rows below each; null where nothing can be asked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The parents of which Matomo does not say whether they have more.</returns>
    public async Task<IReadOnlyList<FullParent>> ReadOnBelowAsync(IReadOnlyList<(FullParent Parent, MatomoRequest? Request)> parents, CancellationToken cancellationToken)
    {
        List<FullParent> unproven = [.. parents.Where(p => p.Request is null).Select(p => p.Parent)];
        foreach (var some in parents.Where(p => p.Request is not null).Chunk(TablesPerRequest))
        {
            // The last row that came and the one behind it: a table without the first is not the one that came.
            List<CountingHandler> found = [.. some.Select(_ => new CountingHandler(new Nothing()))];
            var answer = cost.Add(await client.ReadBulkAsync([.. some.Zip(found, (p, rows) => new BulkItem(p.Request! with { Limit = 2, Offset = p.Parent.Rows - 1 }, rows))], cancellationToken));
            foreach (var ((parent, request), (rows, error)) in some.Zip(found.Zip(answer.Errors)))
            {
                if (error is not null && RunErrors.StopsAccount(error))
                {
                    throw error;
                }

                if (error is not null || rows.Rows is 0 or > 2)
                {
                    unproven.Add(parent);
                }
                else if (rows.Rows == 2 && await HasRowsAsync(request!, BeyondEveryTable, cancellationToken))
                {
                    unproven.Add(parent);
                }
                else if (rows.Rows == 2)
                {
                    await ReadFromAsync(request!, parent.Rows, parent.Further, cancellationToken);
                }
            }
        }

        return unproven;
    }

    private async Task<bool> HasRowsAsync(MatomoRequest request, int offset, CancellationToken cancellationToken) =>
        cost.Add(await client.ReadAsync(request with { Limit = 1, Offset = offset }, new Nothing(), cancellationToken)).Rows > 0;

    private async Task ReadFromAsync(MatomoRequest request, int offset, ReplyHandler handler, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            var page = cost.Add(await client.ReadAsync(request with { Limit = RowsPerPage, Offset = offset }, handler, cancellationToken));
            if (page.Rows == 0)
            {
                return;
            }

            offset += (int)page.Rows;
        }
    }

    private sealed class DatesWithRows : ReplyHandler
    {
        private string? _date;

        public HashSet<string> Labels { get; } = new(StringComparer.Ordinal);

        public override void BeginPart(ReplyPart part) => _date = part.Date;

        public override void BeginRow(int depth, ReadOnlySpan<byte> key)
        {
            if (_date is not null)
            {
                Labels.Add(_date);
            }
        }

        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
            // Only whether there are rows counts.
        }
    }

    private sealed class Nothing : ReplyHandler
    {
        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
            // Only the number of rows counts.
        }
    }
}
