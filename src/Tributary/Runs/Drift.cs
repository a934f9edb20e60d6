using Tributary.Model;

namespace Tributary.Runs;

/// <summary>Watches the columns of one run: what is new against the table, what is wider, what every run so far had and this one has not.</summary>
/// <param name="definition">Says what drift does.</param>
/// <param name="steady">Columns that had values in every run before.</param>
/// <param name="isFirst">Whether the run made the table, in a part of it that was read before.</param>
internal sealed class Drift(DataSetDefinition definition, IReadOnlySet<string> steady, bool isFirst = false)
{
    private const int MostTold = 5;

    private readonly List<SchemaChange> _changes = [];
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private bool _isFirst = isFirst;

    /// <summary>What was met so far.</summary>
    public ColumnsMet Met => new([.. _seen], [.. _changes], _isFirst);

    /// <summary>Takes a window's columns before its commit.</summary>
    /// <param name="before">The table's columns; null when there is no table yet.</param>
    /// <param name="after">Its columns after the commit.</param>
    /// <param name="withValues">The window's columns that have a value in some row; empty without rows.</param>
    /// <exception cref="TributaryException">Drift is to stop the commit.</exception>
    public void Meet(TableSchema? before, TableSchema after, IReadOnlySet<string> withValues)
    {
        _isFirst |= before is null;

        // The windows of a first run each bring what the ones before happened not to have.
        List<SchemaChange> changes = _isFirst ? [] : [.. Between(before!, after)];
        if (definition.Drift == DriftPolicy.Stop && changes.Concat(withValues.Count > 0 ? Vanished(withValues, steady) : []).ToList() is { Count: > 0 } all)
        {
            throw new TributaryException(
                "drift.stopped",
                Fault.Source,
                $"The columns of the report changed: {InWords(all)}. Nothing of it was stored, because the DataSet is set to stop at drift. If the change is right: tributary dataset edit \"{definition.Name}\" --drift evolve");
        }

        _changes.AddRange(changes);
        _seen.UnionWith(withValues);
    }

    /// <summary>What changed over a whole run, in the order it was met, with the columns that every run before had and this one has not.</summary>
    public static IReadOnlyList<SchemaChange> ChangesOf(ColumnsMet met, IReadOnlySet<string> steady) =>
        [.. met.Changes, .. met.Seen.Count > 0 ? Vanished(met.Seen.ToHashSet(StringComparer.OrdinalIgnoreCase), steady) : []];

    /// <summary>The first few changes, and how many more there are.</summary>
    public static string InWords(IReadOnlyList<SchemaChange> changes) =>
        string.Join("; ", changes.Take(MostTold)) + (changes.Count > MostTold ? $"; and {changes.Count - MostTold} more" : "");

    private static IEnumerable<SchemaChange> Between(TableSchema before, TableSchema after)
    {
        foreach (var column in after.Columns)
        {
            if (before.Find(column.Name) is not { } had)
            {
                yield return new SchemaChange(SchemaChangeKind.Added, column.Name, null, column.Type);
            }
            else if (had.Type != column.Type)
            {
                yield return new SchemaChange(SchemaChangeKind.Widened, column.Name, had.Type, column.Type);
            }
        }
    }

    private static IEnumerable<SchemaChange> Vanished(IReadOnlySet<string> present, IReadOnlySet<string> steady) =>
        steady.Where(c => !present.Contains(c)).Order(StringComparer.Ordinal).Select(c => new SchemaChange(SchemaChangeKind.Vanished, c, null, null));
}
