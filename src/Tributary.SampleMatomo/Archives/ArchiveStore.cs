using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>What an archive is of: a site, a span and the visits that count.</summary>
internal sealed record ArchiveKey(SiteProfile Site, Span Span, Segment Segment, DateOnly? Silent = null)
{
    public string Text => $"{Site.Id}|{Span.Period}|{Span.Label}|{Segment.Text}|{Silent}";
}

/// <summary>Days counted from visits, longer spans added up from days; finished ones are kept while there is room.</summary>
internal sealed class ArchiveStore(VisitLog log, Records records, ServerVersion version)
{
    private const int RowsKept = 1_500_000;
    private readonly BoundedCache<string, Table> _tables = new(RowsKept);
    private readonly BoundedCache<string, Totals> _totals = new(50_000);

    public VisitLog Log => log;

    public ServerVersion Version => version;

    public Table Table(ArchiveKey key, string name)
    {
        var record = records[name];
        return Kept(_tables, key, name, t => t.Weight() + 1, () =>
        {
            Table table;
            if (key.Span.IsDay)
            {
                table = record.Build(Visits(key, key.Span.Start));
            }
            else
            {
                table = new Table(OverDays(record));
                foreach (var day in DaysWithin(key))
                {
                    table.Add(Table(key with { Span = new Span("day", day, day) }, name));
                }
            }

            table.Cap(record.Rows, record.SubRows, record.SortColumn);
            Number(table, key);
            return table;
        });
    }

    public Totals Totals(ArchiveKey key, bool? newVisitors = null) => Kept(_totals, key, newVisitors switch { true => "new", false => "returning", _ => "all" }, _ => 1, () =>
    {
        bool Counts(Visit v) => newVisitors is null || v.IsNew == newVisitors;
        if (key.Span.IsDay)
        {
            return Archives.Totals.Of(Visits(key, key.Span.Start).Where(Counts));
        }

        if (key.Span.CountsPeople)
        {
            return Archives.Totals.Of(DaysWithin(key).SelectMany(d => Visits(key, d)).Where(Counts));
        }

        var sum = new Totals();
        foreach (var day in DaysWithin(key))
        {
            sum.Add(Totals(key with { Span = new Span("day", day, day) }, newVisitors));
        }

        return sum;
    });

    public IEnumerable<Visit> Visits(ArchiveKey key) => DaysWithin(key).SelectMany(d => Visits(key, d));

    private IReadOnlyList<Visit> Visits(ArchiveKey key, DateOnly day)
    {
        if (key.Silent == day)
        {
            return [];
        }

        var visits = log.Day(key.Site, day);
        return key.Segment.IsEverything ? visits : [.. visits.Where(key.Segment.Matches)];
    }

    /// <summary>Minima and maxima of pages are added up over days in 4.16, those of custom dimensions in 5.2 still (measured).</summary>
    private Columns OverDays(Record record) => record.Build([]).Columns is var columns && ReferenceEquals(columns, ActionTables.Columns) && (version.IsFour || record.IsDimension) ? ActionTables.Summing : columns;

    private IEnumerable<DateOnly> DaysWithin(ArchiveKey key)
    {
        var today = log.Today(key.Site);
        return key.Span.Days().Where(d => d >= log.FirstDayOf(key.Site) && d <= today);
    }

    private T Kept<T>(BoundedCache<string, T> cache, ArchiveKey key, string name, Func<T, int> weight, Func<T> make)
    {
        if (key.Span.End >= log.Today(key.Site))
        {
            return make();
        }

        var text = $"{key.Text}|{name}";
        if (!cache.TryGet(text, out var value))
        {
            value = make();
            cache.Add(text, value, weight(value));
        }

        return value;
    }

    /// <summary>Subtable numbers belong to one archive: another period or segment numbers its rows from another start.</summary>
    private static void Number(Table table, ArchiveKey key)
    {
        var next = 1 + (int)(Rng.Mix([.. key.Text.Select(c => (ulong)c)]) % 9973);
        Walk(table);

        void Walk(Table level)
        {
            foreach (var row in level.Rows)
            {
                if (row.Sub is { } sub)
                {
                    row.SubtableId = next++;
                    Walk(sub);
                }
            }
        }
    }
}
