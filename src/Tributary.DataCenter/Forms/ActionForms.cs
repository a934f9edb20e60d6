using System.ComponentModel;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.DataCenter.Forms;

/// <summary>A name to give.</summary>
internal sealed record NameFields(string? Name);

/// <summary>How to run: all left out reads the DataSet's own dates.</summary>
internal record RunFields
{
    /// <summary>First day of a backfill.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day of a backfill.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Read final partitions again too.</summary>
    public bool? Full { get; init; }

    /// <summary>Hours of the workspace's zone in which Matomo is asked: 22-6.</summary>
    public string? QuietHours { get; init; }

    public RunRequest ToRequest(params IReadOnlyList<string> names) => new() { Names = names, From = From, To = To, Full = Full ?? false, QuietHours = QuietHours };
}

/// <summary>Which DataSets to run, and how.</summary>
internal sealed record RunsFields : RunFields
{
    /// <summary>Names, ids or tables.</summary>
    public IReadOnlyList<string>? Datasets { get; init; }

    /// <summary>Every DataSet with the tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Every DataSet.</summary>
    public bool? All { get; init; }
}

/// <summary>Runs that wait for a worker.</summary>
internal sealed record QueuedForm(IReadOnlyList<QueuedRunForm> Runs)
{
    public static QueuedForm Of(IEnumerable<QueuedRun> runs) => new([.. runs.Select(r => new QueuedRunForm(r.DataSet, r.RunId))]);
}

internal sealed record QueuedRunForm(string Dataset, string RunId);

/// <summary>What stopping one run did.</summary>
internal sealed record StoppedRunForm(string RunId, bool Stopping);

/// <summary>The run to go back to.</summary>
internal sealed record RevertFields(string? RunId);

/// <summary>A preview to make.</summary>
internal sealed record PreviewFields : DetailsFields
{
    /// <summary>The account to read from.</summary>
    public string? Account { get; init; }

    /// <summary>Rows at most.</summary>
    [DefaultValue(50)]
    public int? Rows { get; init; }
}

/// <summary>A change of a DataSet, and what it means for stored rows.</summary>
internal sealed record DataSetEditForm(DataSetForm Dataset, IReadOnlyList<string> Consequences);

/// <summary>A ready set to add.</summary>
internal sealed record StarterSetFields
{
    /// <summary>The account to read from.</summary>
    public string? Account { get; init; }

    /// <summary>Ids; empty or left out for all sites.</summary>
    public IReadOnlyList<int>? Sites { get; init; }

    /// <summary>Words to find its DataSets by.</summary>
    public IReadOnlyList<string>? Tag { get; init; }
}

/// <summary>What holds for the whole workspace.</summary>
internal sealed record SettingsForm(string TimeZone, int KeepRunRecordsDays);

/// <summary>What to change of it.</summary>
internal sealed record SettingsFields
{
    /// <summary>The zone of schedules that name none.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Days for which runs and their logs are kept.</summary>
    public int? KeepRunRecordsDays { get; init; }
}

/// <summary>What a call that changes something must carry when it comes with a cookie instead of a key.</summary>
internal sealed record AntiforgeryForm(string Header, string Token);

/// <summary>A key; never what opens.</summary>
internal sealed record KeyForm(string Id, string Name, string Scope, string Start, string MadeBy, string CreatedAt, string? LastUsedAt, string? RevokedAt)
{
    public static KeyForm Of(ApiKey key) => new(
        key.Id, key.Name, FormText.Snake(key.Scope), key.Start, key.MadeBy, FormText.Instant(key.CreatedAt), FormText.InstantOrNull(key.LastUsedAt), FormText.InstantOrNull(key.RevokedAt));
}

/// <summary>A person who may sign in.</summary>
internal sealed record UserForm(string Id, string Name, string Role, bool HasPassword, string? LockedUntil, string? LastSeenAt)
{
    public static UserForm Of(User user) => new(user.Id, user.Name, FormText.Snake(user.Role), user.HasPassword, FormText.InstantOrNull(user.LockedUntil), FormText.InstantOrNull(user.LastSeenAt));
}

internal sealed record CompactForm(long BytesBefore, long BytesAfter);
