using Tributary.Destinations;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Tables;

/// <summary>What may be charted of a table: only sums that are true.</summary>
internal sealed class SeriesRules(DataSetDefinition definition, TableSchema schema)
{
    // The report's main metric: what its rows share out. Rows of visits come before actions, which few people look for first.
    private static readonly string[] Preferred =
        ["nb_hits", "nb_events", "nb_impressions", "quantity", "nb_visits", "entry_nb_visits", "exit_nb_visits", "nb_conversions", "nb_actions", "nb_pageviews", "revenue"];

    private readonly bool _isFlattened = definition.Details.Flatten is not (null or "subtable");

    /// <summary>Dimensions that make groups; the full label first.</summary>
    public IReadOnlyList<ColumnDefinition> Dimensions { get; } = [.. schema.Columns.Where(c => c is { Role: ColumnRole.Dimension, Type: ColumnType.Text or ColumnType.Integer or ColumnType.Boolean })];

    /// <summary>Whether every partition has one row.</summary>
    private bool IsOneRow => Dimensions.Count == 0 && !_isFlattened && !IsVisits;

    private bool IsVisits => schema.Find("visit_id") is not null || schema.Find("id_visit") is not null;

    /// <summary>Metrics that can be charted, the one that suits best first.</summary>
    public IReadOnlyList<ColumnDefinition> Metrics => definition.Details.Period == Period.None || _isFlattened || IsVisits || schema.Find("period_start") is null
        ? []
        : [.. schema.Columns.Where(c => c.Role is ColumnRole.Metric or ColumnRole.Goal && IsNumber(c) && (IsOneRow || Adds(c))).OrderBy(Rank)];

    /// <summary>The metric of that name.</summary>
    /// <exception cref="InputException">There is none that may be combined.</exception>
    public ColumnDefinition Metric(string name)
    {
        var problems = new List<Problem>();
        var column = RowRules.Column("--metric", name, schema, problems) ?? throw new InputException(problems);
        return Metrics.Contains(column) ? column
            : column.Role is not (ColumnRole.Metric or ColumnRole.Goal) || !IsNumber(column) ? throw new InputException("--metric", $"{column.Name} is no metric. Choose a number that the report counts.")
            : _isFlattened ? throw new InputException("--metric", $"{column.Name} repeats for each item of {definition.Details.Flatten}, so that its sum says nothing.")
            : throw new InputException("--metric", $"{column.Name} cannot be added over rows: {Why(column)}. Choose one that adds up.");
    }

    /// <summary>The column that makes groups; null for one.</summary>
    /// <exception cref="InputException">There is no such dimension.</exception>
    public ColumnDefinition? By(string? by) => by is null ? null
        : string.Equals(by, "site", StringComparison.OrdinalIgnoreCase) ? schema.Find("site_id")
        : Dimension("--by", by);

    /// <summary>The dimension of that name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public ColumnDefinition Dimension(string field, string name) => Dimensions.FirstOrDefault(d => string.Equals(d.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException(field, Dimensions.Count == 0 ? "The report has no dimensions." : $"There is no dimension '{name}'.{NearestName.Hint(name, Dimensions.Select(d => d.Name))} Dimensions: {string.Join(", ", Dimensions.Select(d => d.Name))}.");

    /// <summary>Refuses to combine what must not be combined.</summary>
    /// <exception cref="InputException">Ratios of several sites, or amounts of several currencies.</exception>
    public static void Check(ColumnDefinition metric, ColumnDefinition? by, SumRows stored)
    {
        if (by is { Role: ColumnRole.Key })
        {
            return;
        }

        if (stored.Sites > 1 && !Adds(metric))
        {
            throw new InputException("--by", $"{metric.Name} cannot be added over sites: {Why(metric)}. Show a line for each site: site.");
        }

        if (stored.Currencies.Count > 1)
        {
            throw new InputException("--by", $"{metric.Name} is in {string.Join(" and ", stored.Currencies)}, which do not add up. Show a line for each site: site.");
        }
    }

    /// <summary>Whether values of several rows can be combined.</summary>
    public static bool Adds(ColumnDefinition metric) => metric.Additivity is Additivity.Sum or Additivity.Min or Additivity.Max;

    private static bool IsNumber(ColumnDefinition column) => column.Type is ColumnType.Integer or ColumnType.Double or ColumnType.Money;

    private static string Why(ColumnDefinition column) => column.Additivity == Additivity.Recompute ? "it is a ratio or an average" : "it counts distinct things";

    private int Rank(ColumnDefinition column) => Array.IndexOf(Preferred, column.Name) switch
    {
        >= 0 and var place => place,
        _ when column.Role == ColumnRole.Goal => 2000,
        _ when column.Additivity == Additivity.Sum => 100,
        _ => 1000,
    };
}
