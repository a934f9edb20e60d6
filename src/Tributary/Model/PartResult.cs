namespace Tributary.Model;

/// <summary>What a run, or a part of one, met of columns.</summary>
/// <param name="Seen">Columns that had a value in some row; empty without rows.</param>
/// <param name="Changes">Columns that are new against the table, or wider.</param>
/// <param name="IsFirst">Whether the table was made by this run.</param>
internal sealed record ColumnsMet(IReadOnlyList<string> Seen, IReadOnlyList<SchemaChange> Changes, bool IsFirst)
{
    /// <summary>Of a run that brought nothing.</summary>
    public static ColumnsMet None { get; } = new([], [], false);
}

/// <summary>What became of a part of a run.</summary>
/// <param name="Run">Its share of the run's result.</param>
/// <param name="Columns">What it met of columns.</param>
/// <param name="EndsRun">Whether nothing else of the run can succeed after it.</param>
internal sealed record PartResult(RunResult Run, ColumnsMet Columns, bool EndsRun);
