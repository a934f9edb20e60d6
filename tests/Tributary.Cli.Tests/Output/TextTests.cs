using CsCheck;
using Tributary.Cli.Commands;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Progress;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.Cli.Tests.Output;

public sealed class TextTests
{
    [Fact]
    public void A_table_lines_up_in_every_script()
    {
        var table = new TextTable("NAME", "ROWS", "NOTE").AlignRight(1);
        table.Add("Pages", "1,234", "x");
        table.Add("ページ", "7", "");

        Assert.Equal("NAME     ROWS  NOTE\nPages   1,234  x\nページ      7\n", Written(table, null));
    }

    [Fact]
    public void A_pipe_gets_every_column_and_a_window_says_which_are_left_out()
    {
        var table = new TextTable("A", "B", "C");
        table.Add("aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc");
        var narrow = new StringWriter();

        Assert.Empty(table.Write(new StringWriter(), null));
        Assert.Equal(["C"], table.Write(narrow, 25));
        Assert.DoesNotContain("cc", narrow.ToString(), StringComparison.Ordinal);
        Assert.Equal(["B", "C"], table.Write(new StringWriter(), 5));
    }

    [Theory]
    [InlineData("Pages", "Pages")]
    [InlineData("Page titles", "\"Page titles\"")]
    [InlineData("$(touch x) y", "'$(touch x) y'")]
    [InlineData("it's `id`", "'it'\\''s `id`'")]
    public void A_name_in_a_command_to_copy_runs_nothing(string name, string word) => Assert.Equal(word, CommandText.Quote(name));

    [Fact]
    public void A_value_cannot_drive_the_terminal()
    {
        var table = new TextTable("LABEL");
        table.Add("\u001b[2Jgone\nnext\u009b");

        Assert.Equal("LABEL\n [2Jgone next\n", Written(table, null));
    }

    [Fact]
    public void Csv_tells_missing_from_empty()
    {
        Assert.Equal("a,,\"\",\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\",1.5,2026-01-31", CsvText.Line(["a", null, "", "x,y", "say \"hi\"", "two\nlines", 1.5, new DateOnly(2026, 1, 31)]));
    }

    [Fact]
    public void Csv_comes_back_as_it_went()
    {
        string[] marks = ["\"", ",", "\n", "\r\n", " ", ""];
        Gen.OneOf(Gen.String[0, 6], Gen.Int[0, marks.Length - 1].Select(i => marks[i])).Array[1, 4].Sample(values =>
            ParseCsv(CsvText.Line(values)).SequenceEqual(values));
    }

    [Theory]
    [InlineData("BIGINT", true)]
    [InlineData("UINTEGER", true)]
    [InlineData("HUGEINT", true)]
    [InlineData("DECIMAL(20,4)", true)]
    [InlineData("DOUBLE", true)]
    [InlineData("INTERVAL", false)]
    [InlineData("VARCHAR", false)]
    [InlineData("DATE", false)]
    public void Numbers_stand_on_the_right(string type, bool right) => Assert.Equal(right, RowText.IsNumber(type));

    [Fact]
    public void Says_how_far_a_run_is()
    {
        var halfway = new RunProgress("Pages", 3, 12, 12_345, 0, TimeSpan.FromSeconds(30));

        Assert.Equal("3 of 12 windows, 12,345 rows, 411 rows/s, 1 min 30 s left", RunWords.Progress(halfway));
        Assert.Equal("0 of 1 windows, 1 row", RunWords.Progress(new RunProgress("Pages", 0, 1, 1, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void A_log_gets_a_line_at_the_start_now_and_then_and_at_the_end()
    {
        var (terminal, _, error) = Cli.NewTerminal();
        var lines = new PlainLines(terminal);

        lines.Report(At(0));
        lines.Report(At(1));
        lines.Report(At(6));
        lines.Report(At(7));
        lines.Report(At(8) with { Result = Some.Run });

        Assert.Equal(
            "Pages: 10 windows to read\nPages: 6 of 10 windows, 600 rows, 100 rows/s, 4 s left\nPages: succeeded with warnings, 1,234 rows, 7 partitions, 2 requests, 1.2 s\n",
            error.ToString());

        static RunProgress At(int second) => new("Pages", second, 10, second * 100, 0, TimeSpan.FromSeconds(second));
    }

    [Fact]
    public void Many_warnings_of_one_kind_are_counted()
    {
        var (terminal, _, error) = Cli.NewTerminal();

        RunWords.SayFindings([Some.Run with { Warnings = [.. Enumerable.Repeat(Some.Warning, 10)] }], terminal);

        Assert.Equal(4, error.ToString().Count(c => c == '\n'));
        Assert.Contains("warning: Pages: Matomo kept 500 rows. (truncated, site 2, 2026-02-28)\n", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("7 more of truncated", error.ToString(), StringComparison.Ordinal);
    }

    private static string Written(TextTable table, int? width)
    {
        var writer = new StringWriter { NewLine = "\n" };
        table.Write(writer, width);
        return writer.ToString();
    }

    private static List<string> ParseCsv(string line)
    {
        var fields = new List<string>();
        var i = 0;
        while (true)
        {
            var field = "";
            if (i < line.Length && line[i] == '"')
            {
                for (i++; line[i] != '"' || (i + 1 < line.Length && line[i + 1] == '"'); i++)
                {
                    i += line[i] == '"' ? 1 : 0;
                    field += line[i];
                }

                i++;
            }
            else
            {
                var end = line.IndexOf(',', i) is >= 0 and var comma ? comma : line.Length;
                field = line[i..end];
                i = end;
            }

            fields.Add(field);
            if (i >= line.Length)
            {
                return fields;
            }

            i++;
        }
    }
}
