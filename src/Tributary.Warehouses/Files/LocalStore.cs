using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>A folder of this machine, or one that several machines have mounted.</summary>
internal sealed class LocalStore(string folder, TimeProvider clock) : IFileStore
{
    private readonly string _root = Path.GetFullPath(folder);

    public string Describe(string path) => On(path);

    public string? OnDisk(string path) => On(path);

    public Task<string?> ReadTextAsync(string path, CancellationToken cancellationToken) => GuardAsync<string?>(path, async () =>
    {
        try
        {
            return await File.ReadAllTextAsync(On(path), cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    public Task WriteTextAsync(string path, string text, CancellationToken cancellationToken) => GuardAsync(path, async () =>
    {
        var target = On(path);
        MakeFolder(target);
        var part = target + ".part";
        await File.WriteAllTextAsync(part, text, cancellationToken);
        Flush(part);
        Replace(part, target);
    });

    public Task BringAsync(string file, string path, CancellationToken cancellationToken) => GuardAsync(path, () =>
    {
        Flush(file);
        return Task.CompletedTask;
    });

    public Task MoveAsync(string from, string to, CancellationToken cancellationToken) => GuardAsync(to, () =>
    {
        MakeFolder(On(to));
        if (File.Exists(On(from)))
        {
            Replace(On(from), On(to));
        }
        else if (!File.Exists(On(to)))
        {
            throw new FileNotFoundException($"'{On(from)}' is not there any more.");
        }

        return Task.CompletedTask;
    });

    public Task CopyAsync(string from, string to, CancellationToken cancellationToken) => GuardAsync(to, () =>
    {
        MakeFolder(On(to));
        File.Copy(On(from), On(to), overwrite: true);
        Flush(On(to));
        return Task.CompletedTask;
    });

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => GuardAsync(path, () =>
    {
        var file = On(path);
        if (File.Exists(file))
        {
            File.Delete(file);
            RemoveEmpty(Path.GetDirectoryName(file)!);
        }

        return Task.CompletedTask;
    });

    public Task ClearAsync(string folder, CancellationToken cancellationToken) => GuardAsync(folder, () =>
    {
        if (Directory.Exists(On(folder)))
        {
            Directory.Delete(On(folder), recursive: true);
        }

        return Task.CompletedTask;
    });

    public Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken) => GuardAsync<IReadOnlyList<string>>(folder, () => Task.FromResult<IReadOnlyList<string>>(
        Directory.Exists(On(folder))
            ? [.. Directory.EnumerateFiles(On(folder), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_root, f).Replace(Path.DirectorySeparatorChar, '/'))]
            : []));

    public Task<IReadOnlyList<string>> FetchAsync(IReadOnlyList<string> paths, string folder, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. paths.Select(On)]);

    public async Task<IFileLock> LockAsync(string path, bool alone, CancellationToken cancellationToken)
    {
        await GuardAsync(path, () =>
        {
            MakeFolder(On(path));
            return Task.CompletedTask;
        });
        return await LocalLock.TakeAsync(On(path), alone, clock, cancellationToken);
    }

    public async IAsyncEnumerable<DestinationStep> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (File.Exists(_root))
        {
            yield return new DestinationStep("folder", false, $"'{_root}' is a file. Name a folder.");
            yield break;
        }

        // A disk that is not mounted would be written beside, so a folder is not made here.
        if (!Directory.Exists(_root))
        {
            yield return new DestinationStep("folder", false, $"The folder '{_root}' is not there on the machine that runs Tributary. Make it, or mount the disk it lies on.");
            yield break;
        }

        yield return new DestinationStep("folder", true, $"The folder '{_root}' is there.");
        yield return await FilesProbe.TryAsync(this, cancellationToken);
    }

    public void Dispose()
    {
    }

    private string On(string path) => Path.Combine(_root, path.Replace('/', Path.DirectorySeparatorChar));

    private void MakeFolder(string file)
    {
        if (!Directory.Exists(_root))
        {
            throw FilesErrors.NoFolder(_root);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    }

    private static void Flush(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    private static void Replace(string from, string to) => File.Move(from, to, overwrite: true);

    private void RemoveEmpty(string folder)
    {
        try
        {
            while (folder.Length > _root.Length && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
                folder = Path.GetDirectoryName(folder)!;
            }
        }
        catch (IOException)
        {
            // Another got there first, or has put something in.
        }
    }

    private Task GuardAsync(string path, Func<Task> work) => GuardAsync(path, async () =>
    {
        await work();
        return true;
    });

    private async Task<T> GuardAsync<T>(string path, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FilesErrors.Explain(e, On(path));
        }
    }
}
