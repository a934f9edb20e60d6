using System.Globalization;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>A change of what rows look like, whenever it comes: all rows have the new shape in the end.</summary>
public class ChangedShapeTests
{
    private static readonly DataSetChange FewerColumns = new() { Details = new DetailsInput { Columns = "label,nb_visits" } };
    private static readonly RunRequest Backfill = new() { Names = ["Countries"], From = new DateOnly(2026, 6, 1), To = new DateOnly(2026, 11, 10) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(UpdateMethod.Partition)]
    [InlineData(UpdateMethod.Merge)]
    public async Task What_a_run_reads_on_while_its_DataSet_is_changed_is_read_again(UpdateMethod update)
    {
        await using var fixture = await FilledAsync(update);
        var edited = false;
        fixture.Matomo.Anything = request =>
        {
            if (request.Method == "UserCountry.getCountry" && !edited)
            {
                edited = true;
                fixture.Workspace.EditDataSetAsync("Countries", FewerColumns, dryRun: false, Stop).GetAwaiter().GetResult();
            }

            return null;
        };

        await fixture.Workspace.RunAsync(Backfill, null, Stop);
        var old = await fixture.QueryAsync("SELECT count(country_code) FROM countries");
        var planned = (await fixture.Workspace.PlanAsync(new RunRequest { Names = ["Countries"] }, Stop))["Countries"].Partitions;
        await fixture.RunAsync("Countries");
        var last = Assert.Single(await fixture.Workspace.RunAsync(Backfill, null, Stop));

        Assert.Equal([[326L]], old);
        Assert.Equal(163 + 5, planned);
        Assert.Equal([[0L, 326L + 10]], await fixture.QueryAsync("SELECT count(country_code), count(*) FROM countries"));
        Assert.Equal((0, 163), (last.Partitions - 3, last.PartitionsSkipped));
    }

    [Fact]
    public async Task A_full_run_that_goes_on_does_not_leave_out_what_was_read_before_the_change()
    {
        await using var fixture = await FilledAsync(UpdateMethod.Partition);
        fixture.Matomo.Sites = $"[{string.Join(',', Enumerable.Range(1, 4).Select(site => $$"""{"idsite":{{site}},"name":"Shop {{site}}","timezone":"UTC","currency":"EUR","ts_created":"2025-01-01 00:00:00"}"""))}]";
        await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { ParallelRequests = 1 } }, Stop);
        await fixture.Workspace.RunAsync(Backfill, null, Stop);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var asked = 0;
        fixture.Matomo.Anything = r =>
        {
            if (r.Method == "UserCountry.getCountry" && ++asked == 3)
            {
                stop.Cancel();
            }

            return null;
        };
        var cancelled = Assert.Single(await fixture.Workspace.RunAsync(Backfill with { Full = true }, null, stop.Token));
        Assert.InRange((await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count(p => p.RunId == cancelled.RunId), 1, (4 * 163) - 1);

        await fixture.Workspace.EditDataSetAsync("Countries", FewerColumns, dryRun: false, Stop);
        var full = Assert.Single(await fixture.Workspace.RunAsync(Backfill with { Full = true }, null, Stop));

        Assert.Equal((4 * 163, 0), (full.Partitions, full.PartitionsSkipped));
        Assert.Equal([[0L]], await fixture.QueryAsync("SELECT count(country_code) FROM countries"));
    }

    [Fact]
    public async Task Merging_leaves_no_rows_of_the_old_shape_beside_the_new_ones()
    {
        await using var here = await Traps.SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 12, VisitsPerDay = 60, Sites = 1 });
        var details = new DetailsInput { Report = "Referrers.getWebsites", StartDaysBack = "9", EndDaysBack = "2" };
        await here.Workspace.AddDataSetAsync(new NewDataSet { Name = "Merged", Account = "Sample", Details = details, Settings = new DataSetSettings { Update = UpdateMethod.Merge } }, Stop);
        await here.RunAsync("Merged");
        await here.AddAsync("Fresh", details with { Levels = "top" });
        await here.RunAsync("Fresh");

        var edit = await here.Workspace.EditDataSetAsync("Merged", new DataSetChange { Details = new DetailsInput { Levels = "top" } }, dryRun: false, Stop);
        await here.RunAsync("Merged");
        await here.RunAsync("Merged");

        Assert.Contains("read again", Assert.Single(edit.Consequences), StringComparison.Ordinal);
        Assert.Equal(
            await here.QueryAsync("SELECT period_start, label, nb_visits FROM fresh ORDER BY ALL"),
            await here.QueryAsync("SELECT period_start, label, nb_visits FROM merged ORDER BY ALL"));
        Assert.True((await here.Workspace.VerifyAsync("Merged", new VerifyRequest { Sample = 20 }, Stop)).IsEqual);
    }

    private static async Task<WorkspaceFixture> FilledAsync(UpdateMethod update)
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        for (var day = new DateOnly(2026, 6, 1); day <= new DateOnly(2026, 11, 24); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = day.Day;
        }

        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "5", EndDaysBack = "1" }, new DataSetSettings { Update = update });
        return fixture;
    }
}
