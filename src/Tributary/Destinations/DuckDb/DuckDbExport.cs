using System.Text.Json;
using Apache.Arrow.Ipc;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>A table's rows as a file: written by the engine into the session's folder, then handed on.</summary>
internal static class DuckDbExport
{
    public static async Task RunAsync(
        DuckDbFile file, string table, ExportFormat format, ExportOptions options, Func<string, CancellationToken, Task> handOn, CancellationToken cancellationToken)
    {
        var folder = StagingFolder.CreateOwned(file.StagingFolder);
        try
        {
            var result = Path.Combine(folder, "rows");
            using (var session = await file.OpenAsync(DuckDbAccess.Export, cancellationToken))
            {
                var written = Path.Combine(session.Folder, "rows");
                await session.AwaitAsync(() => WriteAsync(session.Connection, file.Path, table, format, options, written, cancellationToken), cancellationToken);
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
        var near = $"{Path.GetFullPath(path)}.{Guid.NewGuid():N}.part";
        var output = new FileStream(near, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        try
        {
            await using (output)
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

    private static async Task<bool> WriteAsync(DuckDBConnection connection, string path, string table, ExportFormat format, ExportOptions options, string target, CancellationToken cancellationToken)
    {
        var schema = DuckDbTables.ReadSchema(connection, table)
            ?? throw new TributaryException("destination.no_table", Fault.Setup, $"There is no table '{table}' yet: its DataSet has not been run.");
        if (options.Columns.Count > 0)
        {
            schema = new TableSchema([.. options.Columns.Select(schema.Find).OfType<ColumnDefinition>().Distinct()]);
        }

        var columns = string.Join(", ", schema.Columns.Select(c => Selected(c, format, options)));
        var filter = options.Where is { } where ? $" WHERE (\n{Checked(connection, where)}\n)" : "";

        // The condition sees the table's own columns, hence the inner SELECT.
        var rows = $"SELECT {columns} FROM (SELECT * FROM {DuckDbDialect.Quote(table)}{filter})";
        try
        {
            switch (format)
            {
                case ExportFormat.Xlsx:
                    await DuckDbXlsx.WriteAsync(connection, table, schema, rows, target, cancellationToken);
                    break;
                case ExportFormat.Arrow:
                    await WriteArrowAsync(connection, rows, target, cancellationToken);
                    break;
                default:
                    connection.Execute($"COPY ({rows}) TO {DuckDbDialect.Literal(target)} ({Options(format)})");
                    break;
            }
        }
        catch (DuckDBException e) when (options.Where is not null && !DuckDbErrors.IsInterrupted(e))
        {
            throw DuckDbErrors.ExplainStatement(e, path);
        }

        return true;
    }

    private static async Task WriteArrowAsync(DuckDBConnection connection, string rows, string target, CancellationToken cancellationToken)
    {
        await using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        await using var command = connection.CreateCommand();
        command.CommandText = rows;
        command.UseStreamingMode = true;
        using var batches = command.ExecuteArrowStream();
        using var writer = new ArrowStreamWriter(output, batches.Schema, leaveOpen: true);
        await writer.WriteStartAsync(cancellationToken);
        while (await batches.ReadNextRecordBatchAsync(cancellationToken) is { } batch)
        {
            using (batch)
            {
                await writer.WriteRecordBatchAsync(batch, cancellationToken);
            }
        }

        await writer.WriteEndAsync(cancellationToken);
    }

    private static string Selected(ColumnDefinition column, ExportFormat format, ExportOptions options)
    {
        var name = DuckDbDialect.Quote(column.Name);
        return (column.Type, format) switch
        {
            (ColumnType.Instant, ExportFormat.Csv or ExportFormat.Json) => $"{DuckDbDialect.InstantText(name)} AS {name}",
            (ColumnType.Text, ExportFormat.Csv) when options.GuardFormulas => $"CASE WHEN left({name}, 1) IN ('=', '+', '-', '@', chr(9), chr(10), chr(13)) THEN chr(39) || {name} ELSE {name} END AS {name}",
            _ => name,
        };
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
