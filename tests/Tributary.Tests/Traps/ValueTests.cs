using Tributary.Model;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Numbers that are wrong: the many ways a value is written.</summary>
public sealed class ValueTests
{
    [Theory]
    [InlineData("12", 12L)]
    [InlineData("\"12\"", 12L)]
    [InlineData("\"0012\"", 12L)]
    [InlineData("12.0", 12L)]
    [InlineData("\"12.0\"", 12L)]
    [InlineData("1.2e1", 12L)]
    [InlineData("-3", -3L)]
    [InlineData("9007199254740993", 9007199254740993L)]
    [InlineData("\"9223372036854775807\"", long.MaxValue)]
    [InlineData("0", 0L)]
    [InlineData("\"0\"", 0L)]
    [InlineData("null", null)]
    [InlineData("false", null)]
    [InlineData("\"\"", null)]
    public async Task A_count_is_read_however_it_is_written(string written, long? count) =>
        Assert.Equal([[count]], await ReadAsync("nb_visits", written, "nb_visits"));

    [Theory]
    [InlineData("0.14", 0.14)]
    [InlineData("\"0.14\"", 0.14)]
    [InlineData("\"14%\"", 0.14)]
    [InlineData("\"14 %\"", 0.14)]
    [InlineData("\"%14\"", 0.14)]
    [InlineData("\"% 45\"", 0.45)]
    [InlineData("\"76,39 %\"", 0.7639)]
    [InlineData("\"76,39\\u00a0%\"", 0.7639)]
    [InlineData("\"76.39\\u202f%\"", 0.7639)]
    [InlineData("\"14\\u066a\\u200f\"", 0.14)]
    [InlineData("\"\\u0661\\u0664\\u066a\"", 0.14)]
    [InlineData("\"1,234.5%\"", 12.345)]
    [InlineData("\"2700%\"", 27.0)]
    [InlineData("\"-12.5%\"", -0.125)]
    [InlineData("\"\\u221212,5 %\"", -0.125)]
    [InlineData("\"+8%\"", 0.08)]
    [InlineData("\"0%\"", 0.0)]
    [InlineData("null", null)]
    [InlineData("false", null)]
    [InlineData("\"\"", null)]
    public async Task A_ratio_is_read_in_the_spelling_of_any_language(string written, double? ratio)
    {
        // Whatever the machine's own culture is.
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal([[ratio]], await ReadAsync("bounce_rate", written, "bounce_rate"));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("159.95999999999998", "159.9600")]
    [InlineData("0.30000000000000004", "0.3000")]
    [InlineData("\"1511.65\"", "1511.6500")]
    [InlineData("0.00005", "0.0000")]
    [InlineData("0.00015", "0.0002")]
    [InlineData("0.00025", "0.0002")]
    [InlineData("-2.675000000000001", "-2.6750")]
    [InlineData("1.0e-7", "0.0000")]
    [InlineData("123456789012.3456", "123456789012.3456")]
    [InlineData("0", "0.0000")]
    [InlineData("null", null)]
    [InlineData("false", null)]
    public async Task Money_has_no_dust_of_binary_floats(string written, string? amount) =>
        Assert.Equal([[amount]], await ReadAsync("revenue", written, "CAST(revenue AS VARCHAR)"));

    [Theory]
    [InlineData("nb_visits", "\"twelve\"")]
    [InlineData("nb_visits", "\"12 visits\"")]
    [InlineData("nb_visits", "\"1,234\"")]
    [InlineData("bounce_rate", "\"n/a\"")]
    [InlineData("bounce_rate", "\"14 of 100\"")]
    [InlineData("revenue", "\"€ 12\"")]
    [InlineData("revenue", "\"INF\"")]
    public async Task What_cannot_be_read_is_null_and_counted(string column, string written)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json($$"""[{"label":"a","{{column}}":{{written}}},{"label":"b","{{column}}":{{written}}},{"label":"c","{{column}}":1}]""");
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });

        var run = await fixture.RunAsync("Countries");

        var told = Assert.Single(run.Warnings, w => w.Code == "values.unreadable");
        Assert.StartsWith($"2 values of {column}", told.Message, StringComparison.Ordinal);
        Assert.Contains(written.Trim('"'), told.Message, StringComparison.Ordinal);
        Assert.Equal([["a", true], ["b", true], ["c", false]], await fixture.QueryAsync($"SELECT label, {column} IS NULL FROM countries ORDER BY label"));
    }

    [Fact]
    public async Task A_count_of_more_than_64_bits_does_not_make_floats_of_all_others()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json("""[{"label":"a","nb_visits":12345678901234567890},{"label":"b","nb_visits":2}]""");
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });

        var run = await fixture.RunAsync("Countries");

        Assert.Contains(run.Warnings, w => w.Code == "values.unreadable" && w.Message.Contains("12345678901234567890", StringComparison.Ordinal));
        Assert.Equal([["a", null], ["b", 2L]], await fixture.QueryAsync("SELECT label, nb_visits FROM countries ORDER BY label"));
    }

    [Theory]
    [InlineData("null", "4", 4L)]
    [InlineData("false", "2.5", 2.5)]
    [InlineData("null", "\"x\"", "x")]
    [InlineData("null", "true", true)]
    public async Task The_type_of_an_unknown_column_is_that_of_its_first_value(string nothing, string written, object value)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json($$"""[{"label":"a","zeal":{{nothing}}},{"label":"b","zeal":{{written}}}]""");
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });
        await fixture.RunAsync("Countries");

        Assert.Equal([["a", null], ["b", value]], await fixture.QueryAsync("SELECT label, zeal FROM countries ORDER BY label"));
    }

    [Fact]
    public async Task A_list_with_gaps_that_PHP_writes_as_an_object_is_a_list()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = r => r.Method.StartsWith("Transitions.", StringComparison.Ordinal)
            ? ScriptedReply.Json("""{"date":"Friday","previousPages":{"0":{"label":"/a","referrals":3},"2":{"label":"/b","referrals":1}},"pageMetrics":{"loops":0,"pageviews":4}}""")
            : null;
        await fixture.AddAsync("Before", new DetailsInput { Report = "Transitions.getTransitionsForPageTitle", Title = "Home", Flatten = "previousPages", Date = "2026-11-20" });

        await fixture.RunAsync("Before");

        Assert.Equal([["/a", 3L], ["/b", 1L]], await fixture.QueryAsync("SELECT label, referrals FROM before ORDER BY label"));
    }

    [Fact]
    public async Task A_value_missing_from_a_row_is_null_and_not_zero()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json("""[{"label":"a","nb_visits":3,"bounce_count":0},{"label":"b","nb_visits":"2"},{"label":"c","bounce_count":null,"nb_visits":false}]""");
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });
        await fixture.RunAsync("Countries");

        Assert.Equal([["a", 3L, 0L], ["b", 2L, null], ["c", null, null]], await fixture.QueryAsync("SELECT label, nb_visits, bounce_count FROM countries ORDER BY label"));
    }

    private static async Task<List<object?[]>> ReadAsync(string column, string written, string expression)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json(column == "nb_visits" ? $$"""[{"label":"a","nb_visits":{{written}}}]""" : $$"""[{"label":"a","nb_visits":3,"{{column}}":{{written}}}]""");
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-20" });
        var run = await fixture.RunAsync("Countries");
        Assert.Equal(RunStatus.Succeeded, run.Status);
        return await fixture.QueryAsync($"SELECT {expression} FROM countries");
    }
}
