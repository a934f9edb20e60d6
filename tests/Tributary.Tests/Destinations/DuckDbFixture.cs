using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Destinations;

/// <summary>A DuckDB file of one test, with a small table to hand.</summary>
public sealed class DuckDbFixture : IDisposable
{
    private int _windows;

    public DuckDbFixture(string file = "datasets.duckdb", DuckDbOptions? options = null)
    {
        Path = Folder.File(file);
        Destination = new DuckDbDestination(Path, Staging, TimeProvider.System, options);
    }

    public static ColumnDefinition[] Columns { get; } =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key),
        new("label", ColumnType.Text, ColumnRole.Dimension) { Description = "The page" },
        new("nb_visits", ColumnType.Integer, ColumnRole.Metric),
        new("revenue", ColumnType.Money, ColumnRole.Metric),
        new("details", ColumnType.Json, ColumnRole.Metadata),
        new("_read_at", ColumnType.Instant, ColumnRole.Run),
    ];

    public TemporaryFolder Folder { get; } = new();

    public string Path { get; }

    public string Staging => Folder.File("staging");

    public DuckDbDestination Destination { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task FillAsync(string table = "pages", int rows = 2)
    {
        var staged = new TestRows(Columns);
        for (var i = 1; i <= rows; i++)
        {
            staged.Add(1, $"/page, \"{i}\" ä", i, i / 4m, $"{{\"i\":{i}}}", new DateTimeOffset(2026, 5, 3, 4, 5, 6, TimeSpan.Zero).AddMicroseconds(7));
        }

        await Destination.CommitAsync(
            new WindowCommit
            {
                Table = table,
                Description = "Pages",
                WindowId = $"{++_windows}",
                Schema = new TableSchema(Columns),
                Partitions = [new PartitionRecord(new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue), PartitionState.Final, rows, DateTimeOffset.UnixEpoch, "r")],
                Rows = staged,
            },
            Stop);
    }

    public async Task<List<object?[]>> QueryAsync(string sql)
    {
        await using var result = await Destination.QueryAsync(sql, Stop);
        return await result.Rows.ToListAsync(Stop);
    }

    public void Dispose() => Folder.Dispose();
}
