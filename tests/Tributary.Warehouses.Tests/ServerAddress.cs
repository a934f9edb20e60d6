using Tributary.Destinations;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.Tests;

/// <summary>A database server that <c>eng/services.sh</c> started, as options of a destination.</summary>
internal static class ServerAddress
{
    public static TimeProvider Clock => TimeProvider.System;

    /// <summary>The options, from an address such as <c>postgresql://user:password@127.0.0.1:5432/database</c>. Without one the test fails: these tests are not left out.</summary>
    public static Dictionary<string, string> Options(string variable)
    {
        var address = Environment.GetEnvironmentVariable(variable)
            ?? throw new InvalidOperationException($"{variable} is not set: run ./test.sh, or 'source eng/services.sh && start_services' before this test program.");
        var uri = new Uri(address);
        var user = uri.UserInfo.Split(':', 2);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = uri.Host,
            ["port"] = uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["database"] = uri.AbsolutePath.TrimStart('/'),
            ["user"] = user[0],
            ["password"] = Uri.UnescapeDataString(user[1]),
        };
    }

    public static DestinationPlace Place => new("warehouse", Path.GetTempPath(), Clock);

    /// <summary>All rows of a table, columns in its order.</summary>
    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(IDestination destination, string table, CancellationToken stop)
    {
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        await foreach (var batch in destination.ReadBatchesAsync(table, stop))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                rows.Add(batch.Columns.Select((c, i) => (c.Name, Value: SqlRows.Value(batch.Buffer(i), row))).ToDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal));
            }
        }

        return rows;
    }
}
