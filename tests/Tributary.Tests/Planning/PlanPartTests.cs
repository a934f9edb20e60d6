using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Tests.Planning;

/// <summary>A plan in parts is the same plan.</summary>
public sealed class PlanPartTests
{
    private static readonly DateOnly Last = new(2026, 11, 20);

    [Fact]
    public void Parts_hold_every_partition_once_newest_first_and_can_be_written_down()
    {
        var sites = Enumerable.Range(1, 7).Select(Site).ToList();
        var plan = new Plan([.. sites.Select(s => Days(s, 365)), Days(sites[2], 30, "browserCode==FF")], 3, []);

        var parts = PlanPart.Of(plan, 3).Select(p => StoreJson.Read<PlanPart>(StoreJson.Write(p))).ToList();

        Assert.InRange(parts.Count, 10, 14);
        var read = parts.SelectMany(p => p.Windows(sites, _ => false)).SelectMany(w => w.Partitions).ToList();
        Assert.Equal(plan.Partitions, read.Count);
        Assert.Equal(plan.Windows.SelectMany(w => w.Partitions).ToHashSet(), read.ToHashSet());
        Assert.Equal(Last, parts[0].Windows(sites, _ => false)[0].To);
        Assert.All(parts, p => Assert.InRange(p.Windows(sites, _ => false).Sum(w => w.Partitions.Count), 1, 220));
    }

    [Fact]
    public void What_was_read_of_a_part_is_left_out_and_the_rest_keeps_its_dates_side_by_side()
    {
        var site = Site(1);
        var part = PlanPart.Of(new Plan([Days(site, 90)], 0, []), 3)[0];

        var windows = part.Windows([site], k => k.Start.Day is 5 or 6);

        Assert.Equal(90 - 6, windows.Sum(w => w.Partitions.Count));
        Assert.All(windows, w => Assert.All(w.Partitions.Zip(w.Partitions.Skip(1)), p => Assert.Equal(p.First.End.AddDays(1), p.Second.Start)));
    }

    [Fact]
    public void Weeks_and_months_are_parts_too_and_lists_are_not()
    {
        var site = Site(1);
        var weeks = new Window(site, [.. MatomoPeriods.Overlapping(Period.Week, Last.AddDays(-3_000), Last).Select(p => new PartitionKey(1, Period.Week, p.Start, p.End))]);
        var list = new Window(site, [new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue)]);

        Assert.Equal(weeks.Partitions, PlanPart.Of(new Plan([weeks], 0, []), 2).Reverse().SelectMany(p => p.Windows([site], _ => false).Reverse()).SelectMany(w => w.Partitions));
        Assert.Empty(PlanPart.Of(new Plan([list], 0, []), 2));
        Assert.Empty(PlanPart.Of(new Plan([weeks with { Sites = [site, Site(2)] }], 0, []), 2));
    }

    private static MatomoSite Site(int id) => new(id, $"Site {id}", "UTC", "EUR");

    private static Window Days(MatomoSite site, int days, string segment = "") =>
        new(site, [.. Enumerable.Range(0, days).Select(d => Last.AddDays(d - days + 1)).Select(d => new PartitionKey(site.Id, Period.Day, d, d, segment))]);
}
