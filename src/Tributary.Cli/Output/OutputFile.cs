using Tributary.Model;

namespace Tributary.Cli.Output;

/// <summary>A file that appears whole or not at all: written beside its place, then renamed.</summary>
internal static class OutputFile
{
    public static async Task<long> WriteAsync(string path, Func<Stream, Task> write)
    {
        var full = Target(Path.GetFullPath(path));
        var folder = Path.GetDirectoryName(full);
        if (Directory.Exists(full) || folder is null)
        {
            throw new InputException("--output", $"{path} is a folder. Name a file in it.");
        }

        if (!Directory.Exists(folder))
        {
            throw new InputException("--output", $"there is no folder {folder}.");
        }

        // Renaming over a device or a pipe would replace it by a file.
        return IsOrdinary(full) ? await WriteBesideAsync(full, write) : await WriteInPlaceAsync(full, write);
    }

    private static async Task<long> WriteBesideAsync(string full, Func<Stream, Task> write)
    {
        var temporary = $"{full}.{Path.GetRandomFileName()}.part";
        try
        {
            var bytes = await WriteInPlaceAsync(temporary, write);
            File.Move(temporary, full, overwrite: true);
            return bytes;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<long> WriteInPlaceAsync(string file, Func<Stream, Task> write)
    {
        await using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write);
        await write(stream);
        await stream.FlushAsync(CancellationToken.None);
        return stream.CanSeek ? stream.Position : 0;
    }

    private static string Target(string full) =>
        new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;

    private static bool IsOrdinary(string full) =>
        !File.Exists(full) || (!full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/proc/", StringComparison.Ordinal));
}
