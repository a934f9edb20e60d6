using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>Tries what every commit does, with a file that is gone afterwards.</summary>
internal static class FilesProbe
{
    public static async Task<DestinationStep> TryAsync(IFileStore store, CancellationToken cancellationToken)
    {
        var folder = $"{FilesLayout.Own}check/{Guid.NewGuid():N}/";
        var doing = "write";
        try
        {
            await store.WriteTextAsync(folder + "one", "Tributary looks whether it may write here.", cancellationToken);
            doing = "copy";
            await store.CopyAsync(folder + "one", folder + "two", cancellationToken);
            doing = "list";
            var files = await store.ListAsync(folder, cancellationToken);
            doing = "read";
            var isThere = files.Count == 2 && await store.ReadTextAsync(folder + "two", cancellationToken) is { Length: > 0 };
            doing = "remove";
            await store.ClearAsync(folder, cancellationToken);
            return isThere
                ? new DestinationStep("write", true, $"Files can be written, listed, read and removed in {store.Describe("")}.")
                : new DestinationStep("write", false, $"A file written to {store.Describe(folder)} was not there afterwards. The storage has to show a file as soon as it is written.");
        }
        catch (TributaryException error)
        {
            return new DestinationStep("write", false, $"Trying to {doing} a file: {error.Message}");
        }
    }
}
