using System.Diagnostics;

namespace Tributary.Testing;

/// <summary>A running child: see <see cref="ChildProgram"/>. Killed when disposed.</summary>
public sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts the test program again.</summary>
    /// <param name="testAssembly">The name of the running test assembly.</param>
    public static Child Start(string testAssembly, params string[] asked)
    {
        var program = Path.Combine(AppContext.BaseDirectory, testAssembly + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[ChildProgram.Variable] = string.Join('|', asked);
        return new Child(Process.Start(start)!);
    }

    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) => _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask();

    /// <summary>Writes a line to its input.</summary>
    public void Say(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public void LetGo() => _process.StandardInput.Close();

    /// <summary>Ends it without a chance to tidy up, and gives all it had said.</summary>
    public async Task<IReadOnlyList<string>> KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        var said = await _process.StandardOutput.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Ends it without a chance to tidy up, while somebody else reads what it says.</summary>
    public async Task KillUnheardAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
