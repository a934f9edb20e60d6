using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>What must hold of every commit, whatever the destination: better refused than rows lost or doubled.</summary>
internal static class CommitRules
{
    /// <summary>Refuses a commit that does not hold together with the columns its table will have.</summary>
    /// <exception cref="ArgumentException">It is put together wrongly.</exception>
    /// <exception cref="TributaryException"><c>merge.no_such_column</c></exception>
    public static void Require(WindowCommit commit, TableSchema schema)
    {
        List<PartitionKey> keys = [.. commit.Partitions.Select(p => p.Key), .. commit.Remove];
        Require(schema.Find("site_id") is not null, "has no site_id column to replace partitions by");
        Require(keys.TrueForAll(k => k.Segment.Length == 0) || schema.Find("segment") is not null, "has no segment column, but a partition has a segment");
        Require(
            keys.TrueForAll(k => k.Period == Period.None) ? keys.Count == 0 || schema.Find("period") is null : schema.Find("period") is not null && schema.Find("period_start") is not null && schema.Find("period_end") is not null,
            "has period columns where its partitions have none, or the other way round");
        Require(keys.Distinct().Count() == keys.Count, "has a partition named twice");
        Require(commit.Partitions.Sum(p => p.Rows) == commit.Rows.Count, $"has partitions of {commit.Partitions.Sum(p => p.Rows)} rows and {commit.Rows.Count} staged");
        Require(commit.Update == UpdateMethod.Merge == commit.Key.Count > 0, "has a key without merging, or merges without one");
        Require(commit.KeepRuns == 0 || commit.RunId.Length > 0, "keeps what it replaces and names no run");
        foreach (var column in commit.Key.Where(c => schema.Find(c) is null))
        {
            throw new TributaryException("merge.no_such_column", Fault.Setup, $"The key column '{column}' is not in the rows of '{commit.Table}'. Nothing was changed. Choose the key from: {string.Join(", ", schema.Columns.Select(c => c.Name))}.");
        }

        void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new ArgumentException($"The commit of '{commit.Table}' {otherwise}.");
            }
        }
    }

    /// <summary>What becomes of stored states by revising: each as it is, but for the state where a revision is of that same read.</summary>
    public static List<PartitionRecord> Revised(IEnumerable<PartitionRecord> stored, IEnumerable<PartitionRecord> revisions)
    {
        var states = revisions.ToDictionary(r => (r.Key, r.RunId, Micros(r)), r => r.State);
        return [.. stored.Select(s => states.TryGetValue((s.Key, s.RunId, Micros(s)), out var state) ? s with { State = state } : s)];

        // No destination keeps more.
        static long Micros(PartitionRecord p) => p.ReadAt.UtcTicks / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>Refuses a batch with a column that the table does not have.</summary>
    public static void RequireKnownColumns(string table, IReadOnlyList<ColumnDefinition> columns, RowBatch batch)
    {
        foreach (var column in batch.Columns)
        {
            if (!columns.Any(c => string.Equals(c.Name, column.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new ArgumentException($"The rows have a column '{column.Name}' that the schema of '{table}' does not name; its values would be lost.");
            }
        }
    }

    /// <summary>Refuses rows whose key column is null.</summary>
    public static TributaryException KeyIsNull(WindowCommit commit, string column) =>
        new("merge.key_null", Fault.Setup, $"The key column '{column}' is null in some rows of '{commit.Table}', so they cannot be told apart. Nothing was changed. Choose another key, or the update method partition, which needs none.");

    /// <summary>Refuses rows that a key does not tell apart.</summary>
    public static TributaryException KeyRepeats(WindowCommit commit, string values) =>
        new("merge.key_repeats", Fault.Setup, $"Two rows of '{commit.Table}' have the same key ({string.Join(", ", commit.Key)}): {values}. Nothing was changed. Add a column that tells them apart, or choose the update method partition, which needs no key.");

    /// <summary>Refuses staged rows that are fewer or more than were staged.</summary>
    public static void RequireAll(WindowCommit commit, long written)
    {
        if (written != commit.Rows.Count)
        {
            throw new InvalidDataException($"Of {commit.Rows.Count} staged rows of '{commit.Table}' {written} could be read.");
        }
    }

    /// <summary>Refuses to go back behind what is kept.</summary>
    public static TributaryException NotKept(string runId, int later, int kept) =>
        new("revert.not_kept", Fault.Setup, $"The table cannot be brought back to run {runId}: {later} {(later == 1 ? "run has" : "runs have")} changed it since, and only the last {kept} can be undone. Nothing was changed. Keep more runs with --keep-runs.");
}
