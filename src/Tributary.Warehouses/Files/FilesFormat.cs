using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>What a file of rows is, and how the engine writes and reads it so that every value comes back as it was.</summary>
/// <param name="Name"><c>parquet</c>, <c>csv</c> or <c>jsonl</c>.</param>
/// <param name="Compression"><c>zstd</c>, <c>snappy</c>, <c>gzip</c> or <c>none</c>.</param>
internal sealed record FilesFormat(string Name, string Compression)
{
    public const string Parquet = "parquet";
    public const string Csv = "csv";
    public const string JsonLines = "jsonl";

    public static readonly string[] Names = [Parquet, Csv, JsonLines];

    public static readonly string[] Compressions = ["zstd", "snappy", "gzip", "none"];

    // The engine's own limit for a line is 2 MB, for an object 16 MB.
    private const long LeastLine = 2 << 20;

    /// <summary>The compression where none was said.</summary>
    public static string DefaultCompression(string name) => name == Parquet ? "zstd" : "none";

    /// <summary>Whether the two go together: Snappy is inside Parquet only.</summary>
    public static bool CanHave(string name, string compression) => name == Parquet || compression != "snappy";

    /// <summary>How names of files end, with the dot.</summary>
    public string Extension => Name == Parquet
        ? ".parquet"
        : "." + Name + Compression switch { "gzip" => ".gz", "zstd" => ".zst", _ => "" };

    /// <summary>Writes the rows of a query into a file.</summary>
    /// <param name="rows">A query whose columns are those of <paramref name="schema"/>.</param>
    public string Write(string rows, TableSchema schema, string path) => $"COPY (SELECT {string.Join(", ", schema.Columns.Select(Written))} FROM ({rows})) TO {DuckDbDialect.Literal(path)} ({Options})";

    /// <summary>Reads files as one table of exactly these columns; a column a file lacks is null.</summary>
    /// <param name="paths">At least one; together they have every column: see <see cref="WriteEmpty"/>.</param>
    /// <param name="withName">Whether a column <c>filename</c> says where a row stands.</param>
    public string Read(IReadOnlyList<string> paths, TableSchema schema, bool withName = false)
    {
        // A path is a pattern to the engine.
        var list = $"[{string.Join(", ", paths.Select(p => DuckDbDialect.Literal(Literally(p))))}]";
        var name = withName ? $", filename = '{FileName}'" : "";
        var rows = Name switch
        {
            Parquet => $"read_parquet({list}, union_by_name = true, hive_partitioning = false{name})",
            // Quoted empty text is a text, nothing at all is null.
            Csv => $"read_csv({list}, union_by_name = true, hive_partitioning = false, all_varchar = true, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, max_line_size = {LongestLine(paths)}{name})",
            _ => $"read_json({list}, format = 'newline_delimited', union_by_name = true, hive_partitioning = false, maximum_object_size = {Math.Min(LongestLine(paths) * 8, uint.MaxValue)}, columns = {{{string.Join(", ", schema.Columns.Select(c => $"{DuckDbDialect.Literal(c.Name)}: {DuckDbDialect.Literal(JsonType(c.Type))}"))}}}{name})",
        };
        return $"SELECT {string.Join(", ", schema.Columns.Select(ReadBack))}{(withName ? ", " + FileName : "")} FROM {rows}";
    }

    /// <summary>The column that tells a row's file.</summary>
    public const string FileName = "_tributary_file";

    /// <summary>A file without rows: read with others, it brings the columns that none of them has.</summary>
    public string WriteEmpty(TableSchema schema, string path) =>
        Write($"SELECT {string.Join(", ", schema.Columns.Select(c => $"CAST(NULL AS {DuckDbDialect.TypeName(c.Type)}) AS {DuckDbDialect.Quote(c.Name)}"))} LIMIT 0", schema, path);

    private string Options => Name switch
    {
        Parquet => $"FORMAT parquet, COMPRESSION {(Compression == "none" ? "uncompressed" : Compression)}",
        Csv => $"FORMAT csv, HEADER, COMPRESSION {Compression}",
        _ => $"FORMAT json, COMPRESSION {Compression}",
    };

    private static string Literally(string path) => path
        .Replace("[", "[[]", StringComparison.Ordinal)
        .Replace("*", "[*]", StringComparison.Ordinal)
        .Replace("?", "[?]", StringComparison.Ordinal);

    // Compressed text seldom shrinks to less than a hundredth. The engine says of a file that it is missing.
    private long LongestLine(IReadOnlyList<string> paths) => Math.Max(LeastLine, Math.Min(int.MaxValue / 16, paths.Max(p => new FileInfo(p) is { Exists: true } file ? file.Length : 0) * (Compression == "none" ? 1 : 100)));

    private static string JsonType(ColumnType type) => type is ColumnType.Json or ColumnType.Instant or ColumnType.Money ? "VARCHAR" : DuckDbDialect.TypeName(type);

    private string Written(ColumnDefinition column)
    {
        var name = DuckDbDialect.Quote(column.Name);
        return (Name, column.Type) switch
        {
            (Parquet, _) => name,
            (_, ColumnType.Instant) => $"{DuckDbDialect.InstantText(name)} AS {name}",
            // As text: in a line the JSON value null and no value would look the same, and programs that read JSON, DuckDB 1.5.6 among them, make a double of every number with a point.
            (JsonLines, ColumnType.Json or ColumnType.Money) => $"CAST({name} AS VARCHAR) AS {name}",
            _ => name,
        };
    }

    private string ReadBack(ColumnDefinition column)
    {
        var name = DuckDbDialect.Quote(column.Name);
        return $"CAST({name} AS {DuckDbDialect.TypeName(column.Type)}) AS {name}";
    }
}
