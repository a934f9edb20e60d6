using Tributary.Accounts;

namespace Tributary.Tables;

/// <summary>How much a finding matters.</summary>
public enum HealthSeverity
{
    /// <summary>Good to know; nothing is wrong.</summary>
    Note,

    /// <summary>Numbers are not whole, or will not be.</summary>
    Warning,

    /// <summary>The DataSet is not updated.</summary>
    Failure,
}

/// <summary>What mends a finding.</summary>
public enum RemedyKind
{
    /// <summary>Nothing is to be done, or time does it.</summary>
    None,

    /// <summary>A run.</summary>
    RunNow,

    /// <summary>A run over the dates of the finding.</summary>
    Backfill,

    /// <summary>The account: its token, or another account.</summary>
    Account,

    /// <summary>The DataSet's settings.</summary>
    Settings,

    /// <summary>Something on the Matomo server.</summary>
    Matomo,

    /// <summary>A look at the runs and their log.</summary>
    History,
}

/// <summary>Something that is not right about a DataSet, or good to know.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">A stable code: one of docs/errors.md, or partition.truncated, partition.missing, partition.provisional, backfill.unfinished, rows.none, rows.differ, run.never, schedule.overdue.</param>
/// <param name="Title">The fact, one sentence.</param>
/// <param name="Text">What follows from it; may be empty.</param>
/// <param name="Remedy">What to do, in words; empty where there is nothing to do.</param>
/// <param name="Kind">What mends it.</param>
public sealed record HealthFinding(HealthSeverity Severity, string Code, string Title, string Text, string Remedy, RemedyKind Kind)
{
    /// <summary>The first day it is about; null for none.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day it is about, inclusive.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The site it is about; null for several or none.</summary>
    public int? SiteId { get; init; }

    /// <summary>The run it is about; null for none.</summary>
    public string? RunId { get; init; }
}

/// <summary>What is not right about a DataSet.</summary>
/// <param name="Findings">The worst first; notes last.</param>
/// <param name="CheckedAt">When a run looked at it last, UTC; null before the first.</param>
public sealed record DataSetHealth(IReadOnlyList<HealthFinding> Findings, DateTimeOffset? CheckedAt)
{
    /// <summary>Whether nothing is wrong: there are notes at most.</summary>
    public bool IsRight => Findings.All(f => f.Severity == HealthSeverity.Note);
}
