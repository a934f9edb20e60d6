using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>Writes rows as an Excel workbook of one sheet, row by row. Cells have types; a text is a text, whatever it begins with.</summary>
internal static partial class DuckDbXlsx
{
    // Excel's limits: rows of a sheet without the heads, characters of a cell, digits of a number.
    private const long MostRows = 1_048_575;
    private const int MostCharacters = 32_767;
    private const long MostExact = 999_999_999_999_999;

    private static readonly DateOnly FirstDay = new(1900, 3, 1);

    public static async Task WriteAsync(DuckDBConnection connection, string table, TableSchema schema, string rows, string target, CancellationToken cancellationToken)
    {
        if (connection.Scalar($"SELECT count(*) FROM ({rows})") is long count and > MostRows)
        {
            throw new InputException("--format", string.Create(CultureInfo.InvariantCulture, $"{count:N0} rows are more than the {MostRows:N0} an Excel sheet holds. Nothing was written. Choose csv or parquet, or fewer rows with a condition."));
        }

        await using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        await using var sheet = await Spreadsheet.CreateNewAsync(output, new SpreadCheetahOptions { PreserveStringWhitespace = true }, cancellationToken);
        var worksheet = new WorksheetOptions { FrozenRows = 1 };
        for (var i = 0; i < schema.Columns.Count; i++)
        {
            worksheet.Column(i + 1).Width = Math.Clamp(schema.Columns[i].Name.Length + 2, schema.Columns[i].Type is ColumnType.Text or ColumnType.Instant ? 20 : 11, 40);
        }

        await sheet.StartWorksheetAsync(table.Length > 31 ? table[..31] : table, worksheet, cancellationToken);
        var styles = new Styles(sheet);
        await sheet.AddHeaderRowAsync([.. schema.Columns.Select(c => Clean(c.Name))], styles.Head, cancellationToken);

        await using var command = connection.CreateCommand();
        command.CommandText = rows;
        command.UseStreamingMode = true;
        await using var reader = (DuckDBDataReader)await command.ExecuteReaderAsync(cancellationToken);
        var cells = new Cell[schema.Columns.Count];
        while (await reader.ReadAsync(cancellationToken))
        {
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = styles.CellOf(DuckDbValues.Read(reader, i));
            }

            await sheet.AddRowAsync(cells, cancellationToken);
        }

        await sheet.FinishAsync(cancellationToken);
    }

    /// <summary>Writes the answer of a query; rows behind the last that a sheet holds are refused, not left out.</summary>
    public static async Task WriteAsync(QueryResult answer, Stream output, CancellationToken cancellationToken)
    {
        await using var sheet = await Spreadsheet.CreateNewAsync(output, new SpreadCheetahOptions { PreserveStringWhitespace = true }, cancellationToken);
        await sheet.StartWorksheetAsync("query", new WorksheetOptions { FrozenRows = 1 }, cancellationToken);
        var styles = new Styles(sheet);
        await sheet.AddHeaderRowAsync([.. answer.Columns.Select(c => Clean(c.Name))], styles.Head, cancellationToken);
        var count = 0L;
        await foreach (var row in answer.Rows.WithCancellation(cancellationToken))
        {
            if (++count > MostRows)
            {
                throw new InputException("--format", string.Create(CultureInfo.InvariantCulture, $"The answer has more than the {MostRows:N0} rows an Excel sheet holds. Choose csv, or fewer rows."));
            }

            await sheet.AddRowAsync([.. row.Select(styles.CellOf)], cancellationToken);
        }

        await sheet.FinishAsync(cancellationToken);
    }

    /// <summary>A text as a workbook can hold it: what XML does not allow is replaced, what Excel would take for an escape is escaped.</summary>
    internal static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
        {
            var clean = new StringBuilder(text.Length);
            foreach (var rune in text.EnumerateRunes())
            {
                // Surrogates that stand alone are U+FFFD already.
                _ = rune.Value is (< ' ' and not ('\t' or '\n' or '\r')) or 0xFFFE or 0xFFFF ? clean.Append('\uFFFD') : clean.Append(rune.ToString());
            }

            text = clean.ToString();
        }

        text = Escape().Replace(text, "_x005F_");
        if (text.Length <= MostCharacters)
        {
            return text;
        }

        var most = MostCharacters - 1;
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";
    }

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();

    private sealed class Styles(Spreadsheet sheet)
    {
        private readonly StyleId _day = sheet.AddStyle(new Style { Format = NumberFormat.Custom("yyyy-mm-dd") });
        private readonly StyleId _instant = sheet.AddStyle(new Style { Format = NumberFormat.Custom("yyyy-mm-dd hh:mm:ss") });

        public StyleId Head { get; } = sheet.AddStyle(new Style { Font = { Bold = true } });

        public Cell CellOf(object? value) => value switch
        {
            null => default,
            string text => new Cell(Clean(text)),
            bool flag => new Cell(flag),
            long number when number is >= -MostExact and <= MostExact => new Cell(number),
            int or short or sbyte or byte or ushort or uint => new Cell(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            BigInteger number when number >= -MostExact && number <= MostExact => new Cell((long)number),
            double number when double.IsFinite(number) => new Cell(number),
            decimal amount => new Cell(amount),
            DateOnly day when day >= FirstDay => new Cell(day.ToDateTime(TimeOnly.MinValue), _day),
            DateTimeOffset instant when DateOnly.FromDateTime(instant.UtcDateTime) >= FirstDay => new Cell(instant.UtcDateTime, _instant),
            DateOnly day => new Cell(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            _ => new Cell(Clean(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")),
        };
    }
}
