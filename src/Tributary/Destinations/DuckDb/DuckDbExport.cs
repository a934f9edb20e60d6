using System.Text.Json;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>A table's rows as a file: written by the engine into the session's folder, then handed on.</summary>
internal static class DuckDbExport
{
    public static async Task RunAsync(
        DuckDbFile file, string table, ExportFormat format, string? where, Func<string, CancellationToken, Task> handOn, CancellationToken cancellationToken)
    {
        var folder = StagingFolder.CreateOwned(file.StagingFolder);
        try
        {
            var result = Path.Combine(folder, "rows");
            using (var session = await file.OpenAsync(DuckDbAccess.Export, cancellationToken))
            {
                var written = Path.Combine(session.Folder, "rows");
                await session.RunAsync(() => Write(session.Connection, file.Path, table, format, where, written), cancellationToken);
                File.Move(written, result);
            }

            // The data file is free again while a slow receiver takes its time.
            await handOn(result, cancellationToken);
        }
        finally
        {
            StagingFolder.TryDelete(folder);
        }
    }

    public static async Task CopyAsync(string file, Stream output, CancellationToken cancellationToken)
    {
        await using var rows = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await rows.CopyToAsync(output, cancellationToken);
    }

    public static async Task MoveAsync(string file, string path, CancellationToken cancellationToken)
    {
        // Beside its goal first: a move across file systems is a copy, and half of one must not stand under the name.
        var near = Path.GetFullPath(path) + ".part";
        try
        {
            await using (var output = new FileStream(near, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
            {
                await CopyAsync(file, output, cancellationToken);
            }

            File.Move(near, path, overwrite: true);
        }
        finally
        {
            File.Delete(near);
        }
    }

    private static void Write(DuckDBConnection connection, string path, string table, ExportFormat format, string? where, string target)
    {
        var schema = DuckDbTables.ReadSchema(connection, table)
            ?? throw new TributaryException("destination.no_table", Fault.Setup, $"There is no table '{table}' yet: its DataSet has not been run.");
        var columns = string.Join(", ", schema.Columns.Select(c => Selected(c, format)));
        var filter = where is null ? "" : $" WHERE (\n{Checked(connection, where)}\n)";
        try
        {
            // The condition sees the table's own columns, hence the inner SELECT.
            connection.Execute($"COPY (SELECT {columns} FROM (SELECT * FROM {DuckDbDialect.Quote(table)}{filter})) TO {DuckDbDialect.Literal(target)} ({Options(format)})");
        }
        catch (DuckDBException e) when (where is not null && !DuckDbErrors.IsInterrupted(e))
        {
            throw DuckDbErrors.ExplainStatement(e, path);
        }
    }

    private static string Selected(ColumnDefinition column, ExportFormat format)
    {
        var name = DuckDbDialect.Quote(column.Name);
        return column.Type == ColumnType.Instant && format != ExportFormat.Parquet ? $"{DuckDbDialect.InstantText(name)} AS {name}" : name;
    }

    private static string Options(ExportFormat format) => format switch
    {
        ExportFormat.Csv => "FORMAT csv, HEADER",
        ExportFormat.Json => "FORMAT json, ARRAY true",
        ExportFormat.Parquet => "FORMAT parquet, COMPRESSION zstd",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>The condition, once the engine's own parser has found nothing else in it: no second statement, no UNION, no LIMIT.</summary>
    private static string Checked(DuckDBConnection connection, string where)
    {
        var parsed = (string)connection.Scalar($"SELECT CAST(json_serialize_sql({DuckDbDialect.Literal($"SELECT 1 FROM t WHERE (\n{where}\n)")}) AS VARCHAR)")!;
        using var document = JsonDocument.Parse(parsed);
        var root = document.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            throw DuckDbErrors.Statement(root.TryGetProperty("error_message", out var text) ? text.GetString()! : "The condition cannot be understood.");
        }

        var statements = root.GetProperty("statements");
        var node = statements[0].GetProperty("node");
        var alone = statements.GetArrayLength() == 1
            && node.GetProperty("type").GetString() == "SELECT_NODE"
            && node.GetProperty("modifiers").GetArrayLength() == 0
            && node.GetProperty("group_expressions").GetArrayLength() == 0
            && node.GetProperty("having").ValueKind == JsonValueKind.Null
            && node.GetProperty("qualify").ValueKind == JsonValueKind.Null
            && node.GetProperty("sample").ValueKind == JsonValueKind.Null;
        return alone ? where : throw DuckDbErrors.Statement("A condition for export is one expression over the table's columns, such as nb_visits > 10.");
    }
}
