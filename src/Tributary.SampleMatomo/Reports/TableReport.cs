using System.Text.RegularExpressions;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>How one level of a table reads: the dimension it is of, its label and what stands beside it.</summary>
internal sealed record Level(string Dimension, Func<Row, Query, string> Label, Action<Obj, Row, Query>? Decorate = null);

/// <summary>When numbers of a day leave the server as text: a value of one database row does, a sum does not.</summary>
internal enum Text
{
    Never,
    OfOneSource,
    Always,
}

/// <summary>A row on its way out, with the rows above it.</summary>
internal sealed record Line(Row Row, IReadOnlyList<Row> Above, string Label, bool IsParent = false, int Depth = 0)
{
    /// <summary>It stands in the subtable of an expanded row.</summary>
    public bool InSubtable => Depth > 0;
}

/// <summary>A report of many rows, made from an archived table.</summary>
internal sealed class TableReport(string method, Func<Query, string> record, params IReadOnlyList<Level> levels) : Report(method)
{
    public IReadOnlyList<Level> Levels { get; } = levels;

    public string Separator { get; init; } = " - ";

    public required Action<Obj, Line, Query> Metrics { get; init; }

    public Func<Query, string> DefaultSort { get; init; } = _ => "nb_visits";

    /// <summary>Rows keep the archive's order unless a column is named.</summary>
    public bool NaturalOrder { get; init; }

    /// <summary>The method lists the second level of its record, chosen by idSubtable.</summary>
    public bool SubtableOnly { get; init; }

    public bool FlatWorks { get; init; } = true;

    public bool HasSubtables { get; init; }

    /// <summary>Rows of the table; a report may leave some out or add empty ones.</summary>
    public Func<Table, Query, IEnumerable<Row>> Rows { get; init; } = (table, _) => table.All;

    /// <summary>Whether the method knows the parameter expanded.</summary>
    public bool ExpandedWorks { get; init; } = true;

    /// <summary>What a leaf of a flat answer takes from the rows above it.</summary>
    public Action<Obj, Line>? FlatBeside { get; init; }

    /// <summary>Rows of expanded subtables have their segment and address too; elsewhere 5.2 leaves them out.</summary>
    public bool DecoratesBelow { get; init; }

    /// <summary>Rows to show, at every level.</summary>
    public Func<Row, bool> Only { get; init; } = _ => true;

    /// <summary>The name of the first dimension where a parameter makes it.</summary>
    public Func<Query, string>? DimensionName { get; init; }

    /// <summary>A table already at hand, instead of an archived one.</summary>
    public Table? Given { get; init; }

    /// <summary>The level the rows are of when no subtable was chosen.</summary>
    public int Depth { get; init; }

    public Func<Query, Row?>? Single { get; init; }

    public Func<Line, Query, string>? FlatLabel { get; init; }

    /// <summary>The dimension entry of a flat row, where it is not the label: with what the label has decoded.</summary>
    public Func<Line, Query, string>? FlatEntry { get; init; }

    /// <summary>Contents name only their first dimension, with the joined text.</summary>
    public bool JoinedDimension { get; init; }

    /// <summary>What a wrong idSubtable does; null answers [].</summary>
    public Func<ApiException>? WrongSubtable { get; init; }

    public override object? Answer(Query query, bool inMap)
    {
        var table = Given ?? query.Table(record(query));
        var (rows, depth) = Chosen(table, query);
        var lines = query.Flat && FlatWorks
            ? Flatten(rows, [], depth, query)
            : [.. rows.Where(Only).Select(r => new Line(r, [], Label(r, [], depth, query)))];
        lines = Filter(lines, query, out var labelled);
        Sort(lines, query, table.Columns);
        lines = Page(lines, query, labelled, table.Columns);
        return lines.ConvertAll(l => Render(l, depth, query));
    }

    private (List<Row> Rows, int Depth) Chosen(Table table, Query query)
    {
        var id = query.Parameters["idSubtable"];
        if (SubtableOnly && id is null)
        {
            throw ApiException.Missing("idSubtable");
        }

        if (Single is not null)
        {
            return (Single(query) is { } one ? [one] : [], 0);
        }

        if (id is null or "all")
        {
            return ([.. Rows(table, query)], Depth);
        }

        if (!int.TryParse(id, out var number))
        {
            throw ApiException.Parameter("idSubtable needs to be a number or 'all'.");
        }

        if (FindSubtable(table, number, 1) is var (sub, depth))
        {
            return ([.. sub.All], depth);
        }

        return WrongSubtable is null ? ([], 1) : throw WrongSubtable();
    }

    private static (Table Sub, int Depth)? FindSubtable(Table table, int id, int depth)
    {
        foreach (var row in table.Rows)
        {
            if (row.Sub is { } sub)
            {
                if (row.SubtableId == id)
                {
                    return (sub, depth);
                }

                if (FindSubtable(sub, id, depth + 1) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private Level LevelAt(int depth) => Levels[Math.Min(depth, Levels.Count - 1)];

    private string Label(Row row, IReadOnlyList<Row> above, int depth, Query query) => row.IsOthers ? query.Words.Others : LevelAt(depth + above.Count).Label(row, query);

    private List<Line> Flatten(IEnumerable<Row> rows, IReadOnlyList<Row> above, int depth, Query query)
    {
        List<Line> lines = [];
        foreach (var row in rows.Where(Only))
        {
            var line = new Line(row, above, "");
            line = line with { Label = FlatLabel?.Invoke(line, query) ?? string.Join(Separator, above.Select((r, i) => Label(r, [.. above.Take(i)], depth, query)).Append(Label(row, above, depth, query))) };
            var inner = row.Sub;
            if (inner is null)
            {
                lines.Add(line);
                continue;
            }

            if (query.Parameters.Flag("include_aggregate_rows"))
            {
                lines.Add(line with { IsParent = true });
            }

            lines.AddRange(Flatten(inner.All, [.. above, row], depth, query));
        }

        return lines;
    }

    private List<Line> Filter(List<Line> lines, Query query, out bool labelled)
    {
        labelled = false;
        if (query.Parameters["filter_pattern"] is { } pattern && query.Parameters["filter_column"] is null or "label")
        {
            var match = new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            lines = lines.FindAll(l => match.IsMatch(l.Label));
        }

        var wanted = query.Parameters.Array("label") ?? (query.Parameters["label"] is { } one ? [one] : null);
        if (wanted is null)
        {
            return lines;
        }

        labelled = true;
        return [.. wanted.Select(w => Walk(lines, w, query)).OfType<Line>()];
    }

    private Line? Walk(List<Line> lines, string path, Query query)
    {
        var parts = path.Split('>');
        Line? found = null;
        for (var i = 0; i < parts.Length; i++)
        {
            var part = Uri.UnescapeDataString(parts[i].Replace('+', ' ')).Trim();
            found = lines.Find(l => l.Label.Trim() == part);
            if (found?.Row.Sub is not { } sub)
            {
                return i == parts.Length - 1 ? found : null;
            }

            var depth = i + 1;
            lines = [.. sub.All.Select(r => new Line(r, [], Label(r, [], depth, query)))];
        }

        return found;
    }

    private void Sort(List<Line> lines, Query query, Columns columns)
    {
        var asked = query.Parameters["filter_sort_column"];
        if (NaturalOrder && asked is null)
        {
            return;
        }

        var name = asked ?? DefaultSort(query);
        var ascending = query.Parameters["filter_sort_order"] == "asc";
        var byLabel = name == "label";
        var column = byLabel ? -1 : Known(columns, name);
        var second = columns.Find("nb_visits");
        var othersLast = !query.Flat;
        lines.Sort((a, b) =>
        {
            if (othersLast && a.Row.IsOthers != b.Row.IsOthers)
            {
                return a.Row.IsOthers ? 1 : -1;
            }

            var order = column < 0 ? string.Compare(a.Label, b.Label, StringComparison.OrdinalIgnoreCase) : Value(a, column).CompareTo(Value(b, column));
            order = ascending || (column < 0 && byLabel && query.Parameters["filter_sort_order"] is null) ? order : -order;
            if (order == 0 && second >= 0 && column != second)
            {
                order = Value(b, second).CompareTo(Value(a, second));
            }

            return order != 0 ? order : string.CompareOrdinal(a.Label, b.Label);
        });
    }

    private static int Known(Columns columns, string name)
    {
        var plain = name.StartsWith("sum_daily_", StringComparison.Ordinal) ? name["sum_daily_".Length..] : name;
        var found = columns.Find(plain);
        return found >= 0 ? found : columns.Find("nb_visits");
    }

    private static double Value(Line line, int column) => double.IsNaN(line.Row.Values[column]) ? double.MinValue : line.Row.Values[column];

    private static List<Line> Page(List<Line> lines, Query query, bool labelled, Columns columns)
    {
        if (labelled)
        {
            return lines;
        }

        if (query.Parameters.Integer("filter_truncate") is { } keep && keep > 0 && lines.Count > keep + 1)
        {
            var rest = lines.GetRange(keep, lines.Count - keep);
            lines = lines.GetRange(0, keep);
            lines.Add(new Line(Table.Sum(rest.Select(r => r.Row), columns), [], query.Words.Others));
        }

        var offset = query.Parameters.Integer("filter_offset") ?? 0;
        var limit = query.Parameters.Integer("filter_limit") ?? -1;
        return limit < 0 ? lines.GetRange(Math.Min(offset, lines.Count), lines.Count - Math.Min(offset, lines.Count)) : [.. lines.Skip(offset).Take(limit)];
    }

    private Obj Render(Line line, int depth, Query query)
    {
        var row = line.Row;
        var level = LevelAt(depth + line.Above.Count);
        var flat = query.Flat && FlatWorks;
        var o = new Obj().Add("label", line.Label);
        Metrics(o, line, query);
        if (!row.IsOthers && (DecoratesBelow || !line.InSubtable))
        {
            level.Decorate?.Invoke(o, row, query);
            if (flat && line.Above.Count > 0 && LevelAt(depth).Decorate is { } above && level.Decorate is null)
            {
                above(o, line.Above[0], query);
            }
        }

        if (flat)
        {
            FlatBeside?.Invoke(o, line);
            Dimensions(o, line, depth, query);
        }
        else if (HasSubtables && row.Sub is not null && !(line.Depth >= (query.Parameters.Integer("depth") ?? int.MaxValue)))
        {
            o.Add("idsubdatatable", row.SubtableId);
            if (ExpandedWorks && query.Parameters.Flag("expanded"))
            {
                var below = row.Sub.All.Where(Only).Select(r => new Line(r, [row], Label(r, [], depth + 1, query))).ToList();
                Sort(below, query, row.Sub.Columns);
                o.Add("subtable", below.ConvertAll(l => Render(l with { Above = [], Depth = line.Depth + 1 }, depth + 1, query)));
            }
        }

        Choose(o, query);
        return o;
    }

    private void Dimensions(Obj o, Line line, int depth, Query query)
    {
        var path = line.Above.Append(line.Row).ToList();
        foreach (var group in path.Select((r, i) => (Row: r, Level: LevelAt(depth + i))).GroupBy(p => p.Level.Dimension, StringComparer.Ordinal))
        {
            if (group.Key.Length > 0)
            {
                o.Add(group.Key == "CustomDimension" && DimensionName is not null ? DimensionName(query) : group.Key, FlatEntry is not null ? FlatEntry(line, query) : JoinedDimension || (FlatLabel is not null && Levels[0].Dimension.StartsWith("Actions_", StringComparison.Ordinal)) ? line.Label : string.Join(Separator, group.Select(p => p.Row.IsOthers ? query.Words.Others : FlatDimension(p.Row, p.Level, query))));
            }

            if (JoinedDimension)
            {
                break;
            }
        }

        if (line.Row.IsOthers)
        {
            o.Add("is_summary", true);
        }

        if (query.Parameters.Flag("include_aggregate_rows"))
        {
            o.Add("is_aggregate", line.IsParent ? 1 : 0);
        }
    }

    private static string FlatDimension(Row row, Level level, Query query) => level.Dimension == "Referrers_Keyword" ? row.Key : level.Label(row, query);

    private static readonly HashSet<string> Metadata = new(StringComparer.Ordinal)
    {
        "label", "segment", "url", "logo", "logoHeight", "code", "idsubdatatable", "subtable", "is_summary", "is_aggregate", "lat", "long", "region", "country",
        "country_name", "region_name", "city_name", "city", "day_of_week", "referrer_type", "referer_type", "hash",
    };

    private void Choose(Obj o, Query query)
    {
        if (query.Store.Version.IsFour && (Method is "Referrers.getSocials" or "Referrers.getAll" || Method.StartsWith("Goals.getItems", StringComparison.Ordinal)))
        {
            o.RemoveAll(m => m == "segment");
        }

        if (query.Parameters.List("showColumns") is { Count: > 0 } shown)
        {
            // Flat dimension entries are named Plugin_Dimension; metrics begin with a small letter.
            o.RemoveAll(m => !shown.Contains(m) && !Metadata.Contains(m) && char.IsLower(m[0]));
        }

        if (query.Parameters.List("hideColumns") is { Count: > 0 } hidden)
        {
            o.RemoveAll(hidden.Contains);
        }
    }
}
