using Tributary.Destinations;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.DataSets;

/// <summary>DataSets as people see them: with their account's name, what is stored, how the last run ended and when the next is due.</summary>
internal sealed class DataSetViews(AccountStore accounts, DestinationBook destinations, DataSetStore dataSets, DataSetListing listing, PartitionStore partitions, RunStore runs, SettingStore settings, TimeProvider clock)
{
    /// <summary>All DataSets by name.</summary>
    public async Task<IReadOnlyList<DataSet>> ListAsync(CancellationToken cancellationToken) =>
        await OfAsync(await dataSets.ListAsync(cancellationToken), cancellationToken);

    /// <summary>A line for each by name, or for those of an account.</summary>
    public async Task<IReadOnlyList<DataSetLine>> LinesAsync(string? accountId, CancellationToken cancellationToken)
    {
        var zone = await settings.GetAsync(SettingStore.TimeZone, cancellationToken) ?? "UTC";
        var now = clock.GetUtcNow();
        var told = new Dictionary<Schedule, ScheduleLine>(ReferenceEqualityComparer.Instance);
        return (await listing.ReadAsync(accountId, cancellationToken)).ConvertAll(d =>
        {
            if (!told.TryGetValue(d.Schedule, out var schedule))
            {
                told[d.Schedule] = schedule = new ScheduleLine(ScheduleWords.Of(d.Schedule, zone), FireTimes.Of(d.Schedule, zone).After(now));
            }

            return new DataSetLine(d.Name, d.Table, d.Report, d.AccountName, d.Rows, d.Partitions, d.LastStatus, d.LastRunAt, schedule.Next, schedule.Words)
            {
                Id = d.Id,
                Group = ReportGroups.OfModule(d.Report.Split('.')[0]).Name,
                Tags = d.Tags,
                Error = d.Error,
                ErrorCode = d.ErrorCode,
                Warning = d.Warning,
                AccountNeedsAttention = d.AccountNeedsAttention,
                LastRunId = d.LastRunId,
                ReadAt = d.ReadAt,
                About = d.About,
            };
        });
    }

    /// <summary>One DataSet, its columns left out.</summary>
    public async Task<DataSet> OfAsync(DataSetRecord record, CancellationToken cancellationToken) => (await OfAsync([record], cancellationToken))[0];

    /// <summary>What a schedule means.</summary>
    public ScheduleExplanation Explain(ScheduleSettings schedule, string zone) => new(
        ScheduleWords.Of(schedule.Schedule, zone),
        [.. FireTimes.Of(schedule.Schedule, zone).After(clock.GetUtcNow(), 5)],
        ScheduleText.Of(schedule));

    private async Task<List<DataSet>> OfAsync(List<DataSetRecord> records, CancellationToken cancellationToken)
    {
        var names = (await accounts.ListAsync(cancellationToken)).ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);
        var places = await destinations.NamesAsync(cancellationToken);
        var one = records is [var single] ? single.Id : null;
        var last = await runs.LastAsync(one, cancellationToken);
        var stored = await partitions.CountAsync(one, cancellationToken);
        var zone = await settings.GetAsync(SettingStore.TimeZone, cancellationToken) ?? "UTC";
        return records.ConvertAll(record =>
        {
            var definition = record.Definition;
            var isStored = stored.TryGetValue(record.Id, out var held);
            var hasRun = last.TryGetValue(record.Id, out var run);
            return new DataSet(record.Id, definition, record.Table, names.GetValueOrDefault(definition.AccountId), ReportGroups.OfModule(definition.Details.Report.Split('.')[0]).Name)
            {
                DestinationName = places.GetValueOrDefault(definition.DestinationId ?? ""),
                Rows = held.Rows,
                Partitions = held.Partitions,
                ReadAt = isStored ? held.ReadAt : null,
                LastRun = hasRun ? run.Result : null,
                LastRunAt = hasRun ? run.EndedAt : null,
                Schedule = Explain(new ScheduleSettings(definition.Schedule, definition.Retry, definition.ExpectEvery), zone),
            };
        });
    }

    private sealed record ScheduleLine(string Words, DateTimeOffset? Next);
}
