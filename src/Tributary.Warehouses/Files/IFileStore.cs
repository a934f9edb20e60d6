using Tributary.Destinations;

namespace Tributary.Warehouses.Files;

/// <summary>
/// A place for files. Paths have slashes and begin below it. A file is there whole or not at all, and whoever reads one while another takes its name reads one of the two.
/// Failures are told to people by <see cref="Model.TributaryException"/>.
/// </summary>
internal interface IFileStore : IDisposable
{
    /// <summary>The path as people find it.</summary>
    string Describe(string path);

    /// <summary>Where the engine may write and read a file itself; null where it cannot.</summary>
    string? OnDisk(string path);

    /// <summary>A small file; null when there is none.</summary>
    Task<string?> ReadTextAsync(string path, CancellationToken cancellationToken);

    /// <summary>Writes a small file, so that it outlives a crash of the machine.</summary>
    Task WriteTextAsync(string path, string text, CancellationToken cancellationToken);

    /// <summary>Brings a file that the engine wrote: one that is <see cref="OnDisk"/> there already is made to outlive a crash.</summary>
    Task BringAsync(string file, string path, CancellationToken cancellationToken);

    /// <summary>Gives a waiting file its name. May be repeated; the waiting file may stay.</summary>
    Task MoveAsync(string from, string to, CancellationToken cancellationToken);

    /// <summary>Copies a file.</summary>
    Task CopyAsync(string from, string to, CancellationToken cancellationToken);

    /// <summary>Removes a file; one that is not there is fine.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);

    /// <summary>Removes a folder, named with a slash at its end, and all that is in it.</summary>
    Task ClearAsync(string folder, CancellationToken cancellationToken);

    /// <summary>All files below a folder, named with a slash at its end.</summary>
    Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Files where the engine can read them: their own paths, or copies in a folder of the caller's.</summary>
    Task<IReadOnlyList<string>> FetchAsync(IReadOnlyList<string> paths, string folder, CancellationToken cancellationToken);

    /// <summary>Waits for a lock.</summary>
    /// <param name="path">The lock.</param>
    /// <param name="alone">Whether readers are kept out too.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IFileLock> LockAsync(string path, bool alone, CancellationToken cancellationToken);

    /// <summary>Looks at what stands between this program and the place, and tries to write, list and remove a file.</summary>
    IAsyncEnumerable<DestinationStep> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>A lock that is held.</summary>
internal interface IFileLock : IAsyncDisposable
{
    /// <summary>Makes sure that it is still held, right before what must not be done twice.</summary>
    /// <exception cref="Model.TributaryException"><c>destination.conflict</c>: it was lost.</exception>
    Task RequireAsync(CancellationToken cancellationToken);
}
