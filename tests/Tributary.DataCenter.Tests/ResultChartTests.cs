using Tributary.DataCenter.Components.Sql;
using Tributary.Destinations;

namespace Tributary.DataCenter.Tests;

public sealed class ResultChartTests
{
    [Theory]
    [InlineData("visits", "visits")]
    [InlineData("order", "\"order\"")]
    [InlineData("GROUP", "\"GROUP\"")]
    [InlineData("1st", "\"1st\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("日本", "\"日本\"")]
    public void Names_that_are_words_of_SQL_stand_in_quotes(string name, string quoted) => Assert.Equal(quoted, SqlNames.Quoted(name));

    [Fact]
    public void A_number_of_more_digits_than_any_type_holds_is_drawn_as_near_as_can_be()
    {
        var chart = ResultChart.Of([new("n", "VARCHAR"), new("v", "DECIMAL")], [["a", "12345678901234567890123456789012345678"], ["b", 1m]]);

        Assert.Equal([12345678901234567890123456789012345678d, 1d], chart!.Series[0].Values);
    }

    [Fact]
    public void Rows_that_share_a_date_and_have_no_name_are_not_drawn_as_a_line() =>
        Assert.Null(ResultChart.Of([new("d", "DATE"), new("site_id", "BIGINT"), new("v", "BIGINT")], [[new DateOnly(2026, 1, 1), 1L, 5L], [new DateOnly(2026, 1, 1), 2L, 7L]]));
}
