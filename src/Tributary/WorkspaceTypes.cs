using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary;

/// <summary>A DataSet to add.</summary>
public sealed record NewDataSet
{
    /// <summary>The name people see.</summary>
    public required string Name { get; init; }

    /// <summary>The account's name.</summary>
    public required string Account { get; init; }

    /// <summary>What to read, as typed.</summary>
    public required DetailsInput Details { get; init; }

    /// <summary>The table; null derives it from the name.</summary>
    public string? Table { get; init; }

    /// <summary>The destination's name; null for the embedded one.</summary>
    public string? Destination { get; init; }

    /// <summary>How it is kept; what is null takes its default.</summary>
    public DataSetSettings Settings { get; init; } = new();

    /// <summary>Schedule, retries and expected frequency, as typed.</summary>
    public ScheduleInput Schedule { get; init; } = new();
}

/// <summary>A change of a DataSet; what is null stays.</summary>
public sealed record DataSetChange
{
    /// <summary>Another name; the table keeps its own.</summary>
    public string? NewName { get; init; }

    /// <summary>Another account.</summary>
    public string? Account { get; init; }

    /// <summary>Fields of the details to change, as typed; null for none.</summary>
    public DetailsInput? Details { get; init; }

    /// <summary>Settings to change.</summary>
    public DataSetSettings Settings { get; init; } = new();

    /// <summary>Schedule, retries and expected frequency to change, as typed.</summary>
    public ScheduleInput Schedule { get; init; } = new();
}

/// <summary>What a change of a DataSet came to.</summary>
/// <param name="DataSet">The DataSet with the change.</param>
/// <param name="Consequences">What happens to stored rows, in sentences; empty where nothing does.</param>
public sealed record DataSetEdit(DataSet DataSet, IReadOnlyList<string> Consequences);

/// <summary>A ready set to add.</summary>
/// <param name="Name">Its name: <c>standard</c>.</param>
/// <param name="Account">The account's name.</param>
public sealed record NewStarterSet(string Name, string Account)
{
    /// <summary>The name of the one set there is.</summary>
    public const string Standard = "standard";

    /// <summary>The names of its DataSets.</summary>
    public static IReadOnlyList<string> Reports { get; } = [.. StarterSet.Reports.Select(r => r.Name)];

    /// <summary>Sites, as typed; null for all.</summary>
    public string? Sites { get; init; }

    /// <summary>When they are updated by themselves. Default: by hand.</summary>
    public ScheduleInput Schedule { get; init; } = new();

    /// <summary>Words to find the DataSets by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}

/// <summary>What became of a ready set.</summary>
/// <param name="Added">The DataSets added.</param>
/// <param name="Skipped">Those left out, and why.</param>
public sealed record StarterSetResult(IReadOnlyList<DataSet> Added, IReadOnlyList<(string Name, string Reason)> Skipped);

/// <summary>A DataSet as a workspace knows it.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Definition">What it is.</param>
/// <param name="Table">Its table.</param>
/// <param name="AccountName">The account's name; null when the account was removed.</param>
/// <param name="Group">The report group as the menu writes it.</param>
public sealed record DataSet(string Id, DataSetDefinition Definition, string Table, string? AccountName, string Group)
{
    /// <summary>The destination's name; null when it was removed.</summary>
    public string? DestinationName { get; init; } = Destination.EmbeddedName;

    /// <summary>Rows stored.</summary>
    public long Rows { get; init; }

    /// <summary>Partitions stored.</summary>
    public int Partitions { get; init; }

    /// <summary>The last run; null before the first.</summary>
    public RunResult? LastRun { get; init; }

    /// <summary>When the last run ended, UTC; null before the first.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    /// <summary>When Matomo was last asked for rows that are stored, UTC; null when nothing is.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>The columns of the table; empty before the first commit.</summary>
    public IReadOnlyList<ColumnDefinition> Columns { get; init; } = [];

    /// <summary>When it is updated by itself.</summary>
    public ScheduleExplanation Schedule { get; init; } = ScheduleExplanation.ByHand;
}

/// <summary>A line of a list of DataSets: quick to get, however many there are.</summary>
/// <param name="Name">The name people see.</param>
/// <param name="Table">Its table.</param>
/// <param name="Report">The report it reads.</param>
/// <param name="AccountName">The account's name; null when the account was removed.</param>
/// <param name="Rows">Rows stored.</param>
/// <param name="Partitions">Partitions stored.</param>
/// <param name="LastStatus">How the last run ended; null before the first.</param>
/// <param name="LastRunAt">When it ended, UTC; null before the first.</param>
/// <param name="NextRunAt">When it is due next, UTC; null by hand.</param>
/// <param name="Schedule">The schedule in words.</param>
public sealed record DataSetLine(string Name, string Table, string Report, string? AccountName, long Rows, int Partitions, RunStatus? LastStatus, DateTimeOffset? LastRunAt, DateTimeOffset? NextRunAt, string Schedule)
{
    /// <summary>Stable id.</summary>
    public required string Id { get; init; }

    /// <summary>When Matomo was last asked for rows that are stored, UTC; null when nothing is.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>The report group as the menu writes it.</summary>
    public required string Group { get; init; }

    /// <summary>The page or parent row that it is about, which tells it from others of the same report; null where it is about none.</summary>
    public string? About { get; init; }

    /// <summary>Words to find it by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Why the last run failed, wholly or in part; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The code of <see cref="Error"/>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The first thing the last run warned of; null for nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>Whether its account waits for a person, so that it is not updated.</summary>
    public bool AccountNeedsAttention { get; init; }

    /// <summary>The last run that ended; null before the first.</summary>
    public string? LastRunId { get; init; }
}

/// <summary>A schedule as people read it.</summary>
/// <param name="Words">"every day at 07:00 (Europe/Paris)"; "by hand".</param>
/// <param name="Next">The next five times, UTC; fewer when there are no more.</param>
/// <param name="Typed">What a person types to get it.</param>
public sealed record ScheduleExplanation(string Words, IReadOnlyList<DateTimeOffset> Next, ScheduleInput Typed)
{
    /// <summary>No schedule.</summary>
    public static ScheduleExplanation ByHand { get; } = new("by hand", [], new ScheduleInput { Manual = true });
}

/// <summary>Which DataSets to run and how.</summary>
public sealed record RunRequest
{
    /// <summary>Names; empty with <see cref="All"/> or <see cref="Tag"/>.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Every DataSet of the workspace.</summary>
    public bool All { get; init; }

    /// <summary>Every DataSet with the tag; null for none.</summary>
    public string? Tag { get; init; }

    /// <summary>First day of a backfill instead of the DataSet's own dates; null for its own.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day of a backfill.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Reads final partitions again too.</summary>
    public bool Full { get; init; }

    /// <summary>Hours of the workspace's zone in which Matomo is asked, as typed: 22-6; null for any.</summary>
    public string? QuietHours { get; init; }
}

/// <summary>What a run would ask for.</summary>
/// <param name="Sites">Sites.</param>
/// <param name="Partitions">Partitions to read.</param>
/// <param name="Requests">Requests it will take, at least.</param>
/// <param name="From">The first day over all sites; null without dates.</param>
/// <param name="To">The last day over all sites; null without dates.</param>
/// <param name="Skipped">Partitions left alone because they are final.</param>
public sealed record PlanSummary(int Sites, int Partitions, int Requests, DateOnly? From, DateOnly? To, int Skipped)
{
    /// <summary>About how long it will take, going by the DataSet's last windows; null when there were none.</summary>
    public TimeSpan? Estimate { get; init; }
}

/// <summary>The first rows of a DataSet as they would be stored. Nothing is stored.</summary>
/// <param name="Columns">Every column with its type.</param>
/// <param name="Rows">The rows, each value in its column's .NET form: string, long, double, decimal, bool, DateOnly, DateTimeOffset, or null.</param>
/// <param name="Plan">What a run will ask for.</param>
/// <param name="Warnings">Notes and warnings.</param>
public sealed record PreviewResult(IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, PlanSummary Plan, IReadOnlyList<RunWarning> Warnings)
{
    /// <summary>The share of the report's main metric that lies in Matomo's Others rows, 0 to 1, where it is greatest; null when there is none to share.</summary>
    public double? OthersShare { get; init; }

    /// <summary>What that metric counts, as people call it: page views.</summary>
    public string OthersMetric { get; init; } = "";

    /// <summary>About how many rows a run will bring, going by what was read; null when nothing was.</summary>
    public long? ExpectedRows { get; init; }
}

/// <summary>One thing doctor looked at.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Ok">Whether it is fine.</param>
/// <param name="Message">What was found, and how to mend it when it is not fine.</param>
public sealed record Finding(string Name, bool Ok, string Message);

/// <summary>A backup that was made.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="WithKeys">Whether the keys are in it, without which its tokens cannot be read.</param>
public sealed record BackupResult(string Folder, long Bytes, bool WithKeys);
