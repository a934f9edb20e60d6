using System.Globalization;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>Sites whose replies are short: their windows go together in bulk requests, and are committed together.</summary>
public class ManySitesTests
{
    private const int Sites = 60;
    private const int Days = 30;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Windows_of_many_sites_are_asked_for_in_bulk_and_all_arrive()
    {
        await using var fixture = await FilledAsync();
        await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { ParallelRequests = 1 } }, Stop);
        var before = fixture.Matomo.Requests.Count;

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, Sites * Days, 2L * Sites * Days), (result.Status, result.Partitions, result.Rows));
        Assert.InRange(fixture.Matomo.Requests.Count - before, 5, 25);
        Assert.Equal(fixture.Matomo.Requests.Count - before - 1, result.Requests);
        Assert.Equal([[(long)Sites, 2L * Sites * Days]], await fixture.QueryAsync("SELECT count(DISTINCT site_id), count(*) FROM countries"));
    }

    [Fact]
    public async Task A_server_that_cannot_do_bulk_requests_is_asked_window_by_window()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Anything = r => r.Method == "API.getBulkRequest" ? ScriptedReply.Html("Fatal error: Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)", 500) : null;

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, Sites * Days), (result.Status, result.Partitions));
        Assert.Equal([[2L * Sites * Days]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1)]
    public async Task A_server_that_takes_fewer_items_is_asked_for_fewer(int most)
    {
        // From 5.8 on Matomo limits the items of a bulk request by API_bulk_request_limit.
        await using var fixture = await FilledAsync();
        fixture.Matomo.Anything = r => r.Method == "API.getBulkRequest" && r.Form.Count(f => f.Key.StartsWith("urls[", StringComparison.Ordinal)) > most
            ? ScriptedReply.Error($"The number of requests in one bulk request is limited to {most}.", 400)
            : null;

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, Sites * Days), (result.Status, result.Partitions));
        Assert.Equal([[2L * Sites * Days]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
    }

    [Fact]
    public async Task A_site_that_fails_inside_a_bulk_request_fails_alone()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Anything = r => r.Method == "UserCountry.getCountry" && r.Query["idSite"] == "37" ? ScriptedReply.Json("""{"result":"error","message":"Something is wrong with this site"}""") : null;

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Partial, (Sites - 1) * Days), (result.Status, result.Partitions));
        Assert.Equal([37], result.Warnings.Where(w => !w.IsNote).Select(w => w.SiteId).Distinct());
        Assert.Equal([[0L, 2L * (Sites - 1) * Days]], await fixture.QueryAsync("SELECT count(*) FILTER (site_id = 37), count(*) FROM countries"));
    }

    [Fact]
    public async Task DataSets_of_one_request_ask_for_the_sites_once_and_a_later_request_asks_anew()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Again", Details);
        int Lists() => fixture.Matomo.Requests.Count(r => r.Method == "SitesManager.getSitesWithAtLeastViewAccess");
        var before = Lists();

        await fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries", "Again"] }, null, Stop);
        Assert.Equal(before + 1, Lists());
        await fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries", "Again"] }, null, Stop);
        Assert.Equal(before + 2, Lists());
    }

    [Fact]
    public async Task A_run_with_nothing_provisional_asks_for_no_report()
    {
        await using var fixture = await FilledAsync();
        await fixture.RunAsync("Countries");
        var before = fixture.Matomo.Requests.Count;

        var again = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, 0, Sites * Days, 0), (again.Status, again.Partitions, again.PartitionsSkipped, again.Requests));
        Assert.Equal(["SitesManager.getSitesWithAtLeastViewAccess"], fixture.Matomo.Requests.Skip(before).Select(r => r.Method));
    }

    private static DetailsInput Details => new() { Report = "UserCountry.getCountry", Start = "2026-10-01", End = "2026-10-30" };

    private static async Task<WorkspaceFixture> FilledAsync()
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = $"[{string.Join(',', Enumerable.Range(1, Sites).Select(site => $$"""{"idsite":{{site}},"name":"Site {{site}}","timezone":"UTC","currency":"EUR","ts_created":"2025-01-01 00:00:00"}"""))}]";
        for (var day = new DateOnly(2026, 10, 1); day <= new DateOnly(2026, 11, 24); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = 10 + day.Day;
        }

        await fixture.AddAsync("Countries", Details);
        return fixture;
    }
}
