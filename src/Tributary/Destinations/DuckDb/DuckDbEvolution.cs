using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>Brings a table to the columns a commit needs, within the commit's transaction.</summary>
internal static class DuckDbEvolution
{
    /// <summary>Rebuilt tables carry this name until they take the old one's place.</summary>
    private const string RebuiltTable = "_tributary_rebuilt";

    /// <summary>The columns of the table then: those it had and those wanted.</summary>
    public static TableSchema Evolve(DuckDBConnection connection, string table, TableSchema wanted, string description)
    {
        var existing = DuckDbTables.ReadSchema(connection, table);
        var schema = SchemaUnion.Of(existing ?? TableSchema.Empty, wanted);
        var comment = existing is null ? null : DuckDbTables.ReadComment(connection, table);
        var rebuilt = Shape(connection, table, existing, schema);
        Describe(connection, table, existing, schema, rebuilt);
        var meaning = description.Length > 0 ? description : comment ?? "";
        if (meaning != (rebuilt ? "" : comment ?? ""))
        {
            connection.Execute(DuckDbDialect.CommentOnTable(table, meaning));
        }

        return schema;
    }

    /// <summary>Gives a table the columns of another, without their meaning: for what is kept of it.</summary>
    public static TableSchema Follow(DuckDBConnection connection, string table, TableSchema wanted)
    {
        var existing = DuckDbTables.ReadSchema(connection, table);
        var schema = SchemaUnion.Of(existing ?? TableSchema.Empty, wanted);
        Shape(connection, table, existing, schema);
        return schema;
    }

    private static bool Shape(DuckDBConnection connection, string table, TableSchema? existing, TableSchema schema)
    {
        if (existing is null)
        {
            connection.Execute(DuckDbDialect.CreateTable(table, schema));
            return true;
        }

        if (!OnlyAddsAtTheEnd(existing, schema))
        {
            Rebuild(connection, table, existing, schema);
            return true;
        }

        foreach (var column in schema.Columns.Skip(existing.Columns.Count))
        {
            connection.Execute(DuckDbDialect.AddColumn(table, column));
        }

        return false;
    }

    private static bool OnlyAddsAtTheEnd(TableSchema existing, TableSchema schema) =>
        existing.Columns.Zip(schema.Columns).All(c => c.First.Name == c.Second.Name && c.First.Type == c.Second.Type);

    private static void Rebuild(DuckDBConnection connection, string table, TableSchema existing, TableSchema schema)
    {
        if (existing.Columns.Any(c => c.Type == ColumnType.Double && schema.Find(c.Name)!.Type == ColumnType.Text))
        {
            RegisterText(connection);
        }

        connection.Execute(DuckDbDialect.CreateTable(RebuiltTable, schema));
        connection.Execute(DuckDbDialect.CopyInto(RebuiltTable, schema, table, existing));
        connection.Execute($"DROP TABLE {DuckDbDialect.Quote(table)}");
        connection.Execute($"ALTER TABLE {RebuiltTable} RENAME TO {DuckDbDialect.Quote(table)}");
    }

    private static void Describe(DuckDBConnection connection, string table, TableSchema? existing, TableSchema schema, bool rebuilt)
    {
        foreach (var column in schema.Columns)
        {
            var before = rebuilt ? "" : existing?.Find(column.Name)?.Description ?? "";
            if (column.Description != before)
            {
                connection.Execute(DuckDbDialect.CommentOnColumn(table, column));
            }
        }

        if (existing is null || !existing.Columns.SequenceEqual(schema.Columns))
        {
            DuckDbTables.WriteNotes(connection, table, schema);
        }
    }

    /// <summary>Gives a connection the function that spells numbers, which <see cref="DuckDbDialect.Converted"/> calls.</summary>
    public static void RegisterText(DuckDBConnection connection) => connection.RegisterScalarFunction<double, string>(DuckDbDialect.TextFunction, (inputs, output, rows) =>
    {
        for (ulong row = 0; row < rows; row++)
        {
            if (inputs[0].IsValid(row))
            {
                output.WriteValue(ColumnText.Format(inputs[0].GetValue<double>(row)), row);
            }
            else
            {
                output.WriteNull(row);
            }
        }
    });
}
