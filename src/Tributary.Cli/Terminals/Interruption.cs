using System.Runtime.InteropServices;

namespace Tributary.Cli.Terminals;

/// <summary>Ctrl-C and SIGTERM: the first asks for a clean end, the second ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly Terminal _terminal;

    public Interruption(Terminal terminal)
    {
        _terminal = terminal;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Waits until the program is asked to stop.</summary>
    public static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            // Leaving it to the default would not do: a web host in this process takes signals for itself too.
            Environment.Exit(ExitCode.Cancelled);
        }

        context.Cancel = true;
        _terminal.Say(context.Signal == PosixSignal.SIGINT
            ? "stopping: what is at work is finished or rolled back (Ctrl-C again ends at once)"
            : "stopping: what is at work is finished or rolled back");
        _source.Cancel();
    }
}
