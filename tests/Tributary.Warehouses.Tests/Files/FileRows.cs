using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

/// <summary>Reads a table's files as any other program would: all that lie below its folder, whatever the destination knows of them.</summary>
internal static class FileRows
{
    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadAsync(IDestination destination, FilesFormat format, string place, string table, CancellationToken cancellationToken)
    {
        var schema = await destination.ReadSchemaAsync(table, cancellationToken);
        Assert.NotNull(schema);
        var folder = Path.Combine(place, FilesLayout.Rows(table));
        return Directory.Exists(folder)
            ? [.. Read(format, schema, [.. Directory.EnumerateFiles(folder, "*" + format.Extension, SearchOption.AllDirectories)])]
            : [];
    }

    public static IReadOnlyList<IReadOnlyDictionary<string, object?>> Read(FilesFormat format, TableSchema schema, string[] files)
    {
        using var folder = new Testing.TemporaryFolder();
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        connection.Execute("SET TimeZone = 'UTC'");
        var empty = folder.File("empty" + format.Extension);
        connection.Execute(format.WriteEmpty(schema, empty));
        return connection.Rows(
            format.Read([empty, .. files], schema),
            r => (IReadOnlyDictionary<string, object?>)schema.Columns.Select((c, i) => (c.Name, Value: DuckDbValues.Read(r, i))).ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal));
    }
}
