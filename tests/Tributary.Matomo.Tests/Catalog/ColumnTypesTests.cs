using Tributary.Matomo.Catalog;

namespace Tributary.Matomo.Tests.Catalog;

public class ColumnTypesTests
{
    [Fact]
    public void A_guess_never_contradicts_the_catalog()
    {
        var columns = BuiltInCatalog.Reports
            .Where(r => r.Source == ReportSource.Api)
            .SelectMany(r => r.Columns.Concat(r.GoalColumns))
            .Where(c => c.Name != "value")
            .DistinctBy(c => c.Name)
            .ToArray();
        var guessed = columns.Select(c => (Column: c, Guess: ColumnTypes.Guess(c.Name))).Where(c => c.Guess is not null).ToArray();

        Assert.True(guessed.Length > 150, $"{guessed.Length} of {columns.Length}");
        Assert.Empty(guessed
            .Where(c => c.Guess!.Value.Type != c.Column.Type || c.Guess.Value.OverTime != c.Column.OverTime)
            .Select(c => $"{c.Column.Name}: {c.Column.Type} {c.Column.OverTime}, guessed {c.Guess}"));
    }

    [Theory]
    [InlineData("goal_3_revenue", ReportColumnType.Money, OverTime.Sum)]
    [InlineData("goal_-1_conversion_rate", ReportColumnType.Percent, OverTime.Recompute)]
    [InlineData("goal_0_revenue_per_visit", ReportColumnType.Money, OverTime.Recompute)]
    [InlineData("goal_ecommerceOrder_items", ReportColumnType.Count, OverTime.Sum)]
    [InlineData("nb_uniq_visitors_returning", ReportColumnType.UniqueCount, OverTime.None)]
    [InlineData("nb_form_submissions", ReportColumnType.Count, OverTime.Sum)]
    [InlineData("sum_daily_nb_uniq_visitors", ReportColumnType.Count, OverTime.Sum)]
    [InlineData("avg_time_watched", ReportColumnType.Duration, OverTime.Recompute)]
    [InlineData("min_time_network", ReportColumnType.Duration, OverTime.Min)]
    [InlineData("max_event_value", ReportColumnType.Number, OverTime.Max)]
    [InlineData("nb_visits_percent_of_total", ReportColumnType.Percent, OverTime.Recompute)]
    [InlineData("visits_evolution", ReportColumnType.Percent, OverTime.Recompute)]
    [InlineData("exit_rate", ReportColumnType.Percent, OverTime.Recompute)]
    [InlineData("previous_Goal_0_revenue", ReportColumnType.Money, OverTime.Sum)]
    public void Guesses_by_the_name(string name, ReportColumnType type, OverTime overTime) =>
        Assert.Equal(new ColumnFacts(type, overTime), ColumnTypes.Guess(name));

    [Theory]
    [InlineData("label")]
    [InlineData("url")]
    [InlineData("")]
    [InlineData("visitorId")]
    [InlineData("1. Google")]
    [InlineData("PagePerformance_network_time")]
    public void Does_not_guess_where_the_name_says_nothing(string name) => Assert.Null(ColumnTypes.Guess(name));

    // The types Matomo defines (core/Columns/Dimension, 4.14 to 5.x); "unspecified" says nothing.
    [Theory]
    [InlineData("number", ReportColumnType.Number)]
    [InlineData("float", ReportColumnType.Number)]
    [InlineData("percent", ReportColumnType.Percent)]
    [InlineData("duration_s", ReportColumnType.Duration)]
    [InlineData("duration_ms", ReportColumnType.Number)]
    [InlineData("money", ReportColumnType.Money)]
    [InlineData("byte", ReportColumnType.Bytes)]
    [InlineData("text", ReportColumnType.Text)]
    [InlineData("url", ReportColumnType.Url)]
    [InlineData("date", ReportColumnType.Date)]
    [InlineData("time", ReportColumnType.Text)]
    [InlineData("datetime", ReportColumnType.Text)]
    [InlineData("timestamp", ReportColumnType.Timestamp)]
    [InlineData("bool", ReportColumnType.Bool)]
    [InlineData("enum", ReportColumnType.Text)]
    [InlineData("binary", ReportColumnType.Text)]
    [InlineData("dimension", ReportColumnType.Text)]
    [InlineData("unspecified", null)]
    [InlineData("something new", null)]
    public void Maps_every_type_a_server_can_announce(string metricType, ReportColumnType? type) =>
        Assert.Equal(type, ColumnTypes.FromMatomo(metricType)?.Type);

    [Theory]
    [InlineData("nb_attempts", "number", ReportColumnType.Count, OverTime.Sum)]
    [InlineData("nb_attempts", null, ReportColumnType.Count, OverTime.Sum)]
    [InlineData("nb_attempts", "percent", ReportColumnType.Percent, OverTime.Recompute)]
    [InlineData("completion", "percent", ReportColumnType.Percent, OverTime.Recompute)]
    [InlineData("cost", "money", ReportColumnType.Money, OverTime.None)]
    [InlineData("sum_cost", "money", ReportColumnType.Money, OverTime.Sum)]
    [InlineData("min_load", "duration_ms", ReportColumnType.Number, OverTime.Min)]
    [InlineData("plays", "number", ReportColumnType.Number, OverTime.None)]
    [InlineData("last_seen", "datetime", ReportColumnType.Text, OverTime.NotApplicable)]
    [InlineData("whatever", null, ReportColumnType.Text, OverTime.NotApplicable)]
    [InlineData("whatever", "unspecified", ReportColumnType.Text, OverTime.NotApplicable)]
    public void The_announced_type_says_what_and_the_name_says_how_to_combine(string name, string? metricType, ReportColumnType type, OverTime overTime)
    {
        var facts = ColumnTypes.Resolve(name, metricType);

        Assert.Equal((type, overTime), (facts.Type, facts.OverTime));
    }

    [Fact]
    public void Milliseconds_are_not_taken_for_seconds() => Assert.Equal("milliseconds", ColumnTypes.Resolve("min_load", "duration_ms").Unit);
}
