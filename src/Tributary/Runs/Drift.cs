using Tributary.Model;

namespace Tributary.Runs;

/// <summary>Watches the columns of one run: what is new against the table, what is wider, what every run so far had and this one has not.</summary>
/// <param name="definition">Says what drift does.</param>
/// <param name="steady">Columns that had values in every run before.</param>
/// <param name="isFirst">Whether the run made the table, in a part of it that was read before.</param>
/// <param name="isWhole">Whether it meets all windows of the run, and so can tell that a column vanished.</param>
internal sealed class Drift(DataSetDefinition definition, IReadOnlySet<string> steady, bool isFirst = false, bool isWhole = true)
{
    private const int MostTold = 5;

    private readonly List<SchemaChange> _changes = [];
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _missing = isWhole && definition.Drift == DriftPolicy.Stop ? new(steady, StringComparer.OrdinalIgnoreCase) : [];
    private readonly Lock _gate = new();
    private bool _isFirst = isFirst;

    /// <summary>What was met so far.</summary>
    public ColumnsMet Met => new([.. _seen], [.. _changes], _isFirst);

    /// <summary>
    /// Takes what a window brought, and says whether its commit has to wait: a column that is to stop the run when it vanished was in no window so far.
    /// One site may lack what another has, so only the whole run tells.
    /// </summary>
    /// <param name="withValues">The window's columns that have a value in some row; empty without rows.</param>
    public bool HasToWait(IReadOnlySet<string> withValues)
    {
        lock (_gate)
        {
            _missing.ExceptWith(withValues);
            return _missing.Count > 0 && withValues.Count > 0;
        }
    }

    /// <summary>Why what waited is not stored, once all windows were read; null when it may be.</summary>
    public TributaryException? Refusal()
    {
        lock (_gate)
        {
            return _missing.Count == 0 ? null : Stopped([.. Vanished(new HashSet<string>(), _missing)]);
        }
    }

    /// <summary>Takes a window's columns before its commit.</summary>
    /// <param name="before">The table's columns; null when there is no table yet.</param>
    /// <param name="after">Its columns after the commit.</param>
    /// <param name="withValues">The window's columns that have a value in some row; empty without rows.</param>
    /// <exception cref="TributaryException">Drift is to stop the commit.</exception>
    public void Meet(TableSchema? before, TableSchema after, IReadOnlySet<string> withValues)
    {
        _isFirst |= before is null;

        // The windows of a first run each bring what the ones before happened not to have.
        var changes = _isFirst ? [] : Between(before!, after);
        if (definition.Drift == DriftPolicy.Stop && changes.Count > 0)
        {
            throw Stopped(changes);
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

    private TributaryException Stopped(IReadOnlyList<SchemaChange> changes) => new(
        "drift.stopped",
        Fault.Source,
        $"The columns of the report changed: {InWords(changes)}. Nothing of it was stored, because the DataSet is set to stop at drift. If the change is right: tributary dataset edit {ShellWord.Of(definition.Name)} --drift evolve");

    /// <summary>The columns of a table that are new or wider than they were.</summary>
    public static IReadOnlyList<SchemaChange> Between(TableSchema before, TableSchema after) => [.. Differences(before, after)];

    private static IEnumerable<SchemaChange> Differences(TableSchema before, TableSchema after)
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
