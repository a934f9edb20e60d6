using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Tributary.Destinations;
using Tributary.Tables;

namespace Tributary.DataCenter.Components.DataSets;

/// <summary>What of a DataSet's rows a page shows, as its address says it.</summary>
public sealed record RowView
{
    /// <summary>Rows a page has.</summary>
    public const int PageRows = 100;

    private static readonly (string Short, FilterOperator Operator)[] Names =
    [
        ("is", FilterOperator.Equals), ("not", FilterOperator.NotEquals), ("has", FilterOperator.Contains), ("begins", FilterOperator.StartsWith), ("lt", FilterOperator.Less), ("le", FilterOperator.LessOrEqual),
        ("gt", FilterOperator.Greater), ("ge", FilterOperator.GreaterOrEqual), ("null", FilterOperator.IsNull), ("some", FilterOperator.IsNotNull),
    ];

    /// <summary>Conditions that all hold.</summary>
    public IReadOnlyList<RowFilter> Filters { get; init; } = [];

    /// <summary>The column sorted by; null for the newest first.</summary>
    public string? Sort { get; init; }

    /// <summary>Whether the greatest comes first.</summary>
    public bool Descending { get; init; }

    /// <summary>The page, from 1.</summary>
    public long Page { get; init; } = 1;

    /// <summary>The columns shown; empty for those that suit.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>schema, statistics or off; null for what suits the screen.</summary>
    public string? Panel { get; init; }

    /// <summary>Whether the choice of downloads is open.</summary>
    public bool IsDownloading { get; init; }

    /// <summary>Reads it from the query of an address; what makes no sense is left out.</summary>
    public static RowView Read(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return new RowView
        {
            Filters = [.. values.GetValueOrDefault("filter").Select(ReadFilter).OfType<RowFilter>()],
            Sort = One(values, "sort"),
            Descending = One(values, "order") == "desc",
            Page = long.TryParse(One(values, "page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Max(1, page) : 1,
            Columns = One(values, "columns")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Panel = One(values, "panel"),
            IsDownloading = One(values, "download") is not null,
        };
    }

    /// <summary>The query of the address of it, with its question mark; empty for what suits.</summary>
    public string ToQuery()
    {
        var query = new StringBuilder();
        void Add(string name, string? value)
        {
            if (value is { Length: > 0 })
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        foreach (var filter in Filters)
        {
            Add("filter", $"{filter.Column}:{ShortOf(filter.Operator)}:{filter.Value}");
        }

        Add("sort", Sort);
        Add("order", Sort is not null && Descending ? "desc" : null);
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null);
        Add("columns", string.Join(',', Columns));
        Add("panel", Panel);
        Add("download", IsDownloading ? "1" : null);
        return query.ToString();
    }

    /// <summary>An operator as it stands in an address.</summary>
    public static string ShortOf(FilterOperator which) => Names.First(n => n.Operator == which).Short;

    /// <summary>The operator of a short name; null when there is none.</summary>
    public static FilterOperator? OperatorOf(string shortName) => Names.Where(n => n.Short == shortName).Select(n => (FilterOperator?)n.Operator).FirstOrDefault();

    /// <summary>An operator as people read it.</summary>
    public static string WordsOf(FilterOperator which) => which switch
    {
        FilterOperator.Equals => "is",
        FilterOperator.NotEquals => "is not",
        FilterOperator.Contains => "contains",
        FilterOperator.StartsWith => "begins with",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "≤",
        FilterOperator.Greater => ">",
        FilterOperator.GreaterOrEqual => "≥",
        FilterOperator.IsNull => "is null",
        _ => "is not null",
    };

    private static RowFilter? ReadFilter(string? text) =>
        text?.Split(':', 3) is [var column, var which, var value] && OperatorOf(which) is { } known ? new RowFilter(column, known, value) : null;

    private static string? One(Dictionary<string, StringValues> values, string name) => values.TryGetValue(name, out var found) && found is [{ Length: > 0 } one, ..] ? one : null;
}
