using System.Globalization;
using Tributary.Destinations.DuckDb;
using Tributary.Testing;

namespace Tributary.Tests.Destinations;

public sealed class DuckDbKillTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_writer_leaves_the_table_before_or_after_a_window()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("datasets.duckdb"), staging = folder.File("staging");
        var destination = new DuckDbDestination(path, staging, TimeProvider.System);
        var random = new Random(20260503);
        var last = 0L;

        for (var round = 0; round < 5; round++)
        {
            using var child = Child.Start("Tributary.Tests", "write", path, staging, (last + 1).ToString(CultureInfo.InvariantCulture));
            var first = long.Parse((await child.ReadLineAsync(Stop))!, CultureInfo.InvariantCulture);
            for (var more = random.Next(3); more > 0; more--)
            {
                first = long.Parse((await child.ReadLineAsync(Stop))!, CultureInfo.InvariantCulture);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 250)), TimeProvider.System, Stop);
            var said = await child.KillAsync(Stop);

            var told = said.Count > 0 && long.TryParse(said[^1], CultureInfo.InvariantCulture, out var n) ? n : first;
            last = await CheckAsync(destination, told);
        }

        Assert.True(last > 7, $"Only {last} windows were written: nothing was killed in the middle.");
    }

    /// <summary>The number of the last window whole; at least the one the child had told of.</summary>
    private static async Task<long> CheckAsync(DuckDbDestination destination, long told)
    {
        var windows = await ReadAsync(destination, "SELECT max(CAST(window_id AS BIGINT)), count(*) FROM _tributary_windows");
        var last = (long)windows[0][0]!;
        Assert.InRange(last, told, told + 1);
        Assert.Equal(last, windows[0][1]);
        Assert.Equal(ChildProgram.PartitionsOf(last), await destination.ReadPartitionsAsync("killed", Stop));

        var rows = await ReadAsync(destination, "SELECT period_start, n, count(*) FROM killed GROUP BY ALL ORDER BY ALL");
        Assert.Equal(ChildProgram.Days.Select(d => (d, last, ChildProgram.RowsOf(last))), rows.Select(r => ((DateOnly)r[0]!, (long)r[1]!, (long)r[2]!)));
        return last;
    }

    private static async Task<List<object?[]>> ReadAsync(DuckDbDestination destination, string sql)
    {
        await using var result = await destination.QueryAsync(sql, Stop);
        return await result.Rows.ToListAsync(Stop);
    }
}
