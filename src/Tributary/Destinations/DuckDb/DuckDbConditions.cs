using System.Globalization;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>Conditions as SQL, with their values beside them or within.</summary>
internal sealed class DuckDbConditions
{
    private readonly List<object> _values = [];
    private readonly bool _within;

    /// <summary>Conditions with their values beside them.</summary>
    public DuckDbConditions(IReadOnlyList<RowCondition> conditions)
        : this(conditions, within: false)
    {
    }

    private DuckDbConditions(IReadOnlyList<RowCondition> conditions, bool within)
    {
        _within = within;
        Text = string.Join(" AND ", conditions.Select(Of));
    }

    /// <summary>The clause with its word; empty without conditions.</summary>
    public string Where => Text.Length == 0 ? "" : $" WHERE {Text}";

    public object[] Values => [.. _values];

    private string Text { get; }

    /// <summary>The conditions as one text that needs nothing beside it; null without conditions.</summary>
    public static string? TextOf(IReadOnlyList<RowCondition> conditions) => conditions.Count == 0 ? null : new DuckDbConditions(conditions, within: true).Text;

    private string Of(RowCondition condition)
    {
        var name = DuckDbDialect.Quote(condition.Column.Name);
        return condition.Operator switch
        {
            FilterOperator.IsNull => $"{name} IS NULL",
            FilterOperator.IsNotNull => $"{name} IS NOT NULL",
            FilterOperator.Contains => $"contains(lower({AsText(condition.Column, name)}), lower({Value(condition)}))",
            FilterOperator.StartsWith => $"starts_with(lower({AsText(condition.Column, name)}), lower({Value(condition)}))",
            FilterOperator.Equals => $"{name} = {Value(condition)}",
            FilterOperator.NotEquals => $"{name} IS DISTINCT FROM {Value(condition)}",
            FilterOperator.Less => $"{name} < {Value(condition)}",
            FilterOperator.LessOrEqual => $"{name} <= {Value(condition)}",
            FilterOperator.Greater => $"{name} > {Value(condition)}",
            _ => $"{name} >= {Value(condition)}",
        };
    }

    private static string AsText(ColumnDefinition column, string name) => column.Type switch
    {
        ColumnType.Text => name,
        ColumnType.Instant => DuckDbDialect.InstantText(name),
        _ => $"CAST({name} AS VARCHAR)",
    };

    private string Value(RowCondition condition)
    {
        var value = condition.Value switch
        {
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTimeOffset instant => DuckDbDialect.InstantLiteral(instant),
            null => throw new ArgumentException($"There is nothing to compare {condition.Column.Name} with."),
            var other => other,
        };
        var place = _within ? Literal(value) : Beside(value);
        return condition.Value switch
        {
            DateOnly => $"CAST({place} AS DATE)",
            DateTimeOffset => $"CAST({place} AS TIMESTAMP WITH TIME ZONE)",
            _ => place,
        };
    }

    private string Beside(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
    }

    private static string Literal(object value) => value switch
    {
        string text => DuckDbDialect.Literal(text),
        bool flag => flag ? "true" : "false",
        double number => $"CAST({DuckDbDialect.Literal(number.ToString("R", CultureInfo.InvariantCulture))} AS DOUBLE)",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value.GetType()} has no literal."),
    };
}
