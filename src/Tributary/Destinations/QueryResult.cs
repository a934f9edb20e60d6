namespace Tributary.Destinations;

/// <summary>A column of a query's answer.</summary>
/// <param name="Name">As the query names it; need not be unique.</param>
/// <param name="Type">The engine's type name, <c>BIGINT</c>.</param>
public sealed record QueryColumn(string Name, string Type);

/// <summary>
/// The answer of a query, row by row. Values are <see cref="string"/>, <see cref="bool"/>, whole numbers up to <see cref="System.Numerics.BigInteger"/>,
/// <see cref="double"/>, <see cref="decimal"/>, <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="DateTimeOffset"/> (UTC), <see cref="Guid"/>,
/// byte arrays, lists and dictionaries of these, or null.
/// </summary>
public sealed class QueryResult : IAsyncDisposable
{
    private readonly Func<ValueTask> _release;

    internal QueryResult(IReadOnlyList<QueryColumn> columns, IAsyncEnumerable<object?[]> rows, Func<ValueTask> release)
    {
        Columns = columns;
        Rows = rows;
        _release = release;
    }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<QueryColumn> Columns { get; }

    /// <summary>The rows, to be read once.</summary>
    public IAsyncEnumerable<object?[]> Rows { get; }

    /// <summary>Lets go of the destination.</summary>
    public ValueTask DisposeAsync() => _release();
}
