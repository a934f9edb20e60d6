using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Shaping;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>
/// The visits and actions of every site's last half year by day, asked for once a day and site. They say which stored days have moved in Matomo since they were read
/// (late log imports, privacy deletions, archiving again), and what the rows of a report must add up to.
/// </summary>
internal sealed class DayTotals(TotalsStore store, TotalsLooks looks, string accountId, MatomoClient client, TimeProvider clock)
{
    /// <summary>Days looked back.</summary>
    public const int Days = 180;

    private const int SitesPerRequest = 20;

    // Windows go site by site; ten thousand sites need not be held at once.
    private const int SitesHeld = 100;

    // The client's own limits decide how many of them are sent; the others need not be begun.
    private const int LooksAtOnce = 4;

    private readonly ConcurrentDictionary<int, IReadOnlyDictionary<DateOnly, DayTotal>> _known = new();

    private readonly ConcurrentDictionary<int, MatomoException> _unanswered = new();

    /// <summary>What a run must say of the sites whose totals it could not have, though it asked; null when there are none.</summary>
    public RunWarning? Unknown => _unanswered.IsEmpty ? null : new RunWarning(
        "totals.unknown",
        string.Create(CultureInfo.InvariantCulture, $"Matomo did not tell the daily totals of {_unanswered.Count} {(_unanswered.Count == 1 ? "site" : "sites")} ({_unanswered.MinBy(u => u.Key).Value.Message}). This run could not see by them whether days that are final have changed, or whether rows add up. The next run asks again."))
    { IsNote = true };

    /// <summary>What looking has cost.</summary>
    public ReadCost Cost { get; } = new();

    /// <summary>
    /// Asks for the totals of sites that were not looked at today, in their own zone, beside what the run reads meanwhile; a site that another run asks for just now is not asked for twice.
    /// A server that does not answer leaves them as they were: the report itself will say what is wrong.
    /// </summary>
    /// <returns>Ends when all are known.</returns>
    public async Task<Task> BeginAsync(IReadOnlyList<MatomoSite> sites, CancellationToken cancellationToken)
    {
        var looked = await store.ReadChecksAsync(accountId, cancellationToken);
        var due = looks.Claim(accountId, [.. sites.Where(s => !looked.TryGetValue(s.Id, out var at) || !IsToday(s, at))]);
        return LookAsync(due, cancellationToken);
    }

    /// <summary>Waits until the totals of sites are known, whoever asks for them.</summary>
    /// <exception cref="MatomoException">The server refuses the account.</exception>
    public Task KnownAsync(IEnumerable<int> sites, CancellationToken cancellationToken) => looks.EndedAsync(accountId, sites, cancellationToken);

    /// <summary>The visits of a partition; null when some of its days are not known.</summary>
    public async Task<double?> VisitsOfAsync(PartitionKey key, CancellationToken cancellationToken)
    {
        if (key.Segment.Length > 0)
        {
            return null;
        }

        await looks.EndedAsync(accountId, [key.SiteId], cancellationToken);
        if (!_known.TryGetValue(key.SiteId, out var days))
        {
            if (_known.Count >= SitesHeld)
            {
                _known.Clear();
            }

            _known[key.SiteId] = days = await store.ReadAsync(accountId, key.SiteId, cancellationToken);
        }

        var visits = 0L;
        for (var day = key.Start; day <= key.End; day = day.AddDays(1))
        {
            if (!days.TryGetValue(day, out var total))
            {
                return null;
            }

            visits += total.Visits;
        }

        return visits;
    }

    /// <summary>Final partitions with a day that has moved since they were read, provisional again.</summary>
    public async Task<IReadOnlyList<PartitionRecord>> ReopenedAsync(IReadOnlyList<PartitionRecord> stored, CancellationToken cancellationToken)
    {
        List<PartitionRecord> final = [.. stored.Where(p => p.State == PartitionState.Final)];
        if (final.Count == 0)
        {
            return [];
        }

        var seen = (await store.ReadMovedAsync(accountId, final.Min(p => p.ReadAt), cancellationToken)).ToDictionary(m => (m.Site, m.Day), m => m.SeenAt);
        return [.. final.Where(HasMoved).Select(p => p with { State = PartitionState.Provisional })];

        bool HasMoved(PartitionRecord partition)
        {
            if (seen.Count == 0)
            {
                return false;
            }

            for (var day = partition.Key.Start; day <= partition.Key.End; day = day.AddDays(1))
            {
                if (seen.TryGetValue((partition.Key.SiteId, day), out var at) && at > partition.ReadAt)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private bool IsToday(MatomoSite site, DateTimeOffset at)
    {
        var zone = SiteZone.Of(site.TimeZone);
        return zone.DateOf(at) == zone.Today(clock);
    }

    private async Task LookAsync(IReadOnlyList<MatomoSite> due, CancellationToken cancellationToken)
    {
        try
        {
            await Parallel.ForEachAsync(
                due.Chunk(SitesPerRequest),
                new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken },
                async (sites, stop) =>
                {
                    MatomoException? refusal = null;
                    try
                    {
                        await ReadAsync(sites, stop);
                    }
                    catch (MatomoException error)
                    {
                        Note(sites, error);
                        refusal = RunErrors.StopsAccount(error) ? error : null;
                        if (refusal is not null)
                        {
                            throw;
                        }
                    }
                    finally
                    {
                        looks.End(accountId, sites, refusal);
                    }
                });
        }
        finally
        {
            looks.End(accountId, due, null);
        }
    }

    private async Task ReadAsync(MatomoSite[] sites, CancellationToken cancellationToken)
    {
        var askedAt = clock.GetUtcNow();
        List<Totals> handlers = [.. sites.Select(s => new Totals(SpanOf(s)))];
        var result = await client.ReadBulkAsync([.. sites.Zip(handlers, (s, h) => new BulkItem(Request(s, h), h))], cancellationToken);
        lock (Cost)
        {
            Cost.Add(result);
        }

        foreach (var ((site, handler), error) in sites.Zip(handlers).Zip(result.Errors))
        {
            if (error is not null && RunErrors.StopsAccount(error))
            {
                throw error;
            }

            if (error is not null)
            {
                Note([site], error);
            }
            else
            {
                await store.WriteAsync(accountId, site.Id, askedAt, handler.ByDay, cancellationToken);
            }
        }
    }

    private void Note(MatomoSite[] sites, MatomoException error)
    {
        foreach (var site in sites)
        {
            _unanswered[site.Id] = error;
        }
    }

    // Today is not over: it would move every day.
    private (DateOnly From, DateOnly To) SpanOf(MatomoSite site)
    {
        var zone = SiteZone.Of(site.TimeZone);
        var yesterday = zone.Today(clock).AddDays(-1);
        var from = yesterday.AddDays(1 - Days);
        var created = site.CreatedAt is { } at ? zone.DateOf(at) : from;
        return (created > yesterday ? yesterday : created > from ? created : from, yesterday);
    }

    private static MatomoRequest Request(MatomoSite site, Totals totals) => new()
    {
        Method = "VisitsSummary.get",
        Shape = ReplyShape.Row,
        Site = site.Id,
        Period = MatomoPeriod.Day,
        From = totals.Span.From,
        To = totals.Span.To,
        KeyedByDate = totals.Span.From != totals.Span.To,
    };

    /// <summary>One site's reply: a day without visits is an empty list.</summary>
    private sealed class Totals((DateOnly From, DateOnly To) span) : ReplyHandler
    {
        private DateOnly? _day;

        public (DateOnly From, DateOnly To) Span => span;

        public Dictionary<DateOnly, DayTotal> ByDay { get; } = [];

        public override void BeginPart(ReplyPart part)
        {
            _day = part.Date is { } text ? DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null : span.From == span.To ? span.From : null;
            if (_day is { } known)
            {
                ByDay[known] = default;
            }
        }

        public override void EndPart(ReplyPart part, MatomoException? error)
        {
            // What is not told is not zero.
            if (error is not null && _day is { } day)
            {
                ByDay.Remove(day);
            }
        }

        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
            if (_day is not { } day || !Numbers.TryDouble(value.Utf8, out var number))
            {
                return;
            }

            if (path.SequenceEqual("nb_visits"u8))
            {
                ByDay[day] = ByDay[day] with { Visits = (long)number };
            }
            else if (path.SequenceEqual("nb_actions"u8))
            {
                ByDay[day] = ByDay[day] with { Actions = (long)number };
            }
        }
    }
}
