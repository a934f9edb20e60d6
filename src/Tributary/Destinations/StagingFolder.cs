using System.Diagnostics;
using System.Globalization;

namespace Tributary.Destinations;

/// <summary>
/// The folder for what is worth nothing once its process has ended: staged rows, exports under way, a query's overflow.
/// </summary>
public static class StagingFolder
{
    internal const string RowsExtension = ".rows";
    private const string OwnedPrefix = "tmp-";

    /// <summary>
    /// Removes what crashed processes left behind and leaves alone what a living one uses. A file that cannot be removed is left for the next time.
    /// </summary>
    public static void RemoveLeftOvers(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*" + RowsExtension))
        {
            RemoveUnlessHeld(file);
        }

        foreach (var owned in Directory.EnumerateDirectories(folder, OwnedPrefix + "*"))
        {
            if (!OwnerLives(owned))
            {
                TryDelete(owned);
            }
        }
    }

    /// <summary>A new folder inside <paramref name="folder"/> whose name tells which process owns it.</summary>
    internal static string CreateOwned(string folder) =>
        Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{OwnedPrefix}{Environment.ProcessId}-{Guid.NewGuid():N}"))).FullName;

    internal static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing depends on it being gone: the next start tries again.
        }
    }

    private static void RemoveUnlessHeld(string file)
    {
        try
        {
            // A living owner holds the file with FileShare.None, which a second open is refused by.
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Held, or gone already.
        }
    }

    private static bool OwnerLives(string owned)
    {
        var name = Path.GetFileName(owned).AsSpan(OwnedPrefix.Length);
        var end = name.IndexOf('-');
        if (end < 0 || !int.TryParse(name[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            // In a container the number is the same at every start: what is older than the process is not its own.
            return process.StartTime.ToUniversalTime() <= Directory.GetLastWriteTimeUtc(owned).AddSeconds(2);
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return true;
        }
    }
}
