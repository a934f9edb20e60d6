using System.Text;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>A column as a reply's property becomes it.</summary>
/// <param name="Column">The column; its type is the one it starts with.</param>
/// <param name="Reading">How values are read.</param>
/// <param name="Declared">Whether the catalog knows the column: then a value that does not fit is counted, otherwise the column widens.</param>
internal sealed record NamedColumn(ColumnDefinition Column, ReportColumnType Reading, bool Declared);

/// <summary>From the path of a value in a reply to the column it belongs to: name, role, type.</summary>
internal sealed class ColumnNaming
{
    private readonly ReportDefinition _report;
    private readonly Dictionary<string, ReportColumn> _metrics;
    private readonly Dictionary<string, ReportColumn> _metadata;
    private readonly Dictionary<string, ReportColumn> _goalMetrics;
    private readonly Dictionary<string, string> _dimensionNames;

    private readonly GoalNames? _goals;

    public ColumnNaming(ReportDefinition report, GoalNames? goals = null)
    {
        _report = report;
        _goals = goals;
        _metrics = report.Columns.DistinctBy(c => c.Name).ToDictionary(c => c.Name, StringComparer.Ordinal);
        _metadata = report.Metadata.DistinctBy(c => c.Name).ToDictionary(c => c.Name, StringComparer.Ordinal);
        _goalMetrics = report.GoalColumns.DistinctBy(c => c.Name).ToDictionary(c => c.Name, StringComparer.Ordinal);
        _dimensionNames = DimensionColumns(report);
    }

    /// <summary>The column names of a report's dimensions, by dimension id.</summary>
    public static Dictionary<string, string> DimensionColumns(ReportDefinition report)
    {
        string[] ids = [.. report.Dimensions.Select(d => d.Id).Distinct(StringComparer.Ordinal)];
        return ids.Zip(DimensionNames.ColumnNames(ids)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
    }

    /// <summary>The label column.</summary>
    public static NamedColumn Label { get; } = new(
        new ColumnDefinition("label", ColumnType.Text, ColumnRole.Dimension) { Description = "The full label as Matomo gives it." },
        ReportColumnType.Text,
        Declared: true);

    /// <summary>The columns the catalog promises for a period, in no particular order: a table has them from the first row on.</summary>
    public IEnumerable<(string Path, NamedColumn Column)> Announced(string period, bool flat)
    {
        if (_report.Shape == ReplyShape.Table)
        {
            yield return ("label", Label);
            foreach (var dimension in flat ? _report.Dimensions.DistinctBy(d => d.Id) : [])
            {
                yield return (dimension.Id, Dimension(dimension.Id, dimension.Name));
            }
        }

        foreach (var column in _report.Columns.Where(c => !c.Optional && AppliesTo(c, period)))
        {
            yield return (column.Name, Metric(NameOf(column), column, ColumnRole.Metric));
        }
    }

    /// <summary>A report that is one number has it under <c>value</c>: the column is named after the metric it is.</summary>
    private string NameOf(ReportColumn column) => _report.Shape == ReplyShape.Scalar && column.Name == "value" ? _report.ValueMetric ?? column.Name : column.Name;

    /// <summary>The column of a level of a hierarchy that Matomo gives no dimension entry for.</summary>
    public NamedColumn Level(int depth)
    {
        var dimension = _report.Dimensions.ElementAtOrDefault(depth);
        return dimension is { Recursive: false } ? Dimension(dimension.Id, dimension.Name)
            : _report.Dimensions.Count > 0 && PathLevels.Of(_report.Dimensions[0].Id) is not null ? UnnamedLevel(depth) with { Column = PathLevel(depth) }
            : UnnamedLevel(depth);
    }

    /// <summary>The column of a level that is of no dimension.</summary>
    public static NamedColumn UnnamedLevel(int depth) => new(
        new ColumnDefinition($"level_{depth + 1}", ColumnType.Text, ColumnRole.Dimension) { Description = $"The part of the label at level {depth + 1}." },
        ReportColumnType.Text,
        Declared: true);

    /// <summary>The column of one level of a page path.</summary>
    public static ColumnDefinition PathLevel(int level) => new($"level_{level + 1}", ColumnType.Text, ColumnRole.Dimension)
    {
        Description = $"Level {level + 1} of the path as Matomo's own tree names it: a folder, or the page with a leading slash.",
    };

    /// <summary>Whether a column exists for a period.</summary>
    public static bool AppliesTo(ReportColumn column, string period) => column.Periods.Count == 0 || column.Periods.Contains(period, StringComparer.Ordinal);

    /// <summary>The column of a value found in a reply.</summary>
    /// <param name="path">Property names joined by <see cref="ReplyHandler.PathSeparator"/>.</param>
    /// <param name="kind">The JSON kind of the first value seen: decides the type of a column nobody knows.</param>
    public NamedColumn Name(ReadOnlySpan<byte> path, ReplyValueKind kind)
    {
        var text = Encoding.UTF8.GetString(path);
        if (text.Contains((char)ReplyHandler.PathSeparator, StringComparison.Ordinal))
        {
            return Nested(text.Split((char)ReplyHandler.PathSeparator), kind);
        }

        if (text == "label")
        {
            return Label;
        }

        if (kind == ReplyValueKind.Json)
        {
            return Metadata(text, ReportColumnType.Nested, declared: false, null);
        }

        if (_metrics.TryGetValue(text, out var metric))
        {
            return Metric(NameOf(metric), metric, ColumnRole.Metric);
        }

        if (_dimensionNames.ContainsKey(text) || LooksLikeDimension(text))
        {
            return Dimension(text, _report.Dimensions.FirstOrDefault(d => d.Id == text)?.Name);
        }

        if (GoalPath(text) is var (goal, metricName))
        {
            return Goal(goal, metricName, kind);
        }

        if (_metadata.TryGetValue(text, out var metadata))
        {
            return Metadata(text, metadata.Type, declared: true, metadata);
        }

        var unknown = Unknown(text, kind, ColumnRole.Metric);
        return unknown.Column.Role == ColumnRole.Metadata ? Metadata(text, unknown.Reading, declared: false, null) : unknown;
    }

    private NamedColumn Nested(string[] names, ReplyValueKind kind)
    {
        if (names.Length == 3 && names[0] == "goals" && names[1].StartsWith("idgoal=", StringComparison.Ordinal))
        {
            return Goal(names[1]["idgoal=".Length..], names[2], kind);
        }

        return Unknown(string.Join('_', names), kind, ColumnRole.Metric);
    }

    private NamedColumn Goal(string goal, string metricName, ReplyValueKind kind)
    {
        var prefix = GoalPrefix(goal);
        var name = $"{prefix}_{TableNames.ToSnakeCase(metricName)}";
        var known = _goalMetrics.GetValueOrDefault(metricName);
        if (known is null)
        {
            var unknown = Unknown(metricName, kind, ColumnRole.Goal);
            return unknown with { Column = unknown.Column with { Name = name, Description = GoalDescription(goal, metricName, null) } };
        }

        var column = Metric(name, known, ColumnRole.Goal);
        return column with { Column = column.Column with { Description = GoalDescription(goal, metricName, known.Description) } };
    }

    private string GoalDescription(string goal, string metricName, string? description)
    {
        var what = string.IsNullOrEmpty(description) ? $"{metricName}." : description;
        return goal switch
        {
            "ecommerceOrder" or "0" => $"Orders: {what}",
            "ecommerceAbandonedCart" or "-1" => $"Abandoned carts: {what}",
            _ => $"Goal {goal}{(_goals?.Find(goal) is { } name ? $" ({name})" : "")}: {what} A goal id means another goal on another site.",
        };
    }

    private static string GoalPrefix(string goal) => goal switch
    {
        "ecommerceOrder" or "0" => "order",
        "ecommerceAbandonedCart" or "-1" => "abandoned_cart",
        _ => "goal_" + TableNames.ToSnakeCase(goal).TrimStart('_'),
    };

    /// <summary><c>goal_3_revenue</c>, <c>goal_-1_items</c>, <c>goal_ecommerceOrder_revenue</c>: what <c>filter_update_columns_when_show_all_goals</c> makes of <c>goals</c>.</summary>
    private static (string Goal, string Metric)? GoalPath(string name)
    {
        if (!name.StartsWith("goal_", StringComparison.Ordinal))
        {
            return null;
        }

        var end = name.IndexOf('_', "goal_".Length);
        if (end < 0 || end + 1 == name.Length)
        {
            return null;
        }

        var goal = name["goal_".Length..end];
        return goal is "ecommerceOrder" or "ecommerceAbandonedCart" || int.TryParse(goal, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _)
            ? (goal, name[(end + 1)..])
            : null;
    }

    private NamedColumn Dimension(string id, string? name) => new(
        new ColumnDefinition(_dimensionNames.GetValueOrDefault(id) ?? DimensionNames.ColumnName(id), ColumnType.Text, ColumnRole.Dimension)
        {
            Description = name is { Length: > 0 } ? $"{name}: the exact value of the dimension {id}." : $"The exact value of the dimension {id}.",
        },
        ReportColumnType.Text,
        Declared: true);

    private static NamedColumn Metric(string name, ReportColumn column, ColumnRole role) => new(
        new ColumnDefinition(TableNames.ToSnakeCase(name), IsAverage(column) ? ColumnType.Double : ColumnTypeOf(column.Type), role)
        {
            Additivity = Additivity(column),
            Description = column.Description ?? "",
        },
        column.Type,
        Declared: true);

    /// <summary>An average of whole numbers is none, even where the rows seen so far happen to be.</summary>
    private static bool IsAverage(ReportColumn column) => column.OverTime == OverTime.Recompute && ColumnTypeOf(column.Type) == ColumnType.Integer;

    private NamedColumn Metadata(string name, ReportColumnType type, bool declared, ReportColumn? known) => new(
        new ColumnDefinition(MetadataName(name, type), ColumnTypeOf(type), ColumnRole.Metadata) { Description = known?.Description ?? "" },
        type,
        declared);

    private string MetadataName(string name, ReportColumnType type) => name switch
    {
        // The table's own segment column says which visits were counted; this one selects the row.
        "segment" => "segment_filter",
        "code" when _report.Method == "UserCountry.getContinent" => "continent_code",
        "code" when _report.Method.StartsWith("UserCountry.", StringComparison.Ordinal) => "country_code",

        // Where a dimension has the name already (region, referrer_type), the metadata is its code or number.
        _ when _dimensionNames.ContainsValue(TableNames.ToSnakeCase(name)) => TableNames.ToSnakeCase(name) + (type == ReportColumnType.Id ? "_id" : "_code"),
        _ => TableNames.ToSnakeCase(name),
    };

    private static NamedColumn Unknown(string name, ReplyValueKind kind, ColumnRole role)
    {
        var guess = ColumnTypes.Guess(name);
        if (guess is not null && kind != ReplyValueKind.Json)
        {
            return Metric(name, new ReportColumn(name, guess.Value.Type) { OverTime = guess.Value.OverTime, Unit = guess.Value.Unit }, role) with { Declared = false };
        }

        var reading = kind switch
        {
            ReplyValueKind.Number when name.StartsWith("is_", StringComparison.Ordinal) => ReportColumnType.Bool,
            ReplyValueKind.Number => ReportColumnType.Count,
            ReplyValueKind.True => ReportColumnType.Bool,
            ReplyValueKind.Json => ReportColumnType.Nested,
            _ => ReportColumnType.Text,
        };
        return new NamedColumn(
            new ColumnDefinition(
                TableNames.ToSnakeCase(name),
                ColumnTypeOf(reading),
                role == ColumnRole.Metric && reading != ReportColumnType.Count ? ColumnRole.Metadata : role)
            {
                Additivity = reading == ReportColumnType.Count ? Model.Additivity.None : Model.Additivity.NotApplicable,
            },
            reading,
            Declared: false);
    }

    private static bool LooksLikeDimension(string name)
    {
        var underscore = name.IndexOf('_', StringComparison.Ordinal);
        return underscore > 0 && underscore + 1 < name.Length && char.IsAsciiLetterUpper(name[0]) && char.IsAsciiLetterUpper(name[underscore + 1]);
    }

    private static Additivity Additivity(ReportColumn column) => column.OverTime switch
    {
        OverTime.Sum => Model.Additivity.Sum,
        OverTime.Min => Model.Additivity.Min,
        OverTime.Max => Model.Additivity.Max,
        OverTime.Recompute => Model.Additivity.Recompute,
        OverTime.None => Model.Additivity.None,
        _ => Model.Additivity.NotApplicable,
    };

    /// <summary>How a kind of value is stored.</summary>
    public static ColumnType ColumnTypeOf(ReportColumnType type) => type switch
    {
        ReportColumnType.Count or ReportColumnType.UniqueCount or ReportColumnType.Bytes or ReportColumnType.Id => ColumnType.Integer,
        ReportColumnType.Percent or ReportColumnType.Duration or ReportColumnType.Number => ColumnType.Double,
        ReportColumnType.Money => ColumnType.Money,
        ReportColumnType.Bool => ColumnType.Boolean,
        ReportColumnType.Timestamp => ColumnType.Instant,
        ReportColumnType.Date => ColumnType.Date,
        ReportColumnType.Nested => ColumnType.Json,
        _ => ColumnType.Text,
    };
}
