namespace Tributary.Destinations;

/// <summary>What the values of a column are.</summary>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Nulls">Rows without a value.</param>
/// <param name="Distinct">Different values.</param>
/// <param name="IsExact">Whether <paramref name="Distinct"/> was counted; in large tables it is reckoned, within some percent.</param>
internal sealed record ColumnFacts(long Rows, long Nulls, long Distinct, bool IsExact)
{
    /// <summary>The least value; null where there is none, or no order.</summary>
    public object? Min { get; init; }

    /// <summary>The greatest value.</summary>
    public object? Max { get; init; }

    /// <summary>The average of numbers.</summary>
    public double? Average { get; init; }

    /// <summary>First quartile, median and third quartile of numbers; empty for others.</summary>
    public IReadOnlyList<double> Quartiles { get; init; } = [];

    /// <summary>The most frequent values of texts and flags, the most frequent first.</summary>
    public IReadOnlyList<(object? Value, long Count)> Top { get; init; } = [];
}
