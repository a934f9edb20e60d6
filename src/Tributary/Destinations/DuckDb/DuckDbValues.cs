using System.Collections;
using System.Numerics;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Tributary.Model;

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

        var type = TypeOf(reader, ordinal);
        try
        {
            return reader.GetDataTypeName(ordinal).ToUpperInvariant() switch
            {
                // The driver gives a time of day with an offset as an instant of the year 1, and spans of less than a month as .NET's.
                "TIMETZ" => throw Unreadable(reader, ordinal, null),
                "INTERVAL" when reader.GetProviderSpecificValue(ordinal) is DuckDBInterval span => Words(span),
                _ => Plain(IsListOfValues(type) ? ReadNullable(reader, ordinal, type) : reader.GetValue(ordinal)),
            };
        }
        catch (Exception e) when (e is OverflowException or ArgumentException or InvalidOperationException || (e is InvalidCastException && !typeof(IEnumerable).IsAssignableFrom(type)))
        {
            // Beyond what .NET's types hold: dates past the year 9999 or infinite, decimals of more than 28 digits.
            return Beyond(reader.GetProviderSpecificValue(ordinal)) ?? throw Unreadable(reader, ordinal, e);
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
        DuckDBInterval span => Words(span),
        IFormattable or string or BigInteger => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };

    private static Type TypeOf(DuckDBDataReader reader, int ordinal)
    {
        try
        {
            return reader.GetFieldType(ordinal);
        }
        catch (ArgumentException e)
        {
            // DuckDB.NET 1.5.6 knows no unions.
            throw Unreadable(reader, ordinal, e);
        }
    }

    private static TributaryException Unreadable(DuckDBDataReader reader, int ordinal, Exception? inner) =>
        DuckDbErrors.Statement($"The values of '{reader.GetName(ordinal)}' cannot be read: put CAST({reader.GetName(ordinal)} AS VARCHAR) in its place.", inner);

    /// <summary>As DuckDB writes it: "1 year 2 months 3 days 04:05:06.5".</summary>
    private static string Words(DuckDBInterval span)
    {
        var parts = new List<string>();
        Add(span.Months / 12, "year");
        Add(span.Months % 12, "month");
        Add(span.Days, "day");
        var time = TimeSpan.FromTicks((long)span.Micros * TimeSpan.TicksPerMicrosecond);
        if (time != TimeSpan.Zero || parts.Count == 0)
        {
            parts.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(time < TimeSpan.Zero ? "-" : "")}{Math.Abs((long)time.TotalHours):00}:{time:mm\\:ss}{time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "''" : "'.'FFFFFF", System.Globalization.CultureInfo.InvariantCulture)}"));
        }

        return string.Join(' ', parts);

        void Add(int number, string unit)
        {
            if (number != 0)
            {
                parts.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{number} {unit}{(Math.Abs(number) == 1 ? "" : "s")}"));
            }
        }
    }

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
            plain[entry.Key is string or IFormattable ? Convert.ToString(entry.Key, System.Globalization.CultureInfo.InvariantCulture)! : throw new InvalidCastException("A key that is a list or a map.")] = Plain(entry.Value);
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
