using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;

namespace Tributary.Runs;

/// <summary>
/// Looks again where a count is one that servers limit replies to: JSON has no count of all rows, so a table cut at 100 looks like one that has 100
/// (matomo-org/matomo #16289, #17634: limits of subtables and of single dates that the request's own does not reach).
/// </summary>
internal sealed class LimitProof(MatomoClient client, ReadCost cost)
{
    private const int RowsPerPage = 1000;
    private const int ItemsPerRequest = 20;

    // No table has so many rows: a reply that still has some pays no heed to the offset, and has nothing to go on with.
    private const int BeyondEveryTable = 10_000_000;

    /// <summary>Of the replies whose count is doubtful, those that have something behind their rows.</summary>
    /// <param name="replies">What was asked, each for one date, and how many rows came.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<MatomoRequest>> WithMoreAsync(IEnumerable<(MatomoRequest Request, long Rows)> replies, CancellationToken cancellationToken)
    {
        var more = new List<MatomoRequest>();
        foreach (var some in replies.Where(r => IsDoubtful(r.Rows)).Chunk(ItemsPerRequest))
        {
            List<CountingHandler> counts = [.. some.Select(_ => new CountingHandler(new Nothing()))];
            var items = some.Zip(counts, (reply, count) => new BulkItem(reply.Request with { Limit = 1, Offset = (int)reply.Rows }, count));
            cost.Add(await client.ReadBulkAsync([.. items], cancellationToken)).ThrowFirst();
            more.AddRange(some.Zip(counts).Where(p => p.Second.Rows > 0).Select(p => p.First.Request));
        }

        return more;
    }

    private static bool IsDoubtful(long rows) => rows is 100 or 500 or 1000;

    /// <summary>Reads what lies behind the rows that came, until a page is empty.</summary>
    /// <param name="request">What was asked, for one date.</param>
    /// <param name="rows">How many rows came.</param>
    /// <param name="handler">Where further rows go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task ReadOnAsync(MatomoRequest request, long rows, ReplyHandler handler, CancellationToken cancellationToken)
    {
        if (!IsDoubtful(rows) || !await HasRowsAsync((int)rows) || await HasRowsAsync(BeyondEveryTable))
        {
            return;
        }

        for (var offset = (int)rows; ;)
        {
            var page = cost.Add(await client.ReadAsync(request with { Limit = RowsPerPage, Offset = offset }, handler, cancellationToken));
            if (page.Rows == 0)
            {
                return;
            }

            offset += (int)page.Rows;
        }

        async Task<bool> HasRowsAsync(int offset) =>
            cost.Add(await client.ReadAsync(request with { Limit = 1, Offset = offset }, new Nothing(), cancellationToken)).Rows > 0;
    }

    private sealed class Nothing : ReplyHandler
    {
        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
            // Only the number of rows counts.
        }
    }
}
