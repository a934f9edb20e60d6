using System.Globalization;

namespace Tributary.Model;

/// <summary>What became of a column.</summary>
public enum SchemaChangeKind
{
    /// <summary>The report brought it for the first time.</summary>
    Added,

    /// <summary>Its type became wider; no value was lost.</summary>
    Widened,

    /// <summary>It had values in every run before and has none now. The column stays, null in new rows.</summary>
    Vanished,
}

/// <summary>A change of a table's columns.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Column">The column.</param>
/// <param name="From">Its type before; null where it is new.</param>
/// <param name="To">Its type now; null where it has vanished.</param>
public sealed record SchemaChange(SchemaChangeKind Kind, string Column, ColumnType? From, ColumnType? To)
{
    /// <summary>The change in words.</summary>
    public override string ToString() => Kind switch
    {
        SchemaChangeKind.Added => string.Create(CultureInfo.InvariantCulture, $"{Column} is new ({To})"),
        SchemaChangeKind.Widened => string.Create(CultureInfo.InvariantCulture, $"{Column} became {To}, it was {From}"),
        _ => $"{Column} has no values any more",
    };
}

/// <summary>The columns of a table from one run on.</summary>
/// <param name="RunId">The run that changed them.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Changes">What changed; empty for the first run.</param>
/// <param name="Columns">All columns then.</param>
public sealed record SchemaVersion(string RunId, DateTimeOffset At, IReadOnlyList<SchemaChange> Changes, IReadOnlyList<ColumnDefinition> Columns);
