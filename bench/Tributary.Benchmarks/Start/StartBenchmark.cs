using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tributary.Benchmarks.Start;

/// <summary>How long commands take from nothing to their end, beside an empty program published the same way.</summary>
internal static class StartBenchmark
{
    private const double MostOfHelp = 3;
    private const double MostOfList = 8;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-bench-").FullName;
        try
        {
            var empty = Publish("bench/Tributary.Benchmarks.Empty", Path.Combine(folder, "empty"), "Tributary.Benchmarks.Empty");
            var tributary = Publish("src/Tributary.Cli", Path.Combine(folder, "tributary"), "tributary");
            var workspace = Path.Combine(folder, "workspace");
            await Child.RunAsync(CancellationToken.None, ManyDataSets.Argument, workspace);
            (string Name, string Program, string[] Words, double? Most)[] commands =
            [
                ("an empty program", empty, [], null),
                ("tributary --help", tributary, ["--help"], MostOfHelp),
                ("tributary dataset add --help", tributary, ["dataset", "add", "--help"], null),
                ($"tributary dataset list, {ManyDataSets.Count} DataSets", tributary, ["dataset", "list", "--workspace", workspace], MostOfList),
                ("tributary query \"select 1\"", tributary, ["query", "select 1", "--workspace", workspace], null),
            ];
            var times = commands.Select(_ => new List<double>()).ToArray();
            for (var start = 0; start < arguments.Number("--starts", 20); start++)
            {
                for (var i = 0; i < commands.Length; i++)
                {
                    times[i].Add(await StartAsync(commands[i].Program, commands[i].Words));
                }
            }

            var medians = Array.ConvertAll(times, Verdict.Median);
            var table = new Table("command", "milliseconds", "beside the empty program");
            var verdict = new Verdict();
            for (var i = 0; i < commands.Length; i++)
            {
                table.Add(commands[i].Name, (medians[i] * 1000).ToString("0.0", CultureInfo.InvariantCulture), (medians[i] / medians[0]).ToString("0.00", CultureInfo.InvariantCulture));
            }

            table.Print();
            for (var i = 0; i < commands.Length; i++)
            {
                if (commands[i].Most is { } most)
                {
                    verdict.AtMost($"{commands[i].Name} beside the empty program", medians[i] / medians[0], most);
                }
            }

            return verdict.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> StartAsync(string program, string[] words)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var time = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return process.ExitCode == 0 ? time : throw new InvalidOperationException($"{program} {string.Join(' ', words)} ended with {process.ExitCode}.");
    }

    private static string Publish(string project, string to, string name)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", Path.Combine(Root(), project), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-o", to, "-v", "quiet"]))!;
        process.WaitForExit();
        return process.ExitCode == 0 ? Path.Combine(to, OperatingSystem.IsWindows() ? name + ".exe" : name) : throw new InvalidOperationException($"{project} could not be published.");
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
