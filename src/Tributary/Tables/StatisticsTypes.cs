using Tributary.Model;

namespace Tributary.Tables;

/// <summary>What the values of a column are.</summary>
/// <param name="Column">The column.</param>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Nulls">Rows without a value.</param>
/// <param name="Distinct">Different values.</param>
/// <param name="IsDistinctExact">Whether they were counted: beyond a million rows they are reckoned, within some percent.</param>
public sealed record ColumnStatistics(ColumnDefinition Column, long Rows, long Nulls, long Distinct, bool IsDistinctExact)
{
    /// <summary>The least value in the column's .NET form; null where all are null, and for JSON.</summary>
    public object? Min { get; init; }

    /// <summary>The greatest value.</summary>
    public object? Max { get; init; }

    /// <summary>The average; null where the column holds no numbers.</summary>
    public double? Average { get; init; }

    /// <summary>First quartile, median and third quartile; empty where the column holds no numbers.</summary>
    public IReadOnlyList<double> Quartiles { get; init; } = [];

    /// <summary>The five most frequent values of texts, true and false; the most frequent first.</summary>
    public IReadOnlyList<ValueCount> Top { get; init; } = [];
}

/// <summary>A value and how many rows have it.</summary>
/// <param name="Value">The value in the column's .NET form.</param>
/// <param name="Count">Rows.</param>
public sealed record ValueCount(object? Value, long Count);
