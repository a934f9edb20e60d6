using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Tables;

/// <summary>Turns the rows a person asks for into a query that fits the table, or says everything that does not fit.</summary>
internal static class RowRules
{
    public const int MostRows = 10_000;

    /// <exception cref="InputException">A column does not exist, or a value does not fit its column.</exception>
    public static PageQuery Read(RowRequest request, TableSchema schema)
    {
        var problems = new List<Problem>();
        List<ColumnDefinition> columns = [.. request.Columns.Select(c => Column("--columns", c, schema, problems)).OfType<ColumnDefinition>()];
        List<RowCondition> conditions = [.. request.Filters.Select(f => Condition(f, schema, problems)).OfType<RowCondition>()];
        var sort = request.Sort is null ? null : Column("--sort", request.Sort, schema, problems);
        if (request.Offset < 0)
        {
            problems.Add(new Problem("--offset", "Rows left out are 0 or more."));
        }

        if (request.Take is < 0 or > MostRows)
        {
            problems.Add(new Problem("--take", string.Create(CultureInfo.InvariantCulture, $"At most {MostRows} rows are read at once.")));
        }

        return problems.Count > 0
            ? throw new InputException(problems)
            : new PageQuery(columns.Count == 0 ? schema.Columns : columns, conditions, sort, request.Descending, request.Offset, request.Take);
    }

    /// <summary>The conditions that filters come to.</summary>
    /// <exception cref="InputException">A column does not exist, or a value does not fit its column.</exception>
    public static IReadOnlyList<RowCondition> ReadFilters(IReadOnlyList<RowFilter> filters, TableSchema schema)
    {
        var problems = new List<Problem>();
        List<RowCondition> conditions = [.. filters.Select(f => Condition(f, schema, problems)).OfType<RowCondition>()];
        return problems.Count > 0 ? throw new InputException(problems) : conditions;
    }

    /// <summary>The column of that name; null, and a problem, for any other.</summary>
    public static ColumnDefinition? Column(string field, string name, TableSchema schema, List<Problem> problems)
    {
        if (schema.Find(name) is { } column)
        {
            return column;
        }

        problems.Add(new Problem(field, $"There is no column '{name}'.{NearestName.Hint(name, schema.Columns.Select(c => c.Name))}"));
        return null;
    }

    private static RowCondition? Condition(RowFilter filter, TableSchema schema, List<Problem> problems)
    {
        if (Column("--filter", filter.Column, schema, problems) is not { } column)
        {
            return null;
        }

        if (filter.Operator is FilterOperator.IsNull or FilterOperator.IsNotNull)
        {
            return new RowCondition(column, filter.Operator, null);
        }

        var text = filter.Value ?? "";
        var value = filter.Operator is FilterOperator.Contains or FilterOperator.StartsWith ? text : Value(column.Type, text);
        if (value is not null)
        {
            return new RowCondition(column, filter.Operator, value);
        }

        problems.Add(new Problem("--filter", $"{column.Name} is {Kind(column.Type)}; '{text}' is not. Write for example {Example(column.Type)}."));
        return null;
    }

    private static object? Value(ColumnType type, string text)
    {
        var trimmed = text.Trim();
        return type switch
        {
            ColumnType.Integer => long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            ColumnType.Double => double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
            ColumnType.Money => decimal.TryParse(trimmed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : null,
            ColumnType.Boolean => bool.TryParse(trimmed, out var flag) ? flag : null,
            ColumnType.Date => DateOnly.TryParseExact(trimmed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
            ColumnType.Instant => Instant(trimmed),
            _ => text,
        };
    }

    private static object? Instant(string text) => DateTimeOffset.TryParseExact(
        text,
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFK", "yyyy-MM-dd'T'HH:mmK"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal,
        out var instant) ? instant : null;

    private static string Kind(ColumnType type) => type switch
    {
        ColumnType.Integer => "a whole number",
        ColumnType.Double => "a number",
        ColumnType.Money => "an amount",
        ColumnType.Boolean => "true or false",
        ColumnType.Date => "a date",
        _ => "an instant",
    };

    private static string Example(ColumnType type) => type switch
    {
        ColumnType.Integer => "42",
        ColumnType.Double => "0.25",
        ColumnType.Money => "12.50",
        ColumnType.Boolean => "true",
        ColumnType.Date => "2026-11-20",
        _ => "2026-11-20T06:00:00Z",
    };
}
