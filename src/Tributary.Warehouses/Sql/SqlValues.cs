using System.Data.Common;
using System.Text;
using Tributary.Destinations.DuckDb;

namespace Tributary.Warehouses.Sql;

/// <summary>Values of a person's query, none larger than allowed. A reader that goes through a row in order gives large ones piece by piece, so that one too large is never held whole.</summary>
internal static class SqlValues
{
    private const int Piece = 64 << 10;

    // As PostgreSQL and SQL Server name what can be long; MySQL's driver holds whole rows anyway, and the server bounds them by max_allowed_packet.
    private static readonly HashSet<string> Texts = new(StringComparer.Ordinal) { "text", "character varying", "character", "json", "jsonb", "xml", "nvarchar", "varchar", "nchar", "char", "ntext" };
    private static readonly HashSet<string> Bytes = new(StringComparer.Ordinal) { "bytea", "varbinary", "binary", "image" };

    /// <summary>The value of a column of the row a sequential reader stands at.</summary>
    /// <exception cref="Model.TributaryException"><c>query.too_large</c></exception>
    public static async Task<object?> ReadAsync(DbDataReader reader, int i, long most, CancellationToken cancellationToken)
    {
        if (await reader.IsDBNullAsync(i, cancellationToken))
        {
            return null;
        }

        var name = reader.GetDataTypeName(i).Split('(', 2)[0];
        var type = reader.GetFieldType(i);
        if (type == typeof(string) && Texts.Contains(name))
        {
            return await ReadTextAsync(reader, i, most, cancellationToken);
        }

        if (type == typeof(byte[]) && Bytes.Contains(name))
        {
            return await ReadBytesAsync(reader, i, most, cancellationToken);
        }

        var value = SqlRows.ReadAny(reader, i);
        return SqlRows.SizeOf(value) <= most ? value : throw DuckDbErrors.TooLarge(reader.GetName(i), most);
    }

    private static async Task<string> ReadTextAsync(DbDataReader reader, int i, long most, CancellationToken cancellationToken)
    {
        using var source = reader.GetTextReader(i);
        var text = new StringBuilder();
        var piece = new char[Math.Min(Piece, most + 1)];
        while (await source.ReadAsync(piece, cancellationToken) is > 0 and var count)
        {
            text.Append(piece, 0, count);
            if (text.Length > most)
            {
                throw DuckDbErrors.TooLarge(reader.GetName(i), most);
            }
        }

        return text.ToString();
    }

    private static async Task<byte[]> ReadBytesAsync(DbDataReader reader, int i, long most, CancellationToken cancellationToken)
    {
        await using var source = reader.GetStream(i);
        using var bytes = new MemoryStream();
        var piece = new byte[Math.Min(Piece, most + 1)];
        while (await source.ReadAsync(piece, cancellationToken) is > 0 and var count)
        {
            bytes.Write(piece, 0, count);
            if (bytes.Length > most)
            {
                throw DuckDbErrors.TooLarge(reader.GetName(i), most);
            }
        }

        return bytes.ToArray();
    }
}
