using Tributary.Model;

namespace Tributary.Store;

/// <summary>
/// Which of the nodes of a store has the embedded data file. Each has one in its folder, and DataSets written into several would be whole in none:
/// the first folder that works on the store keeps them, until the store is moved.
/// </summary>
internal sealed class EmbeddedHome(StoreDatabase store, string folder)
{
    private const string Setting = "embedded_folder";

    private bool? _isHere;

    /// <summary>Whether the embedded DataSets are this folder's to update.</summary>
    public async Task<bool> IsHereAsync(CancellationToken cancellationToken) =>
        _isHere ??= !store.Engine.IsShared || await new SettingStore(store).AddAsync(Setting, FolderId(), cancellationToken) == FolderId();

    /// <summary>Whether a DataSet is of the embedded file of one of several nodes.</summary>
    public bool IsOneNodes(DataSetRecord dataSet) => store.Engine.IsShared && dataSet.Definition.DestinationId is null;

    /// <summary>Refuses to touch the rows of a DataSet in the embedded file of this folder when they are in another's.</summary>
    /// <exception cref="TributaryException"><c>destination.embedded_one_node</c>.</exception>
    public Task RequireAsync(DataSetDefinition definition, CancellationToken cancellationToken) => RequireAsync(definition, definition.DestinationId, cancellationToken);

    /// <summary>Refuses it for a destination the DataSet has or is to have; null is the embedded file.</summary>
    /// <exception cref="TributaryException"><c>destination.embedded_one_node</c>.</exception>
    public async Task RequireAsync(DataSetDefinition definition, string? destinationId, CancellationToken cancellationToken)
    {
        if (destinationId is null && !await IsHereAsync(cancellationToken))
        {
            throw new TributaryException(
                "destination.embedded_one_node",
                Fault.Setup,
                $"The embedded data file of '{definition.Name}' lies in the folder of another node and cannot be shared. Nothing was changed. Do it on that node; there it can be given a destination that all nodes reach, too: tributary dataset move {ShellWord.Of(definition.Name)} --to DESTINATION");
        }
    }

    // A copy of the whole folder is the same folder to the store; a node of its own is made of its keys alone.
    private string FolderId()
    {
        var path = Path.Combine(folder, "folder-id");
        if (!File.Exists(path))
        {
            var made = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllText(made, Guid.NewGuid().ToString());
            try
            {
                File.Move(made, path, overwrite: false);
            }
            catch (IOException)
            {
                File.Delete(made);
            }
        }

        return File.ReadAllText(path).Trim();
    }
}
