using CsCheck;

namespace Tributary.Cli.Tests;

public sealed class TypoTests
{
    [Theory]
    [InlineData("datset list", "`tributary dataset`")]
    [InlineData("dataset rn Pages", "`tributary dataset run`")]
    [InlineData("dataset RUN Pages", "`tributary dataset run`")]
    [InlineData("run Pages", "`tributary dataset run`")]
    [InlineData("describe Actions.get", "`tributary report describe`")]
    [InlineData("preview --acount Main", "--account")]
    [InlineData("preview --rport=x --account Main", "--report")]
    [InlineData("dataset run Pages --stirct", "--strict")]
    [InlineData("dataset run --stirct Pages", "--strict")]
    [InlineData("query x --format cvs", "csv")]
    [InlineData("doctor --workspce x", "--workspace")]
    public async Task A_mistyped_name_is_answered_with_the_nearest(string line, string nearest)
    {
        var run = await Cli.RunAsync(line.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"Did you mean {nearest}?", run.Error, StringComparison.Ordinal);
        Assert.Contains("\nhint: `tributary ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xylophone", "There are: ")]
    [InlineData("report describe Actions.get Goals.get", "'Goals.get' is one word too many")]
    [InlineData("dataset show", "NAME is missing.")]
    [InlineData("preview --report", "--report needs a value: --report REPORT.")]
    [InlineData("preview --report Actions.get", "--account needs a value: --account A.")]
    [InlineData("preview --report a --report b --account c", "--report is given more than once.")]
    [InlineData("preview --account a --report b --rows 0", "--rows: '0' is not a whole number from 1 to 10000.")]
    [InlineData("dataset run a --from 31.01.2026 --to 2026-02-01", "--from: '31.01.2026' is not a date. Write it as 2026-01-31.")]
    [InlineData("dataset run", "Give their names, --tag T or --all.")]
    [InlineData("dataset run a --all", "one of them.")]
    [InlineData("dataset run a --from 2026-01-01", "--to: --from needs a --to.")]
    [InlineData("dataset run a --to 2026-01-01", "--from: --to needs a --from.")]
    [InlineData("dataset run a --from 2026-01-02 --to 2026-01-01", "--from: 2026-01-02 is after --to 2026-01-01.")]
    [InlineData("dataset export Pages", "--format: which format? csv, json, parquet, xlsx or arrow.")]
    [InlineData("dataset export Pages --output pages.xls", "--format: which format? csv, json, parquet, xlsx or arrow.")]
    [InlineData("dataset export Pages --format xls", "'xls' is not one of csv, json, parquet, xlsx, arrow.")]
    public async Task Wrong_usage_is_told_in_a_sentence(string line, string sentence)
    {
        var run = await Cli.RunAsync(line.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_usage_writes_no_workspace()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var run = await Cli.RunAsync("dataset", "run", "--workspace", folder);

        Assert.Equal(2, run.ExitCode);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_text_that_only_looks_like_a_file_of_answers_is_taken_as_it_is()
    {
        var run = await Cli.RunAsync("@nothing");

        Assert.Contains("`tributary @nothing`", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_option_is_suggested_that_is_not_near()
    {
        Assert.Null(Suggestions.Nearest("--zzzzzz", ["--account", "--report"]));
        Assert.Null(Suggestions.Nearest("x", []));
        Assert.Null(Suggestions.Nearest("ab", ["xy"]));
    }

    [Fact]
    public void One_slip_always_leads_back_to_the_name()
    {
        string[] names = ["account", "dataset", "partitions", "describe", "--start-days-back"];
        Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[0, 1000], Gen.Char.AlphaNumeric, Gen.Int[0, 2]).Sample((index, place, letter, slip) =>
        {
            var name = names[index];
            var at = place % name.Length;
            var typed = slip switch
            {
                0 => name.Remove(at, 1),
                1 => name.Insert(at, letter.ToString()),
                _ => name.Remove(at, 1).Insert(at, letter.ToString()),
            };
            return Suggestions.Nearest(typed, names) == name;
        });
    }

    [Fact]
    public void Distance_is_the_same_both_ways_and_nothing_only_to_itself()
    {
        Gen.Select(Gen.String[0, 8], Gen.String[0, 8]).Sample((a, b) =>
            Suggestions.Distance(a, b) == Suggestions.Distance(b, a)
            && Suggestions.Distance(a, b) == 0 == (a == b)
            && Suggestions.Distance(a, b) <= Math.Max(a.Length, b.Length));
        Assert.Equal(1, Suggestions.Distance("strict", "stirct"));
    }

    [Fact]
    public async Task Any_words_at_all_are_answered_without_a_defect()
    {
        string[] words = ["dataset", "run", "account", "add", "query", "--json", "--workspace", "--", "--from", "--rows", "[x]", "-", "", "=", "--="];
        var word = Gen.OneOf(Gen.Int[0, words.Length - 1].Select(i => words[i]), Gen.String[0, 6]);
        await word.Array[0, 5].SampleAsync(async more =>
        {
            // The word too many keeps every command from starting.
            var run = await Cli.RunAsync(["report", "describe", "a", "b", .. more]);
            return run.ExitCode == 2 || run.Out.Length > 0;
        }, iter: 300);
    }
}
