using System.Diagnostics;
using System.Reflection;

namespace Tributary.Benchmarks;

/// <summary>This program once more, for what needs a process of its own: its peak of memory, or its share of the processor.</summary>
internal static class Child
{
    /// <summary>The runtime's settings of the product, whatever those of this program are.</summary>
    private static readonly (string Name, string Value)[] Product = [("DOTNET_TieredCompilation", "1"), ("DOTNET_TieredPGO", "0"), ("DOTNET_gcConcurrent", "0")];

    /// <summary>Starts it with its input and output redirected.</summary>
    public static Process Start(params string[] arguments)
    {
        var info = InfoOf(arguments);
        info.RedirectStandardInput = info.RedirectStandardOutput = true;
        return Process.Start(info) ?? throw new InvalidOperationException("The child process did not start.");
    }

    /// <summary>Runs it in this one's place, under the product's settings.</summary>
    public static async Task<int> PassOnAsync(string[] arguments)
    {
        using var process = Process.Start(InfoOf(arguments)) ?? throw new InvalidOperationException("The child process did not start.");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Runs it to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? printed : throw new InvalidOperationException($"The child process ended with {process.ExitCode}: {string.Join(' ', arguments)}");
    }

    private static ProcessStartInfo InfoOf(string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", [Assembly.GetExecutingAssembly().Location, .. arguments]) { UseShellExecute = false };
        foreach (var (name, value) in Product)
        {
            info.Environment[name] = value;
        }

        return info;
    }
}
