using System.Globalization;
using System.Text;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>Servers that refuse a part of what is asked, or more than so much at once.</summary>
public sealed class RefusedPartsTests
{
    private const string NoSuchSegment = "Segment 'dimension1' is not a supported segment.";

    private static readonly DetailsInput LastThreeDays = new() { Report = "UserCountry.getCountry", Start = "2026-11-22", End = "2026-11-24", Segments = ["dimension1==x"] };

    [Fact]
    public async Task A_segment_that_one_site_does_not_know_leaves_out_that_site_alone()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await WithSitesAsync(fixture, 8);
        fixture.Matomo.Report = request => request.Query["idSite"] == "7" ? ScriptedReply.Error(NoSuchSegment, 400) : null;
        await fixture.AddAsync("Countries", LastThreeDays);

        var result = await fixture.RunAsync("Countries");

        Assert.Equal(RunStatus.SucceededWithWarnings, result.Status);
        Assert.Equal(21, result.Partitions);
        Assert.Equal([7], result.Warnings.Where(w => w.Code == "matomo.invalid_segment").Select(w => w.SiteId!.Value));
        Assert.Equal(7L, Assert.Single(await fixture.QueryAsync("SELECT count(DISTINCT site_id) FROM countries"))[0]);
    }

    [Fact]
    public async Task A_segment_that_no_site_knows_is_not_asked_of_all_of_them()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await WithSitesAsync(fixture, 60);
        fixture.Matomo.Report = _ => ScriptedReply.Error(NoSuchSegment, 400);
        await fixture.AddAsync("Countries", LastThreeDays);
        var before = fixture.Matomo.Reports.Count();

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, "matomo.invalid_segment", Fault.Setup), (result.Status, result.Error!.Code, result.Error.Fault));
        Assert.InRange(fixture.Matomo.Reports.Count() - before, 1, 20);
    }

    [Fact]
    public async Task A_server_that_wants_to_be_left_alone_for_long_is_not_asked_for_the_rest_of_the_plan()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await WithSitesAsync(fixture, 60);
        fixture.Matomo.Report = _ => ScriptedReply.Html("", 429).With("Retry-After", "600");
        await fixture.AddAsync("Countries", LastThreeDays with { Segments = [] });
        var before = fixture.Matomo.Reports.Count();

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, "matomo.rate_limited"), (result.Status, result.Error!.Code));
        Assert.InRange(fixture.Matomo.Reports.Count() - before, 1, 12);
    }

    [Fact]
    public async Task A_page_of_the_visits_log_that_is_too_much_is_asked_for_in_smaller_ones()
    {
        const int Visits = 700, MostPerPage = 40;
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Anything = request => request.Method == "Live.getLastVisitsDetails" ? Page(request) : null;
        await fixture.AddAsync("Visits", new DetailsInput { Report = "Live.getLastVisitsDetails", Date = "2026-11-20" });

        var result = await fixture.RunPatientlyAsync("Visits");

        Assert.Equal(Visits, result.Rows);
        Assert.Equal((long)Visits, Assert.Single(await fixture.QueryAsync("SELECT count(DISTINCT id_visit) FROM visits"))[0]);

        static ScriptedReply Page(ScriptedRequest request)
        {
            int Number(string name) => int.TryParse(request.Query.GetValueOrDefault(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
            var (offset, limit) = (Number("filter_offset"), Number("filter_limit"));
            if (limit > MostPerPage)
            {
                return offset == 0
                    ? ScriptedReply.Html("<b>Fatal error</b>: Allowed memory size of 134217728 bytes exhausted", 500)
                    : ScriptedReply.Json(Rows(offset, limit)) with { CutAfter = 50 };
            }

            return ScriptedReply.Json(Rows(offset, limit));
        }

        static string Rows(int offset, int limit)
        {
            var rows = new StringBuilder("[");
            rows.AppendJoin(',', Enumerable.Range(offset, Math.Max(0, Math.Min(limit, Visits - offset))).Select(i => string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"idSite":1,"idVisit":"{{Visits - i}}","visitorId":"a{{i}}","serverDate":"2026-11-20","lastActionTimestamp":{{1_795_132_800 + 40_000 - i}},"firstActionTimestamp":{{1_795_132_800 + 40_000 - i}},"serverTimestamp":{{1_795_132_800 + 40_000 - i}},"actions":"1","actionDetails":[]}""")));
            return rows.Append(']').ToString();
        }
    }

    private static Task WithSitesAsync(WorkspaceFixture fixture, int sites)
    {
        fixture.Matomo.Sites = "[" + string.Join(',', Enumerable.Range(1, sites).Select(id => $$"""{"idsite":{{id}},"name":"Site {{id}}","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}""")) + "]";
        foreach (var day in new[] { "2026-11-22", "2026-11-23", "2026-11-24" })
        {
            fixture.Matomo.Visits[day] = 5;
        }

        return Task.CompletedTask;
    }
}
