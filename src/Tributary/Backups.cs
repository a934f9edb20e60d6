using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Store;

namespace Tributary;

/// <summary>Copies a workspace while it is at work.</summary>
internal sealed class Backups(string workspace, StoreDatabase store, DuckDbDestination destination, EmbeddedHome home, TimeProvider clock)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a backup into a new folder. It gets its name when it is whole.</summary>
    /// <exception cref="InputException">The folder is there already, or lies within the workspace.</exception>
    public async Task<BackupResult> MakeAsync(string folder, bool withKeys, CancellationToken cancellationToken)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(full))
        {
            throw new InputException("FOLDER", $"{full} is there already, and a backup never overwrites anything. Name a folder that does not exist yet.");
        }

        if ((full + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(workspace) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new InputException("FOLDER", $"{full} lies within the workspace. Name a folder elsewhere, best on another disk.");
        }

        var partial = $"{full}.partial-{Guid.NewGuid():N}";
        try
        {
            CreateFolder(partial);
            var (data, records) = (Path.Combine(partial, "datasets.duckdb"), Path.Combine(partial, "tributary.db"));
            await destination.CopyAsync(data, () => store.CopyAsync(records, cancellationToken), cancellationToken);
            await AlignAsync(partial, data, records, cancellationToken);
            if (withKeys)
            {
                CopyKeys(Path.Combine(workspace, "keys"), Path.Combine(partial, "keys"));
            }

            cancellationToken.ThrowIfCancellationRequested();
            var bytes = new DirectoryInfo(partial).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
            Directory.Move(partial, full);
            return new BackupResult(full, bytes, withKeys);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TributaryException("workspace.backup_failed", Fault.Workspace, $"The backup could not be written: {error.Message} Nothing was left of it. Check that {Path.GetDirectoryName(full)} may be written and has room.", error);
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }

    /// <summary>
    /// A run may have committed rows and not yet recorded it: what is recorded beside the rows counts. Of tables that are elsewhere nothing was copied.
    /// A run at work goes on here alone: in the copy it ended.
    /// </summary>
    private async Task AlignAsync(string folder, string data, string records, CancellationToken cancellationToken)
    {
        var isHere = await home.IsHereAsync(cancellationToken);
        var copy = await StoreDatabase.OpenAsync(records, cancellationToken);
        var staging = Path.Combine(folder, "staging");
        try
        {
            await new RunStores(copy, clock).Queue.RecoverAsync(cancellationToken);
            var rows = new DuckDbDestination(data, staging, clock);
            var partitions = new PartitionStore(copy);
            foreach (var dataSet in (await new DataSetStore(copy, clock).ListAsync(cancellationToken)).Where(d => isHere && d.Definition.DestinationId is null))
            {
                await partitions.WriteAsync(dataSet.Id, await rows.ReadPartitionsAsync(dataSet.Table, cancellationToken), onlyThese: true, cancellationToken);
            }
        }
        finally
        {
            // Before the folder gets its name: an open file keeps the name it had.
            await copy.CloseAsync();
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private static void CopyKeys(string from, string to)
    {
        CreateFolder(to);
        foreach (var key in Directory.EnumerateFiles(from))
        {
            var copy = Path.Combine(to, Path.GetFileName(key));
            File.Copy(key, copy);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(copy, OwnerOnly);
            }
        }
    }

    /// <summary>Makes the folder of a workspace or its copy, its owner's alone: rows of visits and hashes of passwords lie in it. One that is there keeps the rights that somebody gave it.</summary>
    internal static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }
}
