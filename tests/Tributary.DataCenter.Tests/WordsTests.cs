using Tributary.DataCenter.Components.DataSets;
using Tributary.DataCenter.Components.Parts;
using Tributary.DataCenter.Connector;
using Tributary.Model;
using Tributary.Tables;

namespace Tributary.DataCenter.Tests;

/// <summary>What the core says and stores, as pages write it.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("--daily-at: '25:99' is not a time of day. Write it as 07:00.", "At: “25:99” is not a time of day. Write it as 07:00.")]
    [InlineData("Give a later end with --end DATE.", "Give a later end with ‘Select Specific End Date’.")]
    [InlineData("There is a DataSet named 'Bob's days' already.", "There is a DataSet named “Bob's days” already.")]
    [InlineData("'Days' has no data yet. Run it: tributary dataset run 'My days'", "“Days” has no data yet. Run it: tributary dataset run 'My days'")]
    [InlineData("<script>alert('error')</script>", "<script>alert('error')</script>")]
    public void Pages_say_what_the_command_line_says_without_its_quotes_and_flags(string said, string page) => Assert.Equal(page, FieldWords.InPage(said));

    [Theory]
    [InlineData(0.4, "0.4 s")]
    [InlineData(0.001, "under 0.01 s")]
    [InlineData(0, "0 s")]
    [InlineData(41.26, "41.3 s")]
    [InlineData(59.7, "1:00")]
    [InlineData(112, "1:52")]
    [InlineData(7509, "2:05:09")]
    [InlineData(100_000, "27:46:40")]
    public void A_time_is_never_shown_as_none_when_it_is_some(double seconds, string text) => Assert.Equal(text, Numbers.Clock(seconds));

    [Theory]
    [InlineData("https://shop.example/cart", "https://shop.example", false, null)]
    [InlineData("shop.example/cart", null, true, "https://shop.example/cart")]
    [InlineData("/cart", "https://shop.example/de/", true, "https://shop.example/cart")]
    [InlineData("/cart", null, true, null)]
    [InlineData("//cart", "https://shop.example", true, null)]
    [InlineData("cart", "https://shop.example", true, null)]
    [InlineData("the cart. And more", null, true, null)]
    [InlineData("", null, false, null)]
    public void A_part_of_an_address_becomes_the_whole_where_that_is_one(string typed, string? site, bool lacks, string? whole)
    {
        Assert.Equal(lacks, WholeAddress.Lacks(typed));
        Assert.Equal(whole, lacks ? WholeAddress.Of(typed, site) : null);
    }

    [Theory]
    [InlineData("nb_uniq_visitors", "Visitors, each counted once.", "Unique visitors")]
    [InlineData("goal_1_revenue", "Goal 1 (Newsletter (main)): Revenue. A goal id means another goal on another site.", "Revenue, goal 1 (Newsletter (main))")]
    [InlineData("goal_1_revenue", "Goal 1: Revenue. A goal id means another goal on another site.", "Revenue, goal 1")]
    [InlineData("order_revenue", "Orders: Revenue.", "Revenue, orders")]
    [InlineData("my_plugin_number", "", "my_plugin_number")]
    public void A_metric_has_the_name_that_Matomo_gives_it(string column, string description, string name) =>
        Assert.Equal(name, MetricNames.Of(new ColumnDefinition(column, ColumnType.Integer, ColumnRole.Goal) { Description = description }, "VisitsSummary.get"));

    [Fact]
    public void A_total_says_which_days_some_sites_lack()
    {
        var visits = new ColumnDefinition("nb_visits", ColumnType.Integer, ColumnRole.Metric);

        string? NoteOf(params int[] sites) => SeriesWords.NoteOf(
            new Series(visits, Period.Day, [.. sites.Select((s, i) => new SeriesPeriod(new DateOnly(2026, 11, 20 + i), false, false, s == 0) { Sites = s })], [], "", []) { Sites = 5 }, isTotal: true, 2026)?.Replace('\u00a0', ' ');

        Assert.Null(NoteOf(5, 5, 5));
        Assert.Equal("2 of 5 sites have no data for 22 Nov yet; the total is of the others.", NoteOf(5, 5, 3));
        Assert.Equal("1 of 5 sites has no data for 22 Nov yet; the total is of the others. For 20 Nov only 2 of 5 sites have data.", NoteOf(2, 5, 4));
        Assert.Equal("For 21 Nov no site has data.", NoteOf(5, 0, 5));
        Assert.Equal("For 2 days from 20 Nov to 21 Nov not all 5 sites have data.", NoteOf(2, 0, 5));
    }
}
