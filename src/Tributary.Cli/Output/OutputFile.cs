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
        if (OpenSpecial(full) is { } special)
        {
            return await WriteToAsync(special, write);
        }

        var temporary = $"{full}.{Path.GetRandomFileName()}.part";
        try
        {
            var bytes = await WriteToAsync(new FileStream(temporary, FileMode.OpenOrCreate, FileAccess.Write), write);
            File.Move(temporary, full, overwrite: true);
            return bytes;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<long> WriteToAsync(FileStream stream, Func<Stream, Task> write)
    {
        await using (stream)
        {
            await write(stream);
            await stream.FlushAsync(CancellationToken.None);
            return stream.CanSeek ? stream.Position : 0;
        }
    }

    private static string Target(string full) =>
        new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;

    /// <summary>A pipe or device, opened; null for a file, or what is not there. No attribute tells a pipe, but it has no length and cannot be sought in.</summary>
    private static FileStream? OpenSpecial(string full)
    {
        if (!File.Exists(full) || new FileInfo(full).Length > 0)
        {
            return null;
        }

        var stream = new FileStream(full, FileMode.Open, FileAccess.Write);
        if (!stream.CanSeek || full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal))
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }
}
