using System.Text;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>Stored rows as batches.</summary>
internal static class DuckDbBatches
{
    /// <summary>The next rows of a reader, at most as many as a batch has; none at its end.</summary>
    public static RowBatch Read(DuckDBDataReader reader, TableSchema schema)
    {
        var batch = new RowBatch();
        foreach (var column in schema.Columns)
        {
            batch.Add(column);
        }

        while (batch.Rows < RowBatch.MaxRows && reader.Read())
        {
            for (var i = 0; i < schema.Columns.Count; i++)
            {
                if (!reader.IsDBNull(i))
                {
                    Set(batch.Buffer(i), batch.Rows, reader, i);
                }
            }

            batch.Rows++;
        }

        return batch;
    }

    private static void Set(ColumnBuffer buffer, int row, DuckDBDataReader reader, int i)
    {
        switch (buffer.Type)
        {
            case ColumnType.Text or ColumnType.Json:
                buffer.SetUtf8(row, Encoding.UTF8.GetBytes(reader.GetString(i)));
                break;
            case ColumnType.Double:
                buffer.SetDouble(row, reader.GetDouble(i));
                break;
            default:
                // Selected as whole numbers: see SelectWords.
                buffer.SetInteger(row, reader.GetInt64(i));
                break;
        }
    }

    /// <summary>All rows, each value in the form a <see cref="ColumnBuffer"/> holds it.</summary>
    /// <param name="from">Where they come from, as SQL: a quoted name, or a query in brackets.</param>
    /// <param name="schema">The columns.</param>
    public static string SelectWords(string from, TableSchema schema) => $"SELECT {string.Join(", ", schema.Columns.Select(Word))} FROM {from}";

    private static string Word(ColumnDefinition column)
    {
        var name = DuckDbDialect.Quote(column.Name);
        return column.Type switch
        {
            ColumnType.Text or ColumnType.Json => $"CAST({name} AS VARCHAR)",
            ColumnType.Double => $"CAST({name} AS DOUBLE)",
            ColumnType.Date => $"CAST({name} - DATE '1970-01-01' AS BIGINT)",
            ColumnType.Instant => $"epoch_us({name})",
            ColumnType.Money => $"CAST({name} * 10000 AS BIGINT)",
            _ => $"CAST({name} AS BIGINT)",
        };
    }
}
