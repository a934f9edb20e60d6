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
    private readonly Func<bool>? _isCut;

    internal QueryResult(IReadOnlyList<QueryColumn> columns, IAsyncEnumerable<object?[]> rows, Func<ValueTask> release, Func<bool>? isCut = null)
    {
        Columns = columns;
        Rows = rows;
        _release = release;
        _isCut = isCut;
    }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<QueryColumn> Columns { get; }

    /// <summary>The rows, to be read once.</summary>
    public IAsyncEnumerable<object?[]> Rows { get; }

    /// <summary>Whether there were more rows than the limits let through; known once <see cref="Rows"/> came to its end.</summary>
    public bool IsCut => _isCut?.Invoke() == true;

    /// <summary>Lets go of the destination.</summary>
    public ValueTask DisposeAsync() => _release();
}

/// <summary>How much a query may take.</summary>
public sealed record QueryLimits
{
    /// <summary>No limits.</summary>
    public static QueryLimits None { get; } = new();

    /// <summary>Limits for a person before a screen: a minute, ten thousand rows, 64 MB, no value above 16 MB, and two queries at a time.</summary>
    public static QueryLimits Screen { get; } = new() { TimeLimit = TimeSpan.FromSeconds(60), MaxRows = 10_000, MaxBytes = 64 << 20, MaxValueBytes = 16 << 20, IsShared = true };

    /// <summary>The time from the moment the data is open to the last row; null for no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Rows told; those behind are left out, and <see cref="QueryResult.IsCut"/> says so. Null for no limit.</summary>
    public long? MaxRows { get; init; }

    /// <summary>About how many bytes one value may have; one that has more ends the query. Null for no limit.</summary>
    public long? MaxValueBytes { get; init; }

    /// <summary>Whether it waits for its turn among others of its kind in this process: together they would need the memory of each.</summary>
    public bool IsShared { get; init; }

    /// <summary>About how many bytes of values are told; rows behind are left out too. Null for no limit.</summary>
    public long? MaxBytes { get; init; }
}
