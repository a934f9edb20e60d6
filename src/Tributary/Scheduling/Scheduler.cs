using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Scheduling;

/// <summary>A due time a tick came upon.</summary>
/// <param name="DataSet">The DataSet's name.</param>
/// <param name="DueAt">The time.</param>
/// <param name="Message">What became of it, in words.</param>
internal sealed record DueTime(string DataSet, DateTimeOffset DueAt, string Message);

/// <summary>Turns schedules into queued runs. It keeps nothing in memory: any number may tick over one store, and one that comes back goes on where the last was.</summary>
internal sealed class Scheduler(DataSetStore dataSets, ScheduleStore schedules, SettingStore settings)
{
    // A tick later than this was not slow: nothing was running.
    private static readonly TimeSpan Missed = TimeSpan.FromMinutes(1);

    /// <summary>Queues what is due, and reckons the next times of schedules that are new or were changed.</summary>
    public async Task<IReadOnlyList<DueTime>> TickAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var zone = await settings.GetAsync(SettingStore.TimeZone, cancellationToken) ?? "UTC";
        var known = await schedules.ReadAsync(cancellationToken);
        var due = new List<DueTime>();
        foreach (var dataSet in await dataSets.ListAsync(cancellationToken))
        {
            if (ZoneMissing(dataSet.Definition.Schedule, zone) is not null)
            {
                // Its times are not known here. Another node may know them; until one does, it is not updated.
                continue;
            }

            if (await NoteAsync(dataSet, known.GetValueOrDefault(dataSet.Id), zone, now, cancellationToken) is { NextAt: { } next } record && next <= now
                && await MoveOnAsync(dataSet, record, next, zone, now, cancellationToken) is { } time)
            {
                due.Add(time);
            }
        }

        return due;
    }

    /// <summary>Reckons the next time of a DataSet whose schedule is new or was changed, so that a time is not missed while nothing runs.</summary>
    public async Task NoteAsync(DataSetRecord dataSet, DateTimeOffset now, CancellationToken cancellationToken) => await NoteAsync(
        dataSet,
        (await schedules.ReadAsync(cancellationToken)).GetValueOrDefault(dataSet.Id),
        await settings.GetAsync(SettingStore.TimeZone, cancellationToken) ?? "UTC",
        now,
        cancellationToken);

    /// <summary>The zone of each schedule that this machine does not know, by the DataSet's name.</summary>
    public async Task<IReadOnlyList<(string DataSet, string Zone)>> UnknownZonesAsync(CancellationToken cancellationToken)
    {
        var zone = await settings.GetAsync(SettingStore.TimeZone, cancellationToken) ?? "UTC";
        return [.. (await dataSets.ListAsync(cancellationToken)).Select(d => (d.Definition.Name, Zone: ZoneMissing(d.Definition.Schedule, zone))).Where(d => d.Zone is not null).Select(d => (d.Name, d.Zone!))];
    }

    private static string? ZoneMissing(Schedule schedule, string zone) =>
        schedule.Kind != ScheduleKind.Manual && TimeZoneNames.Find(schedule.TimeZone ?? zone) is null ? schedule.TimeZone ?? zone : null;

    private async Task<ScheduleRecord?> NoteAsync(DataSetRecord dataSet, ScheduleRecord? known, string zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var schedule = dataSet.Definition.Schedule;
        var text = schedule.Kind == ScheduleKind.Manual ? null : ScheduleText.KeyOf(schedule, zone);
        if (ZoneMissing(schedule, zone) is not null)
        {
            return known;
        }

        var times = text is null ? null : FireTimes.Of(schedule, zone);
        if (text == known?.Schedule && (known is null || times is null || !IsFromAhead(known.NextAt, times, now)))
        {
            return known;
        }

        var record = text is null ? null : new ScheduleRecord(text, times!.After(now));
        await schedules.SetAsync(dataSet.Id, record, cancellationToken);
        return record;
    }

    /// <summary>Whether a next time was reckoned by a clock that was ahead then. One time more than the next is let be: a clock set back by a moment must not have the same time come twice.</summary>
    private static bool IsFromAhead(DateTimeOffset? next, FireTimes times, DateTimeOffset now) =>
        next is { } known && times.After(now) is { } first && known > first && times.After(first) is { } second && known > second;

    private async Task<DueTime?> MoveOnAsync(DataSetRecord dataSet, ScheduleRecord record, DateTimeOffset first, string zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Of several times that came while nothing was running, the last stands for all.
        var times = FireTimes.Of(dataSet.Definition.Schedule, zone);
        var last = LastUpTo(times, first, now);
        var isMissed = now - last > Missed;
        var run = !isMissed || dataSet.Definition.Schedule.RunsMissed;
        var outcome = await schedules.MoveOnAsync(dataSet.Id, record, times.After(now), run ? last : null, cancellationToken);
        return outcome == DueOutcome.Taken ? null : new DueTime(dataSet.Definition.Name, last, (outcome, run, isMissed) switch
        {
            (_, false, _) => "missed while nothing was running, and skipped",
            (DueOutcome.Overlap, _, _) => "left out: the DataSet is still being updated, or its next try waits",
            (_, _, true) => "missed while nothing was running, and queued once",
            _ => "queued",
        });
    }

    private static DateTimeOffset LastUpTo(FireTimes times, DateTimeOffset first, DateTimeOffset now)
    {
        // From near the end, where it is near: a schedule by the minute has half a million times a year.
        foreach (var back in new[] { TimeSpan.FromHours(1), TimeSpan.FromDays(2), TimeSpan.FromDays(60) })
        {
            if (now - back > first && times.After(now - back) is { } near && near <= now)
            {
                first = near;
                break;
            }
        }

        while (times.After(first) is { } next && next <= now)
        {
            first = next;
        }

        return first;
    }
}
