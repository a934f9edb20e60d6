using System.Text.Json.Serialization;
using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.DataCenter.Forms;

internal sealed record DataSetForm(
    string Name,
    string Report,
    string Group,
    string? Account,
    string Table,
    string Description,
    IReadOnlyList<string> Tags,
    string Update,
    int LookbackDays,
    bool AllowEmpty,
    long Rows,
    int Partitions,
    string? LastStatus,
    string? LastRunAt,
    string Schedule,
    string? NextRunAt,
    string? Retry,
    string? RetryAfter,
    string? ExpectEvery,
    DetailsForm Details,
    IReadOnlyList<ColumnForm> Columns)
{
    public string Id { get; init; } = "";

    /// <summary>When Matomo was last asked for rows that are stored; null when nothing is.</summary>
    public string? DataReadAt { get; init; }

    /// <summary>Null when it was removed.</summary>
    public string? Destination { get; init; }

    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Null keeps all.</summary>
    public int? KeepDays { get; init; }

    public int KeepRuns { get; init; }

    public bool TotalsCheck { get; init; }

    public bool Alerts { get; init; }

    public string Drift { get; init; } = "";

    /// <summary>Levels that are not the default, by code.</summary>
    public IReadOnlyDictionary<string, string> Checks { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The schedule as it is given; schedule has it in words.</summary>
    public ScheduleFieldsForm ScheduleFields { get; init; } = new();

    public static DataSetForm Of(DataSet dataSet)
    {
        var definition = dataSet.Definition;
        return new(
            definition.Name, definition.Details.Report, dataSet.Group, dataSet.AccountName, dataSet.Table, definition.Description, definition.Tags,
            FormText.Snake(definition.Update), definition.LookbackDays, definition.AllowEmpty, dataSet.Rows, dataSet.Partitions,
            dataSet.LastRun is { } run ? FormText.Snake(run.Status) : null,
            dataSet.LastRunAt is { } at ? FormText.Instant(at) : null,
            dataSet.Schedule.Words,
            dataSet.Schedule.Next is [var next, ..] ? FormText.Instant(next) : null,
            dataSet.Schedule.Typed.Retry,
            dataSet.Schedule.Typed.RetryAfter,
            dataSet.Schedule.Typed.ExpectEvery,
            DetailsForm.Of(definition.Details),
            [.. dataSet.Columns.Select(ColumnForm.Of)])
        {
            Id = dataSet.Id,
            DataReadAt = dataSet.ReadAt is { } read ? FormText.Instant(read) : null,
            Destination = dataSet.DestinationName,
            Key = definition.Key,
            KeepDays = definition.KeepDays,
            KeepRuns = definition.KeepRuns,
            TotalsCheck = definition.TotalsCheck,
            Alerts = definition.Alerts,
            Drift = FormText.Snake(definition.Drift),
            ScheduleFields = ScheduleFieldsForm.Of(dataSet.Schedule.Typed),
            Checks = definition.Checks.ToDictionary(c => c.Key, c => FormText.Snake(c.Value), StringComparer.Ordinal),
        };
    }
}

/// <summary>The details by the names of their flags; what was not given is left out.</summary>
internal sealed record DetailsForm
{
    public required string Report { get; init; }

    /// <summary>Null for all sites.</summary>
    public IReadOnlyList<int>? Sites { get; init; }

    public required string Period { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Date { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DaysBack { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Start { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StartDaysBack { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? End { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? EndDaysBack { get; init; }

    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Segments saved on the server, by name.</summary>
    public IReadOnlyList<string> SavedSegments { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ActionName { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ActionType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Goal { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Subtable { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SubtableOf { get; init; }

    /// <summary>all: the rows below every row.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subtables { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Flatten { get; init; }

    /// <summary>What is done to personal fields of raw visits, where it is not the default.</summary>
    public IReadOnlyDictionary<string, string> Personal { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public int Steps { get; init; }

    public required string Levels { get; init; }

    public IReadOnlyList<string> Columns { get; init; } = [];

    public static DetailsForm Of(Details details) => new()
    {
        Report = details.Report,
        Sites = details.Sites,
        Period = FormText.Snake(details.Period),
        Date = On(details.Date),
        DaysBack = details.Date?.DaysBack,
        Start = On(details.Start),
        StartDaysBack = details.Start?.DaysBack,
        End = On(details.End),
        EndDaysBack = details.End?.DaysBack,
        Segments = details.Segments,
        Url = details.Url,
        Title = details.Title,
        ActionName = details.ActionName,
        ActionType = details.ActionType,
        Goal = details.Goal,
        Subtable = details.Subtable,
        SubtableOf = details.SubtableOf,
        Subtables = details.AllSubtables ? "all" : null,
        Flatten = details.Flatten,
        SavedSegments = details.SavedSegments,
        Personal = details.Personal.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(p => p.Key, p => FormText.Snake(p.Value), StringComparer.Ordinal),
        Parameters = details.Parameters,
        Steps = details.Steps,
        Levels = FormText.Snake(details.Levels),
        Columns = details.Columns,
    };

    private static string? On(DateChoice? date) => date?.On is { } on ? FormText.Date(on) : null;
}

/// <summary>When a DataSet is updated by itself, by the names of the flags; what was not given is left out.</summary>
internal sealed record ScheduleFieldsForm
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Every { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? DailyAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Weekly { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Monthly { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cron { get; init; }

    public bool Manual { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ActiveHours { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TimeZone { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Missed { get; init; }

    public bool NoRetry { get; init; }

    public static ScheduleFieldsForm Of(ScheduleInput typed) => new()
    {
        Every = typed.Every,
        DailyAt = typed.DailyAt?.Split(','),
        Weekly = typed.Weekly,
        Monthly = typed.Monthly,
        Cron = typed.Cron,
        Manual = (typed.Every ?? typed.DailyAt ?? typed.Weekly ?? typed.Monthly ?? typed.Cron) is null,
        ActiveHours = typed.ActiveHours,
        TimeZone = typed.TimeZone,
        Missed = typed.Missed,
        NoRetry = typed.NoRetry,
    };
}

internal sealed record DeletedDataSetForm(string Deleted, bool DataKept);

internal sealed record PartitionForm(
    int SiteId, string Period, string? PeriodStart, string? PeriodEnd, string Segment, string State, long Rows, double? OthersShare, string? Truncated, string ReadAt, string RunId)
{
    public static PartitionForm Of(PartitionRecord partition) => new(
        partition.Key.SiteId, FormText.Snake(partition.Key.Period), FormText.DateOrNull(partition.Key.Start), FormText.DateOrNull(partition.Key.End), partition.Key.Segment,
        FormText.Snake(partition.State), partition.Rows, partition.OthersShare, partition.Truncated, FormText.Instant(partition.ReadAt), partition.RunId);
}

/// <param name="Skipped">DataSets of the set that were left out.</param>
internal sealed record StarterSetForm(IReadOnlyList<DataSetForm> DataSets, IReadOnlyList<SkippedForm> Skipped)
{
    public static StarterSetForm Of(StarterSetResult result) => new(
        [.. result.Added.Select(DataSetForm.Of)],
        [.. result.Skipped.Select(s => new SkippedForm(s.Name, s.Reason))]);
}

internal sealed record SkippedForm(string Name, string Reason);
