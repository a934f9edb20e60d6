using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary;

/// <summary>DataSets as people see them: with their account's name, what is stored, how the last run ended and when the next is due.</summary>
internal sealed class DataSetViews(AccountStore accounts, DataSetStore dataSets, PartitionStore partitions, RunStore runs, SettingStore settings, TimeProvider clock)
{
    /// <summary>All DataSets by name.</summary>
    public async Task<IReadOnlyList<DataSet>> ListAsync(CancellationToken cancellationToken) =>
        await OfAsync(await dataSets.ListAsync(cancellationToken), cancellationToken);

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
        var last = await runs.LastAsync(cancellationToken);
        var stored = await partitions.CountAsync(cancellationToken);
        var zone = await settings.GetAsync(SettingStore.TimeZone, cancellationToken) ?? "UTC";
        return records.ConvertAll(record =>
        {
            var definition = record.Definition;
            var (rows, count) = stored.GetValueOrDefault(record.Id);
            var hasRun = last.TryGetValue(record.Id, out var run);
            return new DataSet(record.Id, definition, record.Table, names.GetValueOrDefault(definition.AccountId), ReportCatalog.BuiltIn.Find(definition.Details.Report)?.Group ?? ReportGroups.More.Name)
            {
                Rows = rows,
                Partitions = count,
                LastRun = hasRun ? run.Result : null,
                LastRunAt = hasRun ? run.EndedAt : null,
                Schedule = Explain(new ScheduleSettings(definition.Schedule, definition.Retry, definition.ExpectEvery), zone),
            };
        });
    }
}
