using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>A destination whose tables can be read through Tributary.</summary>
public interface IQueryableDestination : IDestination
{
    /// <summary>
    /// Runs one statement that reads. It can change nothing and reach neither files nor network.
    /// The destination is held until the result is read to its end or disposed.
    /// </summary>
    Task<QueryResult> QueryAsync(string sql, CancellationToken cancellationToken);

    /// <summary>Runs one statement that reads, within limits.</summary>
    /// <exception cref="TributaryException"><c>query.too_long</c>: it took longer than the limit.</exception>
    Task<QueryResult> QueryAsync(string sql, QueryLimits limits, CancellationToken cancellationToken);

    /// <summary>Writes a table's rows, in the format given, to a stream.</summary>
    /// <param name="table">The table.</param>
    /// <param name="where">A condition over its columns; null for all rows.</param>
    Task ExportAsync(string table, ExportFormat format, Stream output, string? where, CancellationToken cancellationToken);

    /// <summary>Writes a table's rows to a file, which is replaced only when all went well.</summary>
    Task ExportAsync(string table, ExportFormat format, string path, string? where, CancellationToken cancellationToken);
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
}
