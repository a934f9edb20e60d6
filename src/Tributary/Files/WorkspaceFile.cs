using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.Files;

/// <summary>What a file says, field by field checked for its form and not yet against accounts and reports.</summary>
internal sealed record WorkspaceFile(ItemReader? Workspace, IReadOnlyList<FileAccount> Accounts, IReadOnlyList<FileDestination> Destinations, IReadOnlyList<FileDataSet> DataSets, IReadOnlyList<FileAlert> Alerts)
{
    /// <summary>The zone of schedules that name none; null where the file does not say.</summary>
    public string? TimeZone => Workspace?.Text("time_zone");
}

/// <summary>An account of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="At">Its fields.</param>
internal sealed record FileAccount(string Name, ItemReader At);

/// <summary>A destination of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="At">Its fields.</param>
internal sealed record FileDestination(string Name, ItemReader At);

/// <summary>An alert of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="At">Its fields.</param>
internal sealed record FileAlert(string Name, ItemReader At);

/// <summary>A DataSet of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="At">Its fields.</param>
internal sealed record FileDataSet(string Name, ItemReader At)
{
    /// <summary>The name it had.</summary>
    public string? RenameFrom => At.Text("rename_from")?.Trim();

    /// <summary>The account's name; "" where it is missing.</summary>
    public string Account => At.Text("account")?.Trim() ?? "";

    /// <summary>The destination's name; null for the embedded one.</summary>
    public string? Destination => At.Text("destination")?.Trim();

    /// <summary>The table asked for.</summary>
    public string? Table => At.Text("table");

    /// <summary>What to read, as typed.</summary>
    public DetailsInput Details => new()
    {
        Report = At.Text("report"),
        Sites = At.Text("sites"),
        Period = At.Text("period"),
        Date = At.Text("date"),
        DaysBack = At.Text("days_back"),
        Start = At.Text("start"),
        StartDaysBack = At.Text("start_days_back"),
        End = At.Text("end"),
        EndDaysBack = At.Text("end_days_back"),
        By = At.Text("by"),
        Segments = At.Texts("segment"),
        SavedSegments = At.Texts("saved_segment"),
        Goal = At.Text("goal"),
        Subtable = At.Text("subtable"),
        SubtableOf = At.Text("subtable_of"),
        Subtables = At.Text("subtables"),
        Flatten = At.Text("flatten"),
        Url = At.Text("url"),
        Title = At.Text("title"),
        ActionName = At.Text("action_name"),
        ActionType = At.Text("action_type"),
        Steps = At.Text("steps"),
        Parameters = [.. At.Map("parameter").Select(p => $"{p.Key}={p.Value}")],
        Personal = [.. At.Map("personal").Select(p => $"{p.Key}={p.Value}")],
        Levels = At.Text("levels"),
        Columns = At.Text("columns"),
    };

    /// <summary>How it is kept.</summary>
    public DataSetSettings Settings => new()
    {
        Description = At.Text("description"),
        Tags = At.List("tag"),
        Update = At.Text("update") is { } update ? Enum.Parse<UpdateMethod>(update, ignoreCase: true) : null,
        Key = At.List("key"),
        KeepDays = At.Number("keep_days"),
        KeepRuns = At.Number("keep_runs"),
        LookbackDays = At.Number("lookback"),
        AllowEmpty = At.Switch("allow_empty"),
        TotalsCheck = At.Switch("totals_check"),
        Alerts = At.Switch("alerts"),
        Drift = At.Text("drift") is { } drift ? Enum.Parse<DriftPolicy>(drift, ignoreCase: true) : null,
        Checks = At.Map("check").ToDictionary(c => c.Key, c => Enum.Parse<CheckLevel>(c.Value, ignoreCase: true), StringComparer.Ordinal),
    };

    /// <summary>When it is updated by itself, as typed.</summary>
    public ScheduleInput Schedule => new()
    {
        Every = At.Text("every"),
        DailyAt = At.Text("daily_at"),
        Weekly = At.Text("weekly"),
        Monthly = At.Text("monthly"),
        Cron = At.Text("cron"),
        Manual = At.Switch("manual") ?? false,
        ActiveHours = At.Text("active_hours"),
        TimeZone = At.Text("time_zone"),
        Missed = At.Text("missed"),
        Retry = At.Text("retry"),
        RetryAfter = At.Text("retry_after"),
        NoRetry = At.Switch("no_retry") ?? false,
        ExpectEvery = At.Text("expect_every"),
    };
}
