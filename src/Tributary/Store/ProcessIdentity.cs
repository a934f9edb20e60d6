using System.ComponentModel;
using System.Diagnostics;

namespace Tributary.Store;

/// <summary>Tells a process of this machine from a later one of the same number.</summary>
internal static class ProcessIdentity
{
    /// <summary>When this process started, as <see cref="StartOf"/> gives it.</summary>
    public static long OwnStart { get; } = StartOf(Environment.ProcessId);

    /// <summary>When a process started, in seconds; -1 when there is none, 0 when it may not be looked at.</summary>
    public static long StartOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited ? -1 : new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds();
        }
        catch (ArgumentException)
        {
            return -1;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return 0;
        }
    }

    /// <summary>Whether a process that was noted on a machine may still be there: one of another machine may.</summary>
    public static bool MayLive(string host, int processId, long started) => host != Environment.MachineName || StartOf(processId) == started;
}
