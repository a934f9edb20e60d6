using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary.Tests.Runs;

/// <summary>How long windows are, by what replies before them cost.</summary>
public class ReportPaceTests
{
    private const int Kilobyte = 1_000;

    private static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Period.Day, 900, 7)]
    [InlineData(Period.Day, 11, 7)]
    [InlineData(Period.Day, 10, 10)]
    [InlineData(Period.Week, 900, 4)]
    [InlineData(Period.Month, 900, 2)]
    [InlineData(Period.Month, 3, 3)]
    [InlineData(Period.Year, 900, 1)]
    public void A_report_nobody_knows_is_asked_for_a_week_of_days_first_or_for_all_when_that_is_little_more(Period period, int partitions, int expected)
    {
        Assert.Equal(expected, new ReportPace(null).SizeOf(Of(1, partitions, period)));
    }

    [Theory]
    [InlineData(1, 300)]
    [InlineData(20, 300)]
    [InlineData(200, 100)]
    [InlineData(2_000, 11)]
    [InlineData(50_000, 1)]
    public void It_grows_eightfold_and_to_some_megabytes_in_equal_pieces_that_may_be_a_quarter_longer(int kilobytesADay, int expected)
    {
        var pace = new ReportPace(null);

        pace.Came(Of(1, 31), 31L * kilobytesADay * Kilobyte, TimeSpan.FromSeconds(1));

        Assert.Equal(expected, pace.SizeOf(Of(1, 900)));
    }

    [Fact]
    public void A_server_that_takes_long_a_day_is_asked_for_fewer_days()
    {
        var pace = new ReportPace(null);

        pace.Came(Of(1, 31), 31 * Kilobyte, TimeSpan.FromSeconds(31));

        Assert.Equal(19, pace.SizeOf(Of(1, 900)));
    }

    [Fact]
    public void What_failed_is_halved_until_it_comes_and_nothing_longer_is_asked_for_again()
    {
        var pace = new ReportPace(null);

        pace.Failed(Of(1, 10), Now);
        Assert.Equal(5, pace.SizeOf(Of(1, 900)));
        pace.Failed(Of(1, 5), Now);
        pace.Came(Of(1, 2), 2 * 900 * Kilobyte, TimeSpan.FromSeconds(1));

        Assert.Equal(2, pace.SizeOf(Of(1, 900)));
        Assert.Equal(2, pace.SizeOf(Of(2, 900)));
        Assert.Equal(2 * 900 * Kilobyte, pace.Notes!.MostBytes);
    }

    [Fact]
    public void A_small_site_is_asked_for_more_days_than_a_large_one()
    {
        var pace = new ReportPace(null);
        pace.Came(Of(1, 10), 10 * 1_600 * Kilobyte, TimeSpan.FromMilliseconds(100));
        pace.Came(Of(2, 10), 10 * 2 * Kilobyte, TimeSpan.FromMilliseconds(100));

        Assert.Equal((14, ReportPace.MostPartitions), (pace.SizeOf(Of(1, 900)), pace.SizeOf(Of(2, 900))));
    }

    [Fact]
    public void A_failure_of_last_week_is_forgotten()
    {
        var notes = new PaceNotes(1_000, 0.01, 1_000_000, 50_000, Now.AddDays(-8));

        Assert.Null(notes.At(Now).MostBytes);
        Assert.Equal(50_000, notes.At(Now.AddDays(-2)).MostBytes);
    }

    [Fact]
    public void Short_windows_go_in_bulk_and_half_as_many_behind_one_that_failed()
    {
        var pace = new ReportPace(null);
        Assert.Equal(1, pace.ItemsOf(Of(1, 30)));
        pace.Came(Of(1, 30), 30 * Kilobyte, TimeSpan.FromMilliseconds(50));

        Assert.Equal(20, pace.ItemsOf(Of(1, 30)));
        pace.FailedTogether(20);
        Assert.Equal(10, pace.ItemsOf(Of(1, 30)));
        Assert.Equal(1, pace.ItemsOf(Of(1, 900)));
    }

    [Fact]
    public void Windows_are_taken_newest_first_cut_to_what_was_learned_meanwhile_and_none_is_lost()
    {
        var pace = new ReportPace(null);
        List<Window> asked = [Of(1, 300), Of(2, 300), Of(3, 7)];
        var queue = new WindowQueue(asked, pace, mayBulk: false);
        var taken = new List<Window>();
        Assert.True(queue.WaitsForFirst);

        while (queue.Take(readers: 3) is [var window])
        {
            taken.Add(window);
            pace.Came(window, window.Partitions.Count * Kilobyte, TimeSpan.FromMilliseconds(100));
            Assert.False(queue.WaitsForFirst);
        }

        Assert.Equal([7, 60, 7], taken.Take(3).Select(w => w.Partitions.Count));
        Assert.Equal(0, queue.Left);
        Assert.Equal(
            asked.SelectMany(w => w.Partitions).OrderBy(p => (p.SiteId, p.Start)),
            taken.SelectMany(w => w.Partitions).OrderBy(p => (p.SiteId, p.Start)));
        Assert.All(asked, w => Assert.Equal(w.To, taken.First(t => t.Site.Id == w.Site.Id).To));
    }

    [Fact]
    public void No_reader_takes_so_many_windows_that_the_others_have_none()
    {
        var pace = new ReportPace(new PaceNotes(100, 0.001, 3_000, null, null));
        var queue = new WindowQueue(Enumerable.Range(1, 25).Select(site => Of(site, 30)), pace, mayBulk: true);

        Assert.Equal([4, 4, 3, 2], Enumerable.Range(0, 4).Select(_ => queue.Take(readers: 5).Count));
    }

    [Fact]
    public void The_windows_of_a_site_that_is_left_out_are_forgotten_also_those_put_back()
    {
        var queue = new WindowQueue([Of(1, 12), Of(2, 12)], new ReportPace(null), mayBulk: false);
        var first = Assert.Single(queue.Take(readers: 1));

        queue.Skip(1);
        queue.PutBack(first);

        Assert.Equal([2, 2], new[] { queue.Take(1), queue.Take(1) }.Select(w => Assert.Single(w).Site.Id));
        Assert.Empty(queue.Take(1));
    }

    private static Window Of(int site, int partitions, Period period = Period.Day)
    {
        var last = new DateOnly(2026, 11, 24);
        return new Window(
            new MatomoSite(site, $"Site {site}", "UTC", "EUR"),
            [.. Enumerable.Range(0, partitions).Select(i => last.AddDays(i - partitions + 1)).Select(day => new PartitionKey(site, period, day, day))]);
    }
}
