using System.Text.Json;

namespace Tributary.SampleMatomo.Tests;

/// <summary>Raw visits: true instants, shifted instants, pages, and what a long visit does not show.</summary>
public sealed class VisitsLogTests(RunningSample sample)
{
    [Theory]
    [InlineData(5, "2026-10-25", 7200, 3600)]
    [InlineData(1, "2026-09-27", 43_200, 46_800)]
    public async Task The_shift_of_an_action_is_the_offset_at_its_own_instant(int site, string day, int before, int after)
    {
        await using var busy = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 66, VisitsPerDay = 4000 });
        var visits = (await RunningSample.AskAsync(busy, "Live.getLastVisitsDetails", $"idSite={site}&period=day&date={day}&filter_limit=-1")).Rows;
        var shifts = visits.Select(v => v.GetProperty("actionDetails").EnumerateArray().Select(a => (Shift: a.Number("timestamp") - True(v, a), At: True(v, a))).ToList()).ToList();
        var change = shifts.SelectMany(s => s).Where(s => s.Shift == after).Min(s => s.At);
        Assert.All(shifts.SelectMany(s => s), s => Assert.Equal(s.At < change ? before : after, s.Shift));
        Assert.Contains(shifts, s => s[0].Shift == before && s[^1].Shift == after);

        // The log tells true instants of a visit only; those of its actions stand in the pretty time, in the site's zone.
        static double True(JsonElement visit, JsonElement action)
        {
            var shown = DateTime.ParseExact(action.Text("serverTimePretty"), "MMM d, yyyy HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
            var (first, last) = (visit.Number("firstActionTimestamp"), visit.Number("lastActionTimestamp"));
            var zone = TimeZoneInfo.FindSystemTimeZoneById(visit.Number("idSite") == 1 ? "Pacific/Auckland" : "Europe/Paris");
            return zone.IsAmbiguousTime(shown)
                ? zone.GetAmbiguousTimeOffsets(shown).Select(o => new DateTimeOffset(shown, o).ToUnixTimeSeconds()).First(t => t >= first && t <= last)
                : new DateTimeOffset(shown, zone.GetUtcOffset(shown)).ToUnixTimeSeconds();
        }
    }

    [Theory]
    [InlineData("week", "2026-11-18", "2026-11-16,2026-11-22")]
    [InlineData("month", "2026-10-14", "2026-10-01,2026-10-31")]
    [InlineData("range", "2026-10-03,2026-10-09", "2026-10-03,2026-10-09")]
    [InlineData("day", "2026-10-03,2026-10-09", "2026-10-03,2026-10-09")]
    public async Task A_period_is_answered_as_the_days_in_it(string period, string date, string days)
    {
        var visits = (await sample.AskAsync("Live.getLastVisitsDetails", $"idSite=1&period={period}&date={date}&filter_limit=-1&doNotFetchActions=1")).Rows;
        var summary = (await sample.AskAsync("VisitsSummary.getVisits", $"idSite=1&period=day&date={days}")).Json.EnumerateObject().Sum(d => d.Value.GetInt32());
        Assert.Equal(summary, visits.Count);
        Assert.Equal(visits.Count, visits.Select(v => v.GetProperty("idVisit").GetInt64()).Distinct().Count());
    }

    [Fact]
    public async Task Pages_put_together_are_the_whole_in_either_order()
    {
        const string span = "idSite=1&period=day&date=2026-11-18&doNotFetchActions=1";
        var whole = Ids((await sample.AskAsync("Live.getLastVisitsDetails", $"{span}&filter_limit=-1")).Rows);
        foreach (var order in new[] { "desc", "asc" })
        {
            List<long> pages = [];
            for (var offset = 0; offset <= whole.Count; offset += 30)
            {
                pages.AddRange(Ids((await sample.AskAsync("Live.getLastVisitsDetails", $"{span}&filter_limit=30&filter_offset={offset}&filter_sort_order={order}")).Rows));
            }

            Assert.Equal(order == "desc" ? whole : Enumerable.Reverse(whole), pages);
        }

        Assert.Equal(100, (await sample.AskAsync("Live.getLastVisitsDetails", "idSite=1&period=week&date=2026-11-18")).Rows.Count);
        Assert.Equal(whole, Ids((await sample.AskAsync("Live.getLastVisitsDetails", $"{span}&filter_limit=-1&filter_offset=10")).Rows));
    }

    [Fact]
    public async Task A_long_visit_shows_its_first_actions_and_counts_them_all()
    {
        await using var brief = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 3, ActionsShown = 3 });
        const string span = "idSite=1&period=day&date=yesterday&filter_limit=-1";
        var cut = (await RunningSample.AskAsync(brief, "Live.getLastVisitsDetails", span)).Rows;
        Assert.Equal((await RunningSample.AskAsync(brief, "VisitsSummary.getActions", span)).Json.Number("value"), cut.Sum(v => v.Number("actions")));
        var cutOff = cut.Where(v => v.Number("actions") > Shown(v).Count).ToList();
        Assert.NotEmpty(cutOff);
        Assert.All(cut, v => Assert.True(Shown(v).Count <= 3));
        Assert.Contains(cutOff, v => v.GetProperty("actionDetails").EnumerateArray().Any(a => a.GetProperty("type") is { ValueKind: JsonValueKind.String } type && type.GetString() is "goal" or "ecommerceOrder"));

        static List<JsonElement> Shown(JsonElement visit) => [.. visit.GetProperty("actionDetails").EnumerateArray()
            .Where(a => a.GetProperty("type") is not { ValueKind: JsonValueKind.String } type || type.GetString() is not ("goal" or "ecommerceOrder" or "ecommerceAbandonedCart"))];
    }

    private static List<long> Ids(IEnumerable<JsonElement> visits) => [.. visits.Select(v => v.GetProperty("idVisit").GetInt64())];
}
