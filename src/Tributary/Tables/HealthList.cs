using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>What is wrong with the DataSets of a workspace: a few queries over all leave those of which something may be, and these are looked at as one is.</summary>
internal sealed class HealthList(DataSetStore dataSets, HealthRecords records, HealthReading health)
{
    /// <summary>The worst finding of each DataSet that has one, by name.</summary>
    public async Task<IReadOnlyDictionary<string, HealthFinding>> ReadAsync(CancellationToken cancellationToken)
    {
        var spans = (await records.Partitions.ReadSpansAsync(cancellationToken)).ToLookup(s => s.DataSetId, StringComparer.Ordinal);
        var told = await records.History.ReadToldAsync(cancellationToken);
        var updated = await records.Alerts.UpdatedAtAsync(cancellationToken);
        var due = await records.Schedules.ReadAsync(cancellationToken);
        var accounts = (await records.Accounts.ListAsync(cancellationToken)).ToDictionary(a => a.Id, StringComparer.Ordinal);
        var worst = new Dictionary<string, HealthFinding>(StringComparer.Ordinal);
        foreach (var record in await dataSets.ListAsync(cancellationToken))
        {
            var isDoubtful = told.Contains(record.Id)
                || MayLack([.. spans[record.Id]])
                || health.IsLate(record, updated.TryGetValue(record.Id, out var at) ? at : null, due.GetValueOrDefault(record.Id)?.NextAt)
                || !accounts.TryGetValue(record.Definition.AccountId, out var account)
                || Accounts.AccountConnections.IsStopped(account);
            if (isDoubtful && await health.WorstAsync(record, cancellationToken) is { } finding)
            {
                worst[record.Definition.Name] = finding;
            }
        }

        return worst;
    }

    /// <summary>Whether something of these may be cut off, missing or not there at all; that nothing is, is certain.</summary>
    private static bool MayLack(IReadOnlyList<PartitionSpan> spans)
    {
        if (spans.Count == 0)
        {
            return false;
        }

        var last = spans.Max(s => s.Last);
        return spans.Any(s => s.IsTruncated)
            || spans.All(s => s.Rows == 0)
            || spans.GroupBy(s => (s.SiteId, s.Period)).Any(site =>
            {
                var end = site.Max(s => s.Last);
                return site.Any(s => s.Last < end || LacksWithin(s)) || LacksBehind(site.Key.Period, end, last);
            });
    }

    private static bool LacksWithin(PartitionSpan span) =>
        span.Period is not (Period.None or Period.Range) && span.Count < MatomoPeriods.Overlapping(span.Period, span.First, span.Last).Count();

    /// <summary>The newest period may not have begun where the site is: only what is further behind is missing.</summary>
    private static bool LacksBehind(Period period, DateOnly end, DateOnly last) =>
        period is not (Period.None or Period.Range) && end < last && MatomoPeriods.Overlapping(period, end, last).Count() > 2;
}
