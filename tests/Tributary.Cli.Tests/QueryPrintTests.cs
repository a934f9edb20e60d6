using Tributary.Cli.Commands;

namespace Tributary.Cli.Tests;

public sealed class QueryPrintTests
{
    [Theory]
    [InlineData("csv", "label,visits\na,1\n\"x,y\",\n")]
    [InlineData("json", "[\n{\"label\":\"a\",\"visits\":1},\n{\"label\":\"x,y\",\"visits\":null}\n]\n")]
    [InlineData("table", "label  visits\na           1\nx,y\n")]
    public async Task Rows_are_printed_as_asked(string format, string text) =>
        Assert.Equal(text, await PrintedAsync(format, ["a", 1L], ["x,y", null]));

    [Theory]
    [InlineData("csv", "label,visits\n")]
    [InlineData("json", "[]\n")]
    [InlineData("table", "label  visits\n")]
    public async Task No_rows_are_an_answer_too(string format, string text) =>
        Assert.Equal(text, await PrintedAsync(format));

    private static async Task<string> PrintedAsync(string format, params object?[][] rows)
    {
        var root = new TributaryCommand();
        var (terminal, output, _) = Cli.NewTerminal();
        var result = new QueryPrint.Answer([("label", "VARCHAR"), ("visits", "BIGINT")], rows.ToAsyncEnumerable());
        await QueryPrint.WriteAsync(result, format, new Call(root.Parse([]), root, terminal), TestContext.Current.CancellationToken);
        return output.ToString();
    }
}
