using Tributary.Destinations;
using Tributary.Model;
using Tributary.Store;

namespace Tributary;

/// <summary>Tells a DataSet's table from one of the same name that somebody else made: by the windows it was written in, which name runs.</summary>
internal sealed class TableOwners(RunStore runs, DataSetStore dataSets)
{
    /// <summary>Whether a destination has a table of the DataSet's name that none of its runs has written.</summary>
    public async Task<bool> IsOfOthersAsync(IDestination destination, DataSetRecord record, CancellationToken cancellationToken)
    {
        if (await destination.ReadSchemaAsync(record.Table, cancellationToken) is null)
        {
            return false;
        }

        var own = (await runs.ReadEndsAsync(record.Id, cancellationToken)).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        return !(await destination.ReadWindowIdsAsync(record.Table, cancellationToken)).Any(id => own.Contains(id.Split('/')[0]));
    }

    /// <summary>Refuses to lead the DataSets of a destination to a place where somebody else has tables of their names.</summary>
    /// <exception cref="TributaryException"><c>destination.table_taken</c>.</exception>
    public async Task RefuseOthersAsync(DestinationRecord record, IDestination place, CancellationToken cancellationToken)
    {
        foreach (var dataSet in (await dataSets.ListAsync(cancellationToken)).Where(d => d.Definition.DestinationId == record.Id))
        {
            if (await IsOfOthersAsync(place, dataSet, cancellationToken))
            {
                throw new TributaryException(
                    "destination.table_taken",
                    Fault.Setup,
                    $"There, '{record.Name}' would have a table '{dataSet.Table}' already that no run of '{dataSet.Definition.Name}' has written: somebody else keeps it. Nothing was changed. Choose another schema, database or folder, or rename that table.");
            }
        }
    }
}
