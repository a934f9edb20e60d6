using System.Diagnostics;

namespace Tributary.Cli.Tests;

/// <summary>The program as a person starts it.</summary>
public sealed class ProcessTests
{
    // The tests' own folder has the assembly alone; the program's folder stands beside it.
    private static string Executable => Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Tributary.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), OperatingSystem.IsWindows() ? "tributary.exe" : "tributary");

    [Fact]
    public async Task The_executable_is_named_as_people_type_it()
    {
        var (code, output, error) = await StartAsync("--version");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("tributary ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_and_data_go_separate_ways()
    {
        var (code, output, error) = await StartAsync("dataset", "rn");

        Assert.Equal((2, ""), (code, output));
        Assert.Equal("error: there is no command `tributary dataset rn`. Did you mean `tributary dataset run`?\nhint: `tributary dataset --help` shows what can be given.\n", error.ReplaceLineEndings("\n"));
    }

    private static async Task<(int Code, string Out, string Error)> StartAsync(params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(Executable, words) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
