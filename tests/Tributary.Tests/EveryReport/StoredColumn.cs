using Tributary.Model;

namespace Tributary.Tests.EveryReport;

/// <summary>A column of a stored table.</summary>
internal sealed record StoredColumn(string Name, ColumnType Type)
{
    /// <summary>The column of a type as DuckDB calls it.</summary>
    public static StoredColumn Of(string name, string type) => new(name, type switch
    {
        "VARCHAR" => ColumnType.Text,
        "BIGINT" => ColumnType.Integer,
        "DOUBLE" => ColumnType.Double,
        "DECIMAL" or "DECIMAL(20,4)" => ColumnType.Money,
        "BOOLEAN" => ColumnType.Boolean,
        "DATE" => ColumnType.Date,
        "TIMESTAMPTZ" or "TIMESTAMP WITH TIME ZONE" => ColumnType.Instant,
        "JSON" => ColumnType.Json,
        _ => throw new InvalidDataException($"The design has no column of type {type}."),
    });
}
