using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>What a failure in the staging folder means to a person.</summary>
internal static class StagingErrors
{
    // ENOSPC, EDQUOT (Linux, macOS), ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL (Windows), as .NET puts them into HResult.
    private static readonly int[] DiskFull = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static bool IsDiskFull(Exception e) => e is IOException && DiskFull.Contains(e.HResult);

    public static TributaryException Explain(Exception e, string folder) => IsDiskFull(e)
        ? new TributaryException("workspace.disk_full", Fault.Workspace, $"There is no space left for staged rows in '{folder}'. The table is as it was. Make room on that disk and run again.", e)
        : new TributaryException("workspace.staging_failed", Fault.Workspace, $"Staging rows in '{folder}' failed: {e.Message} The table is as it was. Check that the folder can be written.", e);
}
