using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Tests.Destinations;

/// <summary>Rows as workbooks, Arrow streams, and CSV that a spreadsheet can be trusted with.</summary>
public sealed class DuckDbDownloadTests
{
    private static readonly XNamespace Sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workbook_has_typed_cells_and_no_formulas()
    {
        using var duckDb = new DuckDbFixture();
        Fill(duckDb, """
            CREATE TABLE pages AS SELECT * FROM (VALUES
                ('=1+1', 5::BIGINT, 0.25::DOUBLE, 12.5::DECIMAL(20,4), true, DATE '2026-11-24', TIMESTAMPTZ '2026-11-24 06:00:00.5+00'),
                ('@x', 9007199254740993::BIGINT, 'nan'::DOUBLE, NULL, false, DATE '1850-01-01', NULL),
                ('a' || chr(1) || ' _x0041_ ä日😀', NULL, NULL, NULL, NULL, NULL, NULL)) t(label, visits, rate, revenue, flag, day, read_at)
            """);

        var sheet = await SheetAsync(duckDb);

        var rows = sheet.Descendants(Sheet + "row").Select(r => r.Elements(Sheet + "c").ToList()).ToList();
        Assert.Equal(["label", "visits", "rate", "revenue", "flag", "day", "read_at"], rows[0].Select(Text));
        Assert.Empty(sheet.Descendants(Sheet + "f"));
        Assert.Equal("=1+1", Text(rows[1][0]));
        Assert.Equal(("inlineStr", "@x"), ((string?)rows[2][0].Attribute("t"), Text(rows[2][0])));
        Assert.Equal(["5", "0.25", "12.5", "1"], rows[1].Skip(1).Take(4).Select(c => c.Element(Sheet + "v")!.Value));
        Assert.Equal("46350", rows[1][5].Element(Sheet + "v")!.Value);
        Assert.StartsWith("46350.25", rows[1][6].Element(Sheet + "v")!.Value, StringComparison.Ordinal);
        Assert.NotEqual((string?)rows[1][5].Attribute("s"), (string?)rows[1][6].Attribute("s"));
        Assert.Equal(["9007199254740993", "1850-01-01"], new[] { rows[2][1], rows[2][5] }.Select(Text));
        Assert.Equal("a\uFFFD _x005F_x0041_ ä日😀", Text(rows[3][0]));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(" kept ", " kept ")]
    [InlineData("two\nlines", "two\nlines")]
    [InlineData("_x000D_", "_x005F_x000D_")]
    public void Texts_are_such_as_a_workbook_can_hold(string text, string cleaned) => Assert.Equal(cleaned, DuckDbXlsx.Clean(text));

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("\uFFFD alone", DuckDbXlsx.Clean("\uD800 alone"));

    [Fact]
    public void A_text_longer_than_a_cell_holds_is_cut_and_shows_it()
    {
        var cut = DuckDbXlsx.Clean(new string('x', 32_765) + "😀😀");

        Assert.Equal(32_766, cut.Length);
        Assert.EndsWith("x…", cut, StringComparison.Ordinal);
        Assert.Equal(32_767, DuckDbXlsx.Clean(new string('x', 32_767)).Length);
    }

    [Fact]
    public async Task More_rows_than_a_sheet_holds_are_refused_before_anything_is_written()
    {
        using var duckDb = new DuckDbFixture();
        Fill(duckDb, "CREATE TABLE pages AS SELECT i FROM range(1048576) t(i)");
        using var output = new MemoryStream();

        var error = await Assert.ThrowsAsync<InputException>(() => duckDb.Destination.ExportAsync("pages", ExportFormat.Xlsx, output, ExportOptions.Default, Stop));

        Assert.Equal("--format: 1,048,576 rows are more than the 1,048,575 an Excel sheet holds. Nothing was written. Choose csv or parquet, or fewer rows with a condition.", error.Message);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public async Task Arrow_streams_have_all_rows_with_their_types()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync(rows: 5_000);
        using var output = new MemoryStream();

        await duckDb.Destination.ExportAsync("pages", ExportFormat.Arrow, output, new ExportOptions { Where = "nb_visits > 10" }, Stop);

        output.Position = 0;
        using var reader = new ArrowStreamReader(output);
        var (rows, sum) = (0, 0L);
        while (await reader.ReadNextRecordBatchAsync(Stop) is { } batch)
        {
            using (batch)
            {
                rows += batch.Length;
                sum += ((Int64Array)batch.Column("nb_visits")).Sum(v => v ?? 0);
            }
        }

        Assert.Equal((4_990, (5_000L * 5_001 / 2) - 55), (rows, sum));
        Assert.Equal("site_id:Int64,label:String,nb_visits:Int64,revenue:Decimal128,details:String,_read_at:Timestamp", string.Join(',', reader.Schema.FieldsList.Select(f => $"{f.Name}:{f.DataType.TypeId}")));
    }

    [Fact]
    public async Task Texts_like_formulas_are_guarded_in_csv_only_when_asked()
    {
        using var duckDb = new DuckDbFixture();
        Fill(duckDb, "CREATE TABLE pages AS SELECT unnest(['=1', '+1', '-1', '@a', chr(9) || 'b', 'c=1', NULL]) AS label, -5::BIGINT AS n");

        Assert.Equal("label,n\n=1,-5\n+1,-5\n-1,-5\n@a,-5\n\tb,-5\nc=1,-5\n,-5\n", await CsvAsync(ExportOptions.Default));
        Assert.Equal("label,n\n'=1,-5\n'+1,-5\n'-1,-5\n'@a,-5\n'\tb,-5\nc=1,-5\n,-5\n", await CsvAsync(new ExportOptions { GuardFormulas = true }));

        async Task<string> CsvAsync(ExportOptions options)
        {
            using var output = new MemoryStream();
            await duckDb.Destination.ExportAsync("pages", ExportFormat.Csv, output, options, Stop);
            return Encoding.UTF8.GetString(output.ToArray());
        }
    }

    [Theory]
    [InlineData(ExportFormat.Xlsx)]
    [InlineData(ExportFormat.Arrow)]
    public async Task A_condition_that_is_wrong_is_told_and_nothing_is_written(ExportFormat format)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        using var output = new MemoryStream();

        var error = await Assert.ThrowsAsync<TributaryException>(() => duckDb.Destination.ExportAsync("pages", format, output, new ExportOptions { Where = "nope = 1" }, Stop));

        Assert.Equal(("query.sql", 0), (error.Code, (int)output.Length));
    }

    private static void Fill(DuckDbFixture duckDb, string sql)
    {
        using var connection = new DuckDBConnection($"DataSource={duckDb.Path}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<XDocument> SheetAsync(DuckDbFixture duckDb)
    {
        using var output = new MemoryStream();
        await duckDb.Destination.ExportAsync("pages", ExportFormat.Xlsx, output, ExportOptions.Default, Stop);
        output.Position = 0;
        using var zip = new ZipArchive(output);
        await using var sheet = await zip.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync(Stop);
        return await XDocument.LoadAsync(sheet, LoadOptions.PreserveWhitespace, Stop);
    }

    private static string Text(XElement cell) => cell.Value;
}
