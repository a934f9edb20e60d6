namespace Tributary.SampleMatomo.Archives;

/// <summary>How a column of two rows becomes one.</summary>
internal enum Fold
{
    Sum,
    Min,
    Max,

    /// <summary>People counted once a day: over several days the column is renamed <c>sum_daily_…</c>.</summary>
    DailyUnique,
}

internal sealed record Column(string Name, Fold Fold = Fold.Sum, bool Hidden = false)
{
    public string NameOver(bool singleDay) => Fold == Fold.DailyUnique && !singleDay ? $"sum_daily_{Name}" : Name;
}

internal sealed class Columns
{
    private readonly Dictionary<string, int> _index;

    public Columns(params Column[] all)
    {
        All = all;
        _index = all.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);
    }

    public IReadOnlyList<Column> All { get; }

    /// <summary>The same columns, minima and maxima added up.</summary>
    public Columns Summing() => new([.. All.Select(c => c.Fold is Fold.Min or Fold.Max ? c with { Fold = Fold.Sum } : c)]);

    public int this[string name] => _index[name];

    public int Find(string name) => _index.GetValueOrDefault(name, -1);
}

/// <summary>A row as it is archived: stored label, numbers (NaN where there is none), conversions by goal, and what lies below.</summary>
internal sealed class Row(string key, int columns)
{
    public string Key { get; set; } = key;

    public double[] Values { get; } = NewValues(columns);

    public SortedDictionary<int, double[]>? Goals { get; set; }

    public Table? Sub { get; set; }

    public string? Url { get; set; }

    public bool IsOthers { get; init; }

    /// <summary>How many database rows were summed: a value of a single one leaves the server as text.</summary>
    public int Sources { get; set; }

    public int SubtableId { get; set; }

    public void Add(int column, double value) => Values[column] = double.IsNaN(Values[column]) ? value : Values[column] + value;

    private static double[] NewValues(int columns)
    {
        var values = new double[columns];
        Array.Fill(values, double.NaN);
        return values;
    }
}

internal sealed class Table(Columns columns)
{
    private readonly Dictionary<string, Row> _byKey = new(StringComparer.Ordinal);
    private readonly List<Row> _rows = [];

    public Columns Columns { get; } = columns;

    /// <summary>Without the Others row.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    public Row? Others { get; private set; }

    public IEnumerable<Row> All => Others is null ? _rows : _rows.Append(Others);

    public int Count => _rows.Count + (Others is null ? 0 : 1);

    public Row Get(string key)
    {
        if (!_byKey.TryGetValue(key, out var row))
        {
            _byKey[key] = row = new Row(key, Columns.All.Count);
            _rows.Add(row);
        }

        return row;
    }

    public Row? Find(string key) => _byKey.GetValueOrDefault(key);

    public void Add(Table other)
    {
        foreach (var row in other.Rows)
        {
            Merge(Get(row.Key), row, keepBelow: true);
        }

        if (other.Others is { } others)
        {
            Merge(Others ??= new Row("Others", Columns.All.Count) { IsOthers = true }, others, keepBelow: false);
        }
    }

    /// <summary>Keeps the largest rows and sums up the rest, as an archive does before it is stored.</summary>
    public void Cap(int rows, int subRows, int sortColumn)
    {
        foreach (var row in _rows)
        {
            row.Sub?.Cap(subRows, subRows, sortColumn);
        }

        if (rows <= 0 || Count <= rows)
        {
            return;
        }

        _rows.Sort((a, b) => ByValue(a, b, sortColumn));
        var rest = _rows.GetRange(rows - 1, _rows.Count - rows + 1);
        _rows.RemoveRange(rows - 1, _rows.Count - rows + 1);
        Others ??= new Row("Others", Columns.All.Count) { IsOthers = true };
        foreach (var row in rest)
        {
            _byKey.Remove(row.Key);
            Merge(Others, row, keepBelow: false);
        }
    }

    public static Row Sum(IEnumerable<Row> rows, Columns columns)
    {
        var table = new Table(columns);
        var sum = new Row("Others", columns.All.Count) { IsOthers = true };
        foreach (var row in rows)
        {
            table.Merge(sum, row, keepBelow: false);
        }

        return sum;
    }

    public int Weight() => All.Sum(r => 1 + (r.Sub?.Weight() ?? 0));

    internal static int ByValue(Row a, Row b, int column)
    {
        var (x, y) = (a.Values[column], b.Values[column]);
        var order = (double.IsNaN(y) ? double.MinValue : y).CompareTo(double.IsNaN(x) ? double.MinValue : x);
        return order != 0 ? order : string.CompareOrdinal(a.Key, b.Key);
    }

    internal static void MergeGoals(Row into, Row from)
    {
        foreach (var (goal, cells) in from.Goals ?? [])
        {
            into.Goals ??= [];
            if (!into.Goals.TryGetValue(goal, out var sum))
            {
                into.Goals[goal] = sum = new double[cells.Length];
            }

            for (var i = 0; i < cells.Length; i++)
            {
                sum[i] += cells[i];
            }
        }
    }

    private void Merge(Row into, Row from, bool keepBelow)
    {
        for (var i = 0; i < into.Values.Length; i++)
        {
            into.Values[i] = Fold1(Columns.All[i].Fold, into.Values[i], from.Values[i]);
        }

        MergeGoals(into, from);
        into.Sources += from.Sources;
        if (!keepBelow)
        {
            return;
        }

        into.Url ??= from.Url;
        if (from.Sub is { } sub)
        {
            (into.Sub ??= new Table(Columns)).Add(sub);
        }
    }

    internal static double Fold1(Fold fold, double a, double b) => (double.IsNaN(a), double.IsNaN(b)) switch
    {
        (true, _) => b,
        (_, true) => a,
        _ => fold switch { Fold.Min => Math.Min(a, b), Fold.Max => Math.Max(a, b), _ => a + b },
    };
}
