using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>A destination whose tables can be read through Tributary, with SQL of one engine that Tributary knows well.</summary>
public interface IQueryableDestination : ISqlDestination
{
    /// <summary>
    /// Runs one statement that reads. It can change nothing and reach neither files nor network.
    /// The destination is held until the result is read to its end or disposed.
    /// </summary>
    Task<QueryResult> QueryAsync(string sql, CancellationToken cancellationToken);

    /// <summary>Writes a table's rows, in the format given, to a stream.</summary>
    Task ExportAsync(string table, ExportFormat format, Stream output, ExportOptions options, CancellationToken cancellationToken);

    /// <summary>Writes a table's rows to a file, which is replaced only when all went well.</summary>
    Task ExportAsync(string table, ExportFormat format, string path, ExportOptions options, CancellationToken cancellationToken);
}

/// <summary>What a table can be exported as.</summary>
public enum ExportFormat
{
    /// <summary>UTF-8, comma, header line, instants with Z.</summary>
    Csv,

    /// <summary>One array of objects.</summary>
    Json,

    /// <summary>Compressed with zstd.</summary>
    Parquet,

    /// <summary>One sheet of an Excel workbook: typed cells, at most 1,048,575 rows.</summary>
    Xlsx,

    /// <summary>Arrow's stream format.</summary>
    Arrow,
}

/// <summary>What of a table is exported, and how.</summary>
public sealed record ExportOptions
{
    /// <summary>All rows, to the byte.</summary>
    public static ExportOptions Default { get; } = new();

    /// <summary>A SQL condition over the table's columns; null for all rows.</summary>
    public string? Where { get; init; }

    /// <summary>The columns, in this order; empty for all, in table order.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>
    /// Whether texts in CSV that a spreadsheet would take for a formula (those that begin with =, +, -, @, a tab or a line break) get an apostrophe in front: for files that people open by hand.
    /// Off keeps every text as it is, for files that programs read. The other formats tell texts from formulas by themselves.
    /// </summary>
    public bool GuardFormulas { get; init; }
}
