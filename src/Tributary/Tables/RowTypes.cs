using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Tables;

/// <summary>Which rows of a DataSet to read.</summary>
public sealed record RowRequest
{
    /// <summary>The columns; empty for all, in table order.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Conditions that all hold for every row.</summary>
    public IReadOnlyList<RowFilter> Filters { get; init; } = [];

    /// <summary>The column to sort by, rows without a value last; null for the newest period first, within it as they were stored.</summary>
    public string? Sort { get; init; }

    /// <summary>Whether the greatest comes first.</summary>
    public bool Descending { get; init; }

    /// <summary>Rows left out before.</summary>
    public long Offset { get; init; }

    /// <summary>Rows at most, 0 to 10,000; 0 only counts.</summary>
    public int Take { get; init; } = 100;
}

/// <summary>A condition as a person gives it.</summary>
/// <param name="Column">The column.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">With what, as text: 2026-11-20, 0.5, true; not looked at for <see cref="FilterOperator.IsNull"/> and <see cref="FilterOperator.IsNotNull"/>.</param>
public sealed record RowFilter(string Column, FilterOperator Operator, string? Value = null);

/// <summary>Rows of a DataSet.</summary>
/// <param name="Columns">Their columns; empty before the DataSet's first commit.</param>
/// <param name="Rows">The rows, each value in its column's .NET form: string, long, double, decimal, bool, DateOnly, DateTimeOffset, or null.</param>
/// <param name="Total">How many rows fit the conditions.</param>
public sealed record RowPage(IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<object?[]> Rows, long Total);
