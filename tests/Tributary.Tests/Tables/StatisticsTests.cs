using Tributary.Model;
using Tributary.Tables;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Tables;

/// <summary>Statistics of columns.</summary>
public sealed class StatisticsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Numbers_texts_dates_and_flags_have_what_suits_them()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Table", FilledWorkspace.Days);
        var table = new WrittenTable(fixture, "table");
        await table.WriteAsync(1, 20, ("a", 1, null), ("b", 2, null), ("a", 3, null), (null, 4, "others"));
        await table.WriteAsync(1, 21, ("c", 10, null));

        var all = await fixture.Workspace.Tables.ReadStatisticsAsync("Table", Stop).ToListAsync(Stop);

        Assert.Equal((await fixture.Workspace.GetDataSetAsync("Table", Stop)).Columns.Select(c => c.Name), all.Select(c => c.Column.Name));
        var visits = Of(all, "nb_visits");
        Assert.Equal((5, 0, 5, true), (visits.Rows, visits.Nulls, visits.Distinct, visits.IsDistinctExact));
        Assert.Equal((1L, 10L, 4d), (visits.Min, visits.Max, visits.Average));
        Assert.Equal([2, 3, 4], visits.Quartiles);
        Assert.Empty(visits.Top);
        Assert.Equal((0.5m, 5m), (Of(all, "revenue").Min, Of(all, "revenue").Max));
        var label = Of(all, "label");
        Assert.Equal((1, 3, "a", "c", null), (label.Nulls, label.Distinct, label.Min, label.Max, label.Average));
        Assert.Equal([("a", 2), ("b", 1), ("c", 1)], label.Top.Select(t => (t.Value, t.Count)));
        Assert.Equal([(false, 4), (true, 1)], Of(all, "is_others").Top.Select(t => (t.Value, t.Count)));
        Assert.Equal((new DateOnly(2026, 11, 20), new DateOnly(2026, 11, 21)), (Of(all, "period_start").Min, Of(all, "period_start").Max));
    }

    [Fact]
    public async Task They_are_kept_until_the_table_changes()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 5;
        await fixture.AddAsync("Days", FilledWorkspace.Days);
        Assert.Empty(await fixture.Workspace.Tables.ReadStatisticsAsync("Days", Stop).ToListAsync(Stop));
        await fixture.RunAsync("Days");

        var first = await fixture.Workspace.Tables.ReadStatisticsAsync("Days", Stop).ToListAsync(Stop);
        var again = await fixture.Workspace.Tables.ReadStatisticsAsync("Days", Stop).ToListAsync(Stop);
        fixture.Matomo.Visits["2026-11-24"] = 50;
        await fixture.RunAsync("Days");
        var changed = await fixture.Workspace.Tables.ReadStatisticsAsync("Days", Stop).ToListAsync(Stop);

        Assert.All(first.Zip(again), pair => Assert.Same(pair.First, pair.Second));
        Assert.Equal((6L, 51L), (Of(first, "nb_visits").Max, Of(changed, "nb_visits").Max));
    }

    private static ColumnStatistics Of(List<ColumnStatistics> all, string column) => all.Single(c => c.Column.Name == column);
}
