using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands;

/// <summary>Prints the rows of a query as they come; a table alone is held back, for its widths.</summary>
internal static class QueryPrint
{
    /// <summary>Columns with the engine's names of their types, and rows to be read once.</summary>
    public sealed record Answer(IReadOnlyList<(string Name, string Type)> Columns, IAsyncEnumerable<object?[]> Rows);

    public static Task WriteAsync(Answer rows, string format, Call call, CancellationToken cancellationToken) => format switch
    {
        "csv" => WriteCsvAsync(rows, call.Terminal.Out, cancellationToken),
        "json" => WriteJsonAsync(rows, call.Terminal.Out, cancellationToken),
        _ => WriteTableAsync(rows, call, cancellationToken),
    };

    private static async Task WriteCsvAsync(Answer rows, TextWriter writer, CancellationToken cancellationToken)
    {
        writer.WriteLine(CsvText.Line(rows.Columns.Select(c => c.Name)));
        await foreach (var row in rows.Rows.WithCancellation(cancellationToken))
        {
            writer.WriteLine(CsvText.Line(row));
        }
    }

    private static async Task WriteJsonAsync(Answer rows, TextWriter writer, CancellationToken cancellationToken)
    {
        var names = RowJson.Distinct(rows.Columns.Select(c => c.Name));
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var before = "[\n";
        await foreach (var row in rows.Rows.WithCancellation(cancellationToken))
        {
            RowJson.Write(json, names, row);
            json.Flush();
            writer.Write(before + Encoding.UTF8.GetString(buffer.WrittenSpan));
            before = ",\n";
            buffer.ResetWrittenCount();
            json.Reset();
        }

        writer.WriteLine(before[0] == '[' ? "[]" : "\n]");
    }

    private static async Task WriteTableAsync(Answer rows, Call call, CancellationToken cancellationToken)
    {
        var table = new TextTable([.. rows.Columns.Select(c => c.Name)])
            .AlignRight([.. Enumerable.Range(0, rows.Columns.Count).Where(i => RowText.IsNumber(rows.Columns[i].Type))]);
        var count = 0L;
        await foreach (var row in rows.Rows.WithCancellation(cancellationToken))
        {
            table.Add([.. row.Select(RowText.Of)]);
            count++;
        }

        call.WriteTable(table);
        call.Say(Words.Count(count, "row"));
    }
}
