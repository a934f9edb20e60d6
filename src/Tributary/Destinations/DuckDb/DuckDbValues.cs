using System.Collections;
using System.Numerics;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

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

    private static readonly System.Reflection.MethodInfo GetFieldValue = typeof(DuckDBDataReader).GetMethod(nameof(DuckDBDataReader.GetFieldValue))!;

    public static string TypeName(string driverName) => TypeNames.GetValueOrDefault(driverName) ?? driverName.ToUpperInvariant();

    public static object? Read(DuckDBDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        var type = reader.GetFieldType(ordinal);
        try
        {
            return Plain(IsListOfValues(type) ? ReadNullable(reader, ordinal, type) : reader.GetValue(ordinal));
        }
        catch (Exception e) when (e is OverflowException or ArgumentException or InvalidOperationException || (e is InvalidCastException && !typeof(IEnumerable).IsAssignableFrom(type)))
        {
            // Beyond what .NET's types hold: dates past the year 9999 or infinite, decimals of more than 28 digits.
            return Beyond(reader.GetProviderSpecificValue(ordinal));
        }
        catch (InvalidCastException e)
        {
            throw DuckDbErrors.Statement($"The nested values of '{reader.GetName(ordinal)}' cannot be read: put to_json(…) around it.", e);
        }
    }

    /// <summary>About how many bytes of memory a value takes.</summary>
    public static long SizeOf(object? value) => value switch
    {
        string text => 24 + (2L * text.Length),
        byte[] bytes => 24 + bytes.Length,
        List<object?> list => 32 + list.Sum(SizeOf),
        Dictionary<string, object?> map => 64 + map.Sum(e => SizeOf(e.Key) + SizeOf(e.Value)),
        _ => 24,
    };

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
        BigInteger big => big >= long.MinValue && big <= long.MaxValue ? (object)(long)big : big,
        sbyte or short or int or byte or ushort or uint => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
        ulong number => number <= long.MaxValue ? (object)(long)number : (BigInteger)number,
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

    private static string? Beyond(object? value) => value switch
    {
        DuckDBTimestamp { IsPositiveInfinity: true } or DuckDBDateOnly { IsPositiveInfinity: true } => "infinity",
        DuckDBTimestamp { IsNegativeInfinity: true } or DuckDBDateOnly { IsNegativeInfinity: true } => "-infinity",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static bool IsListOfValues(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) && type.GenericTypeArguments[0] is { IsValueType: true } element && Nullable.GetUnderlyingType(element) is null;

    /// <summary>DuckDB.NET 1.5.6 names the list type List&lt;int&gt; and then fails on a null inside.</summary>
    private static object? ReadNullable(DuckDBDataReader reader, int ordinal, Type type)
    {
        var nullable = typeof(List<>).MakeGenericType(typeof(Nullable<>).MakeGenericType(type.GenericTypeArguments[0]));
        try
        {
            return GetFieldValue.MakeGenericMethod(nullable).Invoke(reader, [ordinal]);
        }
        catch (System.Reflection.TargetInvocationException e)
        {
            throw new InvalidCastException(e.InnerException?.Message, e);
        }
    }

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
