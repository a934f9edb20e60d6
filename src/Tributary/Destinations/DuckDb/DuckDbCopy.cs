namespace Tributary.Destinations.DuckDb;

/// <summary>Copies the file byte by byte while it cannot change.</summary>
internal static class DuckDbCopy
{
    public static async Task RunAsync(DuckDbFile file, string path, Func<Task> meanwhile, CancellationToken cancellationToken)
    {
        // Read only and alone: other processes can read but not write, this one neither. Opened for writing, the end of the copy would let other writers in
        // while this one still has to close: on Unix a process loses its locks on a file as soon as it closes the file anywhere.
        using var session = await file.OpenAsync(DuckDbAccess.Export, cancellationToken);
        await meanwhile();
        if (!file.Exists)
        {
            return;
        }

        // What a killed process had committed may stand beside the file alone.
        await Task.Run(
            () =>
            {
                if (File.Exists(file.Path + ".wal"))
                {
                    File.Copy(file.Path + ".wal", path + ".wal");
                }

                File.Copy(file.Path, path);
            },
            cancellationToken);
    }
}
