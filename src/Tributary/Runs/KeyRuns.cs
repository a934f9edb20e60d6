using Tributary.Model;

namespace Tributary.Runs;

/// <summary>Rows of one partition stand side by side: finds where the key columns change.</summary>
internal sealed class KeyRuns(RowBatch batch)
{
    private readonly List<ColumnBuffer> _keys = [.. Enumerable.Range(0, batch.Columns.Count).Where(i => batch.Columns[i].Name is "site_id" or "period_start" or "period_end" or "segment").Select(batch.Buffer)];

    /// <summary>The first row behind <paramref name="from"/> whose key may be another.</summary>
    public int EndOf(int from)
    {
        var end = batch.Rows;
        foreach (var column in _keys)
        {
            if (column.Capacity <= from)
            {
                continue;
            }

            // The words of equal text can differ, which ends a run too early and does no harm.
            var words = column.Words[from..Math.Min(end, column.Capacity)];
            if (words.IndexOfAnyExcept(words[0]) is > 0 and var same)
            {
                end = from + same;
            }

            if (column.Presence[from..Math.Min(end, column.Capacity)].IndexOfAnyExcept(column.Presence[from]) is > 0 and var alike)
            {
                end = from + alike;
            }
        }

        return end;
    }
}
