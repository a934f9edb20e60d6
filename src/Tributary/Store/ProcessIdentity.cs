using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Tributary.Store;

/// <summary>Tells a process of this machine from a later one of the same number.</summary>
internal static class ProcessIdentity
{
    /// <summary>When this process started, as <see cref="StartOf"/> gives it.</summary>
    public static long OwnStart { get; } = StartOf(Environment.ProcessId);

    /// <summary>
    /// The machine as nodes tell theirs apart: containers may share a name, and each numbers its processes from 1. On Linux the boot and the
    /// space in which processes are numbered are part of it.
    /// </summary>
    public static string Machine { get; } = OperatingSystem.IsLinux() ? $"{Environment.MachineName}/{Boot()}/{Space()}" : Environment.MachineName;

    /// <summary>When a process started: on Linux in clock ticks since the machine did, elsewhere in seconds since 1970; -1 when there is none, 0 when it may not be looked at.</summary>
    public static long StartOf(int processId)
    {
        try
        {
            return OperatingSystem.IsLinux() ? TicksOf(processId) : SecondsOf(processId);
        }
        catch (Exception e) when (e is ArgumentException or FileNotFoundException or DirectoryNotFoundException)
        {
            return OperatingSystem.IsLinux() && IsHidden(processId) ? 0 : -1;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Whether a process that was noted on a machine may still be there: one of another machine may.</summary>
    public static bool MayLive(string host, int processId, long started) => Lives(host, processId, started) != false;

    /// <summary>Whether a process that was noted on a machine is still there; null when that cannot be told from here.</summary>
    public static bool? Lives(string host, int processId, long started) => host != Environment.MachineName && host != Machine ? null : IsSame(StartOf(processId), started);

    /// <summary>Whether the process of a number, by the start it has now, is the one that was noted; null when either could not be looked at, as a service by a plain user.</summary>
    public static bool? IsSame(long now, long started) => now == 0 || started == 0 ? null : now == started;

    /// <summary>
    /// Not by Process.StartTime: .NET reckons that from the wall clock of the process that asks, so that two processes can see
    /// different seconds, and a clock that was set sees another time altogether.
    /// </summary>
    private static long TicksOf(int processId)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));

        // The name, in brackets, may hold anything. Behind it: the state, and 19 fields on the start (proc_pid_stat(5)).
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? -1 : long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a process is there that /proc does not show: mounted with hidepid=2, it hides those of other users (proc(5)).</summary>
    private static bool IsHidden(int processId)
    {
        try
        {
            // By kill(2) with signal 0, which tells one that may not be signalled from one that is not there.
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Boot()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id")[..8];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return "";
        }
    }

    private static string Space()
    {
        try
        {
            return string.Concat((File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "").Where(char.IsAsciiDigit));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static long SecondsOf(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.HasExited ? -1 : new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds();
    }
}
