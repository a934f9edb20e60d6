namespace Tributary.Tests.Sums;

/// <summary>Which sums hold in Matomo itself, from what both recorded versions answered. docs/sums.md says the same in words.</summary>
public sealed class RecordedSumTests
{
    [Theory]
    [InlineData("UserCountry.getCountry")]
    [InlineData("UserCountry.getContinent")]
    [InlineData("UserCountry.getRegion")]
    [InlineData("UserCountry.getCity")]
    [InlineData("DevicesDetection.getType")]
    [InlineData("DevicesDetection.getBrand")]
    [InlineData("DevicesDetection.getModel")]
    [InlineData("DevicesDetection.getOsFamilies")]
    [InlineData("DevicesDetection.getOsVersions")]
    [InlineData("DevicesDetection.getBrowsers")]
    [InlineData("DevicesDetection.getBrowserVersions")]
    [InlineData("DevicesDetection.getBrowserEngines")]
    [InlineData("VisitTime.getVisitInformationPerServerTime")]
    [InlineData("VisitTime.getVisitInformationPerLocalTime")]
    [InlineData("VisitTime.getByDayOfWeek")]
    [InlineData("Referrers.getReferrerType")]
    public async Task Visits_over_all_rows_are_the_visits_of_the_site(string method) =>
        RecordedSums.HoldAgainst(await RecordedSums.OfAsync(method, "nb_visits"), await RecordedSums.VisitsAsync(), "5.2", "4.16");

    [Fact]
    public async Task New_and_returning_visits_are_all_visits()
    {
        var (isNew, returning) = (await RecordedSums.OfAsync("VisitFrequency.get", "nb_visits_new"), await RecordedSums.OfAsync("VisitFrequency.get", "nb_visits_returning"));
        RecordedSums.HoldAgainst(isNew.ToDictionary(p => p.Key, p => p.Value + returning[p.Key]), await RecordedSums.VisitsAsync(), "5.2", "4.16");
    }

    [Fact]
    public async Task Events_by_category_are_events_by_action_and_those_of_the_visits_log()
    {
        var byCategory = await RecordedSums.OfAsync("Events.getCategory", "nb_events");
        RecordedSums.HoldAgainst(byCategory, await RecordedSums.OfAsync("Events.getAction", "nb_events", flat: false), "5.2", "4.16");
        RecordedSums.HoldAgainst(byCategory, await RecordedSums.OfAsync("Live.getLastVisitsDetails", "events"), "5.2");
    }

    [Theory]
    [InlineData("Events.getAction", "nb_events", "5.2", 41, 47)]
    [InlineData("Events.getAction", "nb_events", "4.16", 41, 47)]
    [InlineData("MarketingCampaignsReporting.getName", "nb_visits", "5.2", 23, 26)]
    public async Task Flat_rows_leave_out_what_has_no_second_level_where_others_of_its_parent_have(string method, string column, string version, int flat, int plain)
    {
        var day = new RecordedPeriod(version, 1, "day", "2026-10-14");
        Assert.Equal((flat, plain), ((await RecordedSums.OfAsync(method, column, flat: true))[day], (await RecordedSums.OfAsync(method, column, flat: false))[day]));
    }

    [Theory]
    [InlineData("1", "goal_1_nb_conversions")]
    [InlineData("3", "goal_3_nb_conversions")]
    [InlineData("4", "goal_4_nb_conversions")]
    [InlineData("6", "goal_6_nb_conversions")]
    [InlineData("ecommerceOrder", "order_nb_conversions")]
    public async Task Conversions_over_countries_are_those_of_the_goal(string goal, string column) =>
        RecordedSums.HoldAgainst(await RecordedSums.OfAsync("UserCountry.getCountry", column), await RecordedSums.OfAsync("Goals.get", "nb_conversions", goal), "5.2");

    [Fact]
    public async Task Conversions_over_countries_are_those_of_all_goals() =>
        RecordedSums.HoldAgainst(await RecordedSums.OfAsync("UserCountry.getCountry", "nb_conversions"), await RecordedSums.OfAsync("Goals.get", "nb_conversions"), "5.2", "4.16");

    [Theory]
    [InlineData("Goals.getItemsSku")]
    [InlineData("Goals.getItemsName")]
    public async Task Revenue_of_products_is_the_subtotal_of_the_orders_and_not_their_revenue(string method)
    {
        var items = await RecordedSums.OfAsync(method, "revenue");
        var (orders, subtotal) = (await RecordedSums.OfAsync("Goals.get", "revenue", "ecommerceOrder"), await RecordedSums.OfAsync("Goals.get", "revenue_subtotal", "ecommerceOrder"));
        RecordedSums.HoldAgainst(items, subtotal, "5.2");
        var day = new RecordedPeriod("5.2", 1, "day", "2026-10-14");
        Assert.Equal((5583.8m, 6438.16m), (items[day], orders[day]));

        // Tax and shipping, less the discount, belong to an order and to none of its products.
        var beside = (await RecordedSums.OfAsync("Goals.get", "revenue_tax", "ecommerceOrder"))[day] + (await RecordedSums.OfAsync("Goals.get", "revenue_shipping", "ecommerceOrder"))[day]
            - (await RecordedSums.OfAsync("Goals.get", "revenue_discount", "ecommerceOrder"))[day];
        Assert.Equal(orders[day], items[day] + beside);
    }

    [Fact]
    public async Task Revenue_of_categories_counts_a_product_once_in_each_of_its_categories()
    {
        var categories = await RecordedSums.OfAsync("Goals.getItemsCategory", "revenue");
        var items = await RecordedSums.OfAsync("Goals.getItemsName", "revenue");
        Assert.All(new[] { "5.2", "4.16" }, version => Assert.Equal((9599.6m, 5583.8m), (categories[new(version, 1, "day", "2026-10-14")], items[new(version, 1, "day", "2026-10-14")])));
        var (quantities, sold) = (await RecordedSums.OfAsync("Goals.getItemsCategory", "quantity"), await RecordedSums.OfAsync("Goals.getItemsName", "quantity"));
        Assert.All(quantities.Where(q => q.Value > 0 && sold.ContainsKey(q.Key)), q => Assert.True(q.Value > sold[q.Key]));
    }

    [Fact]
    public async Task Orders_over_products_count_an_order_once_for_each_of_its_products()
    {
        var day = new RecordedPeriod("5.2", 1, "day", "2026-10-14");
        Assert.Equal((13, 4), ((await RecordedSums.OfAsync("Goals.getItemsName", "orders"))[day], (await RecordedSums.OfAsync("Goals.get", "nb_conversions", "ecommerceOrder"))[day]));
    }

    [Fact]
    public async Task All_referrers_are_all_visits_but_the_direct_ones()
    {
        var (referrers, visits) = (await RecordedSums.OfAsync("Referrers.getAll", "nb_visits"), await RecordedSums.VisitsAsync());
        Assert.All(new[] { "5.2", "4.16" }, version => Assert.Equal((104, 148), (referrers[new(version, 1, "day", "2026-10-14")], visits[new(version, 1, "day", "2026-10-14")])));
        var direct = await RecordedSums.OfAsync("Referrers.get", "referrers_visitors_from_direct_entry");
        var withDirect = direct.Where(d => referrers.ContainsKey(d.Key)).ToDictionary(d => d.Key, d => d.Value + referrers[d.Key]);
        RecordedSums.HoldAgainst(withDirect, visits, "5.2", "4.16");
    }
}
