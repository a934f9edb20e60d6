using System.Collections;
using System.Numerics;
using DuckDB.NET.Data;

namespace Tributary.Destinations.DuckDb;

/// <summary>The engine's values as those named by <see cref="QueryResult"/>.</summary>
internal static class DuckDbValues
{
    private static readonly Dictionary<string, string> TypeNames = new(StringComparer.Ordinal)
    {
        ["TimestampTz"] = "TIMESTAMPTZ",
        ["UnsignedTinyInt"] = "UTINYINT",
        ["UnsignedSmallInt"] = "USMALLINT",
        ["UnsignedInteger"] = "UINTEGER",
        ["UnsignedBigInt"] = "UBIGINT",
        ["UnsignedHugeInt"] = "UHUGEINT",
    };

    public static string TypeName(string driverName) => TypeNames.GetValueOrDefault(driverName) ?? driverName.ToUpperInvariant();

    public static object? Read(DuckDBDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        try
        {
            return Plain(reader.GetValue(ordinal));
        }
        catch (Exception e) when (e is OverflowException or ArgumentException or InvalidCastException)
        {
            // Beyond what .NET's types hold: dates past the year 9999 or infinite, decimals of more than 28 digits.
            return reader.GetProviderSpecificValue(ordinal)?.ToString();
        }
    }

    /// <summary>The statement from its first word on.</summary>
    public static ReadOnlySpan<char> SkipComments(ReadOnlySpan<char> sql)
    {
        while (true)
        {
            sql = sql.TrimStart();
            if (sql.StartsWith("--", StringComparison.Ordinal))
            {
                var end = sql.IndexOf('\n');
                sql = end < 0 ? [] : sql[(end + 1)..];
            }
            else if (sql.StartsWith("/*", StringComparison.Ordinal))
            {
                var end = sql.IndexOf("*/", StringComparison.Ordinal);
                sql = end < 0 ? [] : sql[(end + 2)..];
            }
            else
            {
                return sql;
            }
        }
    }

    private static object? Plain(object? value) => value switch
    {
        null or DBNull => null,
        // SUM of BIGINT is HUGEINT: nearly always a number that fits.
        BigInteger big => big >= long.MinValue && big <= long.MaxValue ? (long)big : big,
        sbyte or short or int or byte or ushort or uint => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
        ulong number => number <= long.MaxValue ? (long)number : (BigInteger)number,
        float number => (double)number,
        // Sessions are in UTC, and a timestamp without zone has no other zone to be in.
        DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        Stream blob => Bytes(blob),
        byte[] or string => value,
        TimeSpan span => span.ToString("c", System.Globalization.CultureInfo.InvariantCulture),
        IDictionary map => Map(map),
        IEnumerable list => list.Cast<object?>().Select(Plain).ToList(),
        _ => value,
    };

    private static Dictionary<string, object?> Map(IDictionary map)
    {
        var plain = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in map)
        {
            plain[Convert.ToString(entry.Key, System.Globalization.CultureInfo.InvariantCulture) ?? ""] = Plain(entry.Value);
        }

        return plain;
    }

    private static byte[] Bytes(Stream blob)
    {
        using var copy = new MemoryStream();
        blob.CopyTo(copy);
        blob.Dispose();
        return copy.ToArray();
    }
}
