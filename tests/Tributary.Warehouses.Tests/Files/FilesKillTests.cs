using System.Globalization;
using System.Text.Json;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

public sealed class FilesKillTests
{
    [Fact]
    public async Task Killed_at_any_moment_all_partitions_of_a_window_are_of_one_window()
    {
        var stop = TestContext.Current.CancellationToken;
        using var files = new LocalFiles(FilesFormat.Parquet);
        var asked = "files " + JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["location"] = files.Place });
        var random = new Random(20261130);
        var last = -1L;
        for (var kill = 0; kill < 10; kill++)
        {
            using var child = Child.Start("Tributary.Warehouses.Tests", "write", asked, "on", (last + 1).ToString(CultureInfo.InvariantCulture));
            for (var windows = random.Next(1, 4); windows > 0; windows--)
            {
                last = long.Parse((await child.ReadLineAsync(stop))!, CultureInfo.InvariantCulture);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 60)), TimeProvider.System, stop);
            var said = await child.KillAsync(stop);
            last = said.Count == 0 ? last : long.Parse(said[^1], CultureInfo.InvariantCulture);

            var states = await files.Destination.ReadPartitionsAsync("killed", stop);
            var rows = await FileRows.ReadAsync(files.Destination, files.Format, files.Place, "killed", stop);
            var found = Assert.Single(rows.Select(r => (long)r["n"]!).Distinct());

            // The one under way may have been written down before it could be said.
            Assert.InRange(found, last, last + 1);
            Assert.Equal(ChildProgram.PartitionsOf(found), states.OrderBy(s => s.Key.Start));
            Assert.Equal(3 * ChildProgram.RowsOf(found), rows.Count);
            last = found;
        }
    }
}
