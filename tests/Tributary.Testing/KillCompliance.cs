using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Xunit;

namespace Tributary.Testing;

/// <summary>A destination whose writer is killed with no chance to tidy up. A destination adds a class that derives from this, and says how a child opens it.</summary>
public abstract class KillCompliance
{
    /// <summary>The destination, as the surviving process sees it.</summary>
    protected abstract IDestination Destination { get; }

    /// <summary>What <see cref="ChildProgram.Open"/> is told to open the same one.</summary>
    protected abstract string Asked { get; }

    /// <summary>The name of the running test assembly.</summary>
    protected abstract string Assembly { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_writer_killed_within_a_commit_leaves_the_table_as_it_was()
    {
        await Destination.CommitAsync(ChildProgram.WindowOf(1), Stop);
        await KillAsync("inside", 2);

        await CheckAsync(1);
        await Destination.CommitAsync(ChildProgram.WindowOf(2), Stop);
        await CheckAsync(2);
    }

    [Fact]
    public async Task A_writer_killed_behind_a_commit_has_written_its_window_and_it_is_not_written_again()
    {
        await Destination.CommitAsync(ChildProgram.WindowOf(1), Stop);
        await KillAsync("behind", 2);

        await CheckAsync(2);
        await Destination.CommitAsync(ChildProgram.WindowOf(3) with { WindowId = ChildProgram.WindowOf(2).WindowId }, Stop);
        await CheckAsync(2);
    }

    [Fact]
    public async Task A_writer_killed_at_any_moment_leaves_the_table_before_or_after_a_window()
    {
        var random = new Random(20261130);
        var last = 0L;
        for (var round = 0; round < 3; round++)
        {
            using var child = Child.Start(Assembly, "write", Asked, "on", (last + 1).ToString(CultureInfo.InvariantCulture));
            var told = long.Parse((await child.ReadLineAsync(Stop))!, CultureInfo.InvariantCulture);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 200)), TimeProvider.System, Stop);
            var said = await child.KillAsync(Stop);

            // A line may be cut in two by the end.
            told = said.Select(s => long.TryParse(s, CultureInfo.InvariantCulture, out var n) ? n : 0).Append(told).Max();
            last = (await Destination.ReadWindowIdsAsync("killed", Stop)).Max(id => long.Parse(id, CultureInfo.InvariantCulture));
            Assert.InRange(last, told, told + 1);
            await CheckAsync(last);
        }
    }

    private async Task KillAsync(string point, long window)
    {
        using var child = Child.Start(Assembly, "write", Asked, point, window.ToString(CultureInfo.InvariantCulture));
        while (await child.ReadLineAsync(Stop) is { } line && line != "here")
        {
        }

        await child.KillAsync(Stop);
    }

    /// <summary>The table is as window <paramref name="n"/> left it, whole.</summary>
    private async Task CheckAsync(long n)
    {
        Assert.Equal(Enumerable.Range(1, (int)n).Select(i => (long)i), (await Destination.ReadWindowIdsAsync("killed", Stop)).Select(id => long.Parse(id, CultureInfo.InvariantCulture)).Order());
        Assert.Equal(ChildProgram.PartitionsOf(n), await Destination.ReadPartitionsAsync("killed", Stop));
        var rows = new Dictionary<(long Day, long N), long>();
        await foreach (var batch in Destination.ReadBatchesAsync("killed", Stop))
        {
            var (day, number) = (batch.Buffer(batch.IndexOf("period_start")), batch.Buffer(batch.IndexOf("n")));
            for (var row = 0; row < batch.Rows; row++)
            {
                var key = (day.GetInteger(row) + ColumnText.UnixEpochDay, number.GetInteger(row));
                rows[key] = rows.GetValueOrDefault(key) + 1;
            }
        }

        Assert.Equal(ChildProgram.Days.Select(d => ((long)d.DayNumber, n, ChildProgram.RowsOf(n))), rows.Select(r => (r.Key.Day, r.Key.N, r.Value)).Order());
    }
}
