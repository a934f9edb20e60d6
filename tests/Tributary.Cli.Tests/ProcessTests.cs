using System.Text.Json;

namespace Tributary.Cli.Tests;

public sealed class ProcessTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    [Fact]
    public async Task The_executable_is_named_as_people_type_it()
    {
        var run = await RealProgram.RunAsync(NoVariables, "--version");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("tributary ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_and_data_go_separate_ways()
    {
        var run = await RealProgram.RunAsync(NoVariables, "dataset", "rn");

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Equal("error: there is no command `tributary dataset rn`. Did you mean `tributary dataset run`?\nhint: `tributary dataset --help` shows what can be given.\n", run.Error);
    }

    [Fact]
    public async Task The_sample_says_in_one_line_where_it_is_and_ends_when_asked()
    {
        using var process = RealProgram.Start(NoVariables, "sample", "--json", "--days", "2", "--visits-per-day", "5", "--sites", "2");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            var sample = JsonDocument.Parse(line!).RootElement;
            Assert.StartsWith("http://127.0.0.1:", sample.GetProperty("url").GetString(), StringComparison.Ordinal);
            Assert.Equal(2, sample.GetProperty("sites").GetArrayLength());
            Assert.Equal(["super", "view", "secure_only"], sample.GetProperty("tokens").EnumerateObject().Select(t => t.Name));

            await RealProgram.TerminateAsync(process);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.Equal(0, process.ExitCode);
            Assert.Equal("", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task A_fault_that_is_none_is_wrong_usage()
    {
        var run = await Cli.RunAsync("sample", "--fault", "nonsense");

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("error: --fault: ", run.Error, StringComparison.Ordinal);
    }
}
