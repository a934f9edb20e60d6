using System.Diagnostics;

namespace Tributary.Cli.Tests;

/// <summary>The program as a person starts it: a process with its own streams.</summary>
internal static class RealProgram
{
    // The tests' own folder has the assembly alone; the program's folder stands beside it.
    private static string Executable => Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Tributary.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), OperatingSystem.IsWindows() ? "tributary.exe" : "tributary");

    public static async Task<Cli> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        using var process = Start(environment, words);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Cli(process.ExitCode, await output, await error);
    }

    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        var start = new ProcessStartInfo(Executable, words) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Asks a process to end as an operator's <c>kill</c> does.</summary>
    public static async Task TerminateAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
