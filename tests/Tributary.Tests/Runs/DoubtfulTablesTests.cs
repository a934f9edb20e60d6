using System.Globalization;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>Tables of exactly as many rows as servers limit them to, on servers that pay no heed to an offset; and tables whose ids pass to other rows while they are read.</summary>
public sealed class DoubtfulTablesTests
{
    [Theory]
    [InlineData("2026-11-20", "2026-11-20")]
    [InlineData("2026-11-19", "2026-11-20")]
    public async Task A_table_that_may_be_cut_is_told_where_the_server_ignores_the_offset(string from, string to)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var hundred = "[" + string.Join(',', Enumerable.Range(1, 100).Select(i => $$"""{"label":"Country {{i}}","nb_visits":{{i}}}""")) + "]";
        fixture.Matomo.Report = request => request.Query["date"].Contains(',', StringComparison.Ordinal)
            ? ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{(d == "2026-11-20" ? hundred : "[]")}")) + "}")
            : ScriptedReply.Json(hundred);
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Start = from, End = to });

        var result = await fixture.RunAsync("Countries");

        var warning = Assert.Single(result.Warnings, w => w.Code == "rows.maybe_cut");
        Assert.Equal((1, new DateOnly(2026, 11, 20)), (warning.SiteId!.Value, warning.PeriodStart!.Value));
        Assert.Contains("2026-11-20 with 100", warning.Message, StringComparison.Ordinal);
        Assert.Equal(100, result.Rows);
    }

    [Fact]
    public async Task Rows_below_that_may_be_cut_are_told_too_where_they_are_read_by_id()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var hundred = "[" + string.Join(',', Enumerable.Range(1, 100).Select(i => $$"""{"label":"Piece {{i}}","nb_impressions":{{i}}}""")) + "]";
        fixture.Matomo.Report = request => ScriptedReply.Json(Below(request) is null ? """[{"label":"Banner A","nb_impressions":5050,"idsubdatatable":3}]""" : hundred);
        await fixture.AddAsync("Contents", new DetailsInput { Report = "Contents.getContentNames", Date = "2026-11-20", Levels = "all" });

        var result = await fixture.RunAsync("Contents");

        Assert.Contains("the first is 'Banner A' of 2026-11-20 with 100", Assert.Single(result.Warnings, w => w.Code == "rows.maybe_cut").Message, StringComparison.Ordinal);
        Assert.Equal(100, result.Rows);
    }

    [Fact]
    public async Task A_server_that_pays_no_heed_to_the_id_of_a_table_is_not_asked_for_ever()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json("""[{"label":"Banner A","nb_impressions":5,"idsubdatatable":3},{"label":"Banner B","nb_impressions":7,"idsubdatatable":4}]""");
        await fixture.AddAsync("Contents", new DetailsInput { Report = "Contents.getContentNames", Date = "2026-11-20", Levels = "all" });

        var result = await fixture.RunAsync("Contents");

        Assert.Equal((RunStatus.Failed, "matomo.unexpected_reply", 0L), (result.Status, result.Error!.Code, result.Rows));
        Assert.Contains("does not heed idSubtable", result.Error.Message, StringComparison.Ordinal);
    }

    private static string? Below(ScriptedRequest request) => request.Query.GetValueOrDefault("idSubtable") ?? request.Form.GetValueOrDefault("idSubtable");

    [Fact]
    public async Task Rows_below_are_not_stored_under_the_row_that_has_their_table_no_longer()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var (asked, isArchivedAgain) = (0, true);
        fixture.Matomo.Report = request => request.Query["method"] switch
        {
            "Contents.getContentNames" when !request.Query.ContainsKey("idSubtable") && !request.Form.ContainsKey("idSubtable") =>
                ScriptedReply.Json(isArchivedAgain && asked++ > 0
                    ? """[{"label":"Banner B","nb_impressions":7,"idsubdatatable":3},{"label":"Banner A","nb_impressions":5,"idsubdatatable":4}]"""
                    : """[{"label":"Banner A","nb_impressions":5,"idsubdatatable":3},{"label":"Banner B","nb_impressions":7,"idsubdatatable":4}]"""),
            _ => ScriptedReply.Json("""[{"label":"piece","nb_impressions":7}]"""),
        };
        var today = fixture.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await fixture.AddAsync("Contents", new DetailsInput { Report = "Contents.getContentNames", Date = today, Levels = "all" });

        var result = await fixture.RunAsync("Contents");

        Assert.Equal((RunStatus.Failed, "matomo.unexpected_reply"), (result.Status, result.Error!.Code));
        isArchivedAgain = false;
        Assert.Equal(2, (await fixture.RunAsync("Contents")).Rows);
    }
}
