namespace Tributary.Destinations.DuckDb;

/// <summary>Which other process has a file open, where the system tells (Linux).</summary>
internal static class FileHolders
{
    public static string? Find(string path)
    {
        if (!Directory.Exists("/proc/self/fd"))
        {
            return null;
        }

        return Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(id => id!.All(char.IsAsciiDigit) && id != Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .FirstOrDefault(id => HasOpen(id!, path));
    }

    private static bool HasOpen(string id, string path)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Any(fd => new FileInfo(fd).LinkTarget == path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
