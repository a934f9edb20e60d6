namespace Tributary.Tests.Sums;

/// <summary>The sums that hold in Matomo hold in the tables of a workspace: for a day and a week, of each of two sites.</summary>
public sealed class SampleSumTests(SampleSums sums) : IClassFixture<SampleSums>
{
    [Theory]
    [InlineData("countries", "day")]
    [InlineData("countries", "week")]
    [InlineData("devices", "day")]
    [InlineData("devices", "week")]
    [InlineData("hours", "day")]
    [InlineData("hours", "week")]
    public Task Visits_over_all_rows_are_the_visits_of_the_site(string table, string period) =>
        HoldAsync(($"{table}_{period}", "nb_visits"), ($"visits_{period}", "nb_visits"));

    [Theory]
    [InlineData("day")]
    [InlineData("week")]
    public Task New_and_returning_visits_are_all_visits(string period) =>
        HoldAsync(($"frequency_{period}", "nb_visits_new + nb_visits_returning"), ($"visits_{period}", "nb_visits"));

    [Theory]
    [InlineData("day")]
    [InlineData("week")]
    public async Task Events_by_category_are_events_by_action_and_those_of_the_visits_log(string period)
    {
        await HoldAsync(($"by_category_{period}", "nb_events"), ($"by_action_{period}", "nb_events"));
        await HoldAsync(($"by_category_{period}", "nb_events"), ($"log_{period}", "events"));
        await HoldAsync(($"by_category_{period}", "nb_events"), ($"log_{period}", """len(regexp_extract_all(CAST(action_details AS VARCHAR), '"type":"event"'))"""));
    }

    [Theory]
    [InlineData(1, "one", "day")]
    [InlineData(1, "one", "week")]
    [InlineData(2, "two", "day")]
    [InlineData(2, "two", "week")]
    public Task Conversions_over_countries_are_those_of_the_goal(int goal, string table, string period) =>
        HoldAsync(($"countries_{period}", $"goal_{goal}_nb_conversions"), ($"goal_{table}_{period}", "nb_conversions"));

    [Theory]
    [InlineData("day")]
    [InlineData("week")]
    public async Task Visits_of_the_log_are_the_visits_of_the_site(string period)
    {
        await HoldAsync(($"log_{period}", "1"), ($"visits_{period}", "nb_visits"));
        await HoldAsync(($"log_{period}", "actions"), ($"visits_{period}", "nb_actions"));
    }

    [Theory]
    [InlineData("day")]
    [InlineData("week")]
    public async Task Revenue_of_products_is_the_subtotal_of_the_orders_and_not_their_revenue(string period)
    {
        await HoldAsync(($"products_{period}", "revenue"), ($"orders_{period}", "revenue_subtotal"));
        Assert.NotEqual(await sums.SumAsync($"products_{period}", "revenue"), await sums.SumAsync($"orders_{period}", "revenue"));
        Assert.True((await sums.SumAsync($"categories_{period}", "revenue"))[0].Sum > (await sums.SumAsync($"products_{period}", "revenue"))[0].Sum);
    }

    [Theory]
    [InlineData("day")]
    [InlineData("week")]
    public async Task All_referrers_are_all_visits_but_the_direct_ones(string period)
    {
        var (referrers, visits) = (await sums.SumAsync($"referrers_{period}", "nb_visits"), await sums.SumAsync($"visits_{period}", "nb_visits"));
        var direct = await sums.SumAsync($"channels_{period}", "referrers_visitors_from_direct_entry");
        Assert.All(direct, d => Assert.True(d.Sum > 0));
        Assert.Equal(visits, referrers.Zip(direct, (r, d) => (r.Site, r.Sum + d.Sum)));
    }

    private async Task HoldAsync((string Table, string Expression) left, (string Table, string Expression) right)
    {
        var expected = await sums.SumAsync(right.Table, right.Expression);
        Assert.All(expected, e => Assert.True(e.Sum > 0, $"{right} is nothing on site {e.Site}"));
        Assert.Equal(expected, await sums.SumAsync(left.Table, left.Expression));
    }
}
