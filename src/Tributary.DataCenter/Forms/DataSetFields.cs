using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.DataCenter.Forms;

/// <summary>A DataSet as it is given, field by field as the command line and the file form name them. What is left out takes its default, or stays as it is.</summary>
internal sealed record DataSetFields : DetailsFields
{
    /// <summary>The name to call the DataSet by.</summary>
    public string? Name { get; init; }

    /// <summary>The account to read from.</summary>
    public string? Account { get; init; }

    /// <summary>The destination to write to; the embedded one when left out. Move a DataSet to give it another.</summary>
    public string? Destination { get; init; }

    /// <summary>The table's name; derived from the name when left out. A table keeps its name.</summary>
    public string? Table { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Words to find it by and to run it with.</summary>
    public IReadOnlyList<string>? Tag { get; init; }

    /// <summary>How a run changes stored rows: partition, replace, append or merge.</summary>
    public string? Update { get; init; }

    /// <summary>With merge: the columns that tell rows apart.</summary>
    public IReadOnlyList<string>? Key { get; init; }

    /// <summary>Remove what is older than so many days; 0 keeps all.</summary>
    public int? KeepDays { get; init; }

    /// <summary>How many runs can be reverted.</summary>
    public int? KeepRuns { get; init; }

    /// <summary>Days after a period's end during which it is read again.</summary>
    public int? Lookback { get; init; }

    /// <summary>Whether an answer without rows may replace what has some.</summary>
    public bool? AllowEmpty { get; init; }

    /// <summary>Whether days whose totals moved in Matomo are read again.</summary>
    public bool? TotalsCheck { get; init; }

    /// <summary>Whether alerts tell of it.</summary>
    public bool? Alerts { get; init; }

    /// <summary>When the report's columns change: evolve, warn or stop.</summary>
    public string? Drift { get; init; }

    /// <summary>What checks do, by code: note, warn, stop or off.</summary>
    public IReadOnlyDictionary<string, string>? Check { get; init; }

    /// <summary>Update it again and again: 15m, 2h, 1d, 2d@06:00.</summary>
    public string? Every { get; init; }

    /// <summary>Update it every day at these times.</summary>
    public IReadOnlyList<string>? DailyAt { get; init; }

    /// <summary>Update it on days of the week: mon,fri@07:00.</summary>
    public string? Weekly { get; init; }

    /// <summary>Update it on days of the month: 1,last@07:00.</summary>
    public string? Monthly { get; init; }

    /// <summary>Update it by a cron expression of five fields.</summary>
    public string? Cron { get; init; }

    /// <summary>Update it by hand only.</summary>
    public bool? Manual { get; init; }

    /// <summary>The hours in which every is active: 8-18, or all.</summary>
    public string? ActiveHours { get; init; }

    /// <summary>The zone of the schedule; workspace for the workspace's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What is done about times missed while nothing was running: once or skip.</summary>
    public string? Missed { get; init; }

    /// <summary>How often a scheduled update that failed is tried again.</summary>
    public int? Retry { get; init; }

    /// <summary>How long after the failure: 15m.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Do not try again.</summary>
    public bool? NoRetry { get; init; }

    /// <summary>The longest time between two updates that is no reason to worry: 26h, or never.</summary>
    public string? ExpectEvery { get; init; }

    /// <exception cref="InputException">A field holds a word it does not take.</exception>
    public DataSetSettings ToSettings() => new()
    {
        Description = Description,
        Tags = Tag,
        Update = Choice.Of<UpdateMethod>("--update", Update),
        Key = Key,
        KeepDays = KeepDays,
        KeepRuns = KeepRuns,
        LookbackDays = Lookback,
        AllowEmpty = AllowEmpty,
        TotalsCheck = TotalsCheck,
        Alerts = Alerts,
        Drift = Choice.Of<DriftPolicy>("--drift", Drift),
        Checks = (Check ?? new Dictionary<string, string>()).ToDictionary(c => c.Key, c => Choice.Of<CheckLevel>("--check", c.Value)!.Value, StringComparer.Ordinal),
    };

    public ScheduleInput ToSchedule() => new()
    {
        Every = Every,
        DailyAt = DailyAt is null ? null : string.Join(',', DailyAt),
        Weekly = Weekly,
        Monthly = Monthly,
        Cron = Cron,
        Manual = Manual ?? false,
        ActiveHours = ActiveHours,
        TimeZone = TimeZone,
        Missed = Missed,
        Retry = Retry?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        RetryAfter = RetryAfter,
        NoRetry = NoRetry ?? false,
        ExpectEvery = ExpectEvery,
    };
}

/// <summary>Words that stand for one of a few values.</summary>
internal static class Choice
{
    /// <exception cref="InputException">It is none of them.</exception>
    public static T? Of<T>(string field, string? word)
        where T : struct, Enum
    {
        if (word is null)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(FormText.Snake(value), word, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw new InputException(field, $"'{word}' is not one of {string.Join(", ", Enum.GetValues<T>().Select(v => FormText.Snake(v)))}.");
    }
}
