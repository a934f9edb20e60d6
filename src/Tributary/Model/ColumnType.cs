namespace Tributary.Model;

/// <summary>The types a column can have. Each destination maps them to its own.</summary>
public enum ColumnType
{
    /// <summary>Unicode text, compared byte by byte.</summary>
    Text,

    /// <summary>A signed 64-bit whole number.</summary>
    Integer,

    /// <summary>A 64-bit binary float.</summary>
    Double,

    /// <summary>DECIMAL(20,4): an amount of money, rounded half to even.</summary>
    Money,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A calendar date of the site's zone.</summary>
    Date,

    /// <summary>An instant, UTC, microseconds.</summary>
    Instant,

    /// <summary>Compact JSON text.</summary>
    Json,
}

/// <summary>Where a column stands in a table. The order of the values is the order in the table.</summary>
public enum ColumnRole
{
    /// <summary><c>site_id</c>, <c>site_name</c>, <c>period</c>, <c>period_start</c>, <c>period_end</c>, <c>segment</c>.</summary>
    Key,

    /// <summary><c>label</c> and the dimension columns.</summary>
    Dimension,

    /// <summary>Row metadata: <c>url</c>, <c>country_code</c>, …</summary>
    Metadata,

    /// <summary>A metric.</summary>
    Metric,

    /// <summary>The currency of the money columns.</summary>
    Currency,

    /// <summary>A metric of one goal.</summary>
    Goal,

    /// <summary><c>is_others</c>.</summary>
    Others,

    /// <summary><c>_run_id</c>, <c>_read_at</c>.</summary>
    Run,
}

/// <summary>Whether a metric may be combined over rows or over days.</summary>
public enum Additivity
{
    /// <summary>Not a metric.</summary>
    NotApplicable,

    /// <summary>May be added over days.</summary>
    Sum,

    /// <summary>Combine by the least.</summary>
    Min,

    /// <summary>Combine by the greatest.</summary>
    Max,

    /// <summary>A ratio or average: derive it again from its parts.</summary>
    Recompute,

    /// <summary>Must not be combined: distinct counts.</summary>
    None,
}

/// <summary>One column of a table.</summary>
/// <param name="Name">snake_case, unique ignoring case within a table.</param>
/// <param name="Type">The type.</param>
/// <param name="Role">Where it stands.</param>
public sealed record ColumnDefinition(string Name, ColumnType Type, ColumnRole Role)
{
    /// <summary>Whether values may be combined.</summary>
    public Additivity Additivity { get; init; }

    /// <summary>One sentence for people; empty when nothing is known beyond the name.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether null can occur. Only key and run columns are never null.</summary>
    public bool Nullable { get; init; } = true;
}

/// <summary>The columns of a table, in their order.</summary>
/// <param name="Columns">In table order; names unique ignoring case.</param>
public sealed record TableSchema(IReadOnlyList<ColumnDefinition> Columns)
{
    /// <summary>A table without columns.</summary>
    public static TableSchema Empty { get; } = new([]);

    /// <summary>The column of that name, ignoring case; null when there is none.</summary>
    public ColumnDefinition? Find(string name) =>
        Columns.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
}
