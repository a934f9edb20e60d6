using System.Diagnostics;

namespace Tributary.Benchmarks.Nodes;

/// <summary>A node: <c>tributary serve --role worker</c> over a folder of its own, killed and started again at will.</summary>
internal sealed class Node(string folder, string store, int parallel) : IAsyncDisposable
{
    private Process? _process;

    /// <summary>How often it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>What it said on stderr.</summary>
    public string Log { get; } = Path.Combine(folder, "node.log");

    /// <summary>Whether it runs.</summary>
    public bool Runs => _process is { HasExited: false };

    /// <summary>The number of its process.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>The most memory its process has had resident, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process!.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Gives the folders of all nodes the keys of the first.</summary>
    public static void ShareKeys(IReadOnlyList<string> folders)
    {
        foreach (var folder in folders.Skip(1))
        {
            var keys = Directory.CreateDirectory(Path.Combine(folder, "keys"));
            foreach (var key in Directory.EnumerateFiles(Path.Combine(folders[0], "keys")))
            {
                File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
            }
        }
    }

    public void Start()
    {
        var info = new ProcessStartInfo(ProgramPath(), ["serve", "--role", "worker", "--parallel", parallel.ToString(System.Globalization.CultureInfo.InvariantCulture), "--workspace", folder]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        info.Environment["TRIBUTARY_STORE"] = store;
        var process = new Process { StartInfo = info };
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
    }

    /// <summary>Ends it as the kernel would: it has no say.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            Kills++;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    /// <summary>The command line's program beside this one: built in the same way.</summary>
    private static string ProgramPath()
    {
        var build = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(build.Parent!.Parent!.FullName, "Tributary.Cli", build.Name, OperatingSystem.IsWindows() ? "tributary.exe" : "tributary");
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            lock (Log)
            {
                File.AppendAllText(Log, line + "\n");
            }
        }
    }
}
