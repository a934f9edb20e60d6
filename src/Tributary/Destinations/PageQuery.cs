using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>How a value of a row is compared.</summary>
public enum FilterOperator
{
    /// <summary>The same; text to the letter.</summary>
    Equals,

    /// <summary>Another, or none.</summary>
    NotEquals,

    /// <summary>Has the text somewhere in it, upper and lower case alike.</summary>
    Contains,

    /// <summary>Begins with the text, upper and lower case alike.</summary>
    StartsWith,

    /// <summary>Less.</summary>
    Less,

    /// <summary>Less or the same.</summary>
    LessOrEqual,

    /// <summary>Greater.</summary>
    Greater,

    /// <summary>Greater or the same.</summary>
    GreaterOrEqual,

    /// <summary>There is no value.</summary>
    IsNull,

    /// <summary>There is a value.</summary>
    IsNotNull,
}

/// <summary>A condition that fits its column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">With what, in the column's .NET form; text for <see cref="FilterOperator.Contains"/> and <see cref="FilterOperator.StartsWith"/>; null where there is nothing to compare with.</param>
internal sealed record RowCondition(ColumnDefinition Column, FilterOperator Operator, object? Value);

/// <summary>Some rows of a table.</summary>
/// <param name="Columns">The columns wanted.</param>
/// <param name="Conditions">All of them hold for every row.</param>
/// <param name="Sort">The column they are sorted by; null for the newest period first.</param>
/// <param name="Descending">Whether the greatest comes first.</param>
/// <param name="Offset">Rows left out before.</param>
/// <param name="Take">Rows at most.</param>
internal sealed record PageQuery(IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<RowCondition> Conditions, ColumnDefinition? Sort, bool Descending, long Offset, int Take);

/// <summary>Some rows of a table as they are.</summary>
/// <param name="Columns">Their columns.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Total">How many rows fit the conditions.</param>
internal sealed record PageRows(IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<object?[]> Rows, long Total);
