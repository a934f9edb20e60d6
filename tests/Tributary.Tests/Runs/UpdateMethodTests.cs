using System.Globalization;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>What a run does to the table, by update method.</summary>
public class UpdateMethodTests
{
    private static readonly DetailsInput LastFiveDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "5", EndDaysBack = "1" };

    private static readonly string TwoSites = $"[{string.Join(',', Enumerable.Range(1, 2).Select(site => $$"""{"idsite":{{site}},"name":"Shop {{site}}","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}"""))}]";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replace_holds_what_the_last_run_read_and_nothing_else()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Replace });
        await fixture.RunAsync("Countries");

        fixture.Clock.Advance(TimeSpan.FromDays(1));
        var second = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, 5, 10L), (second.Status, second.Partitions, second.Rows));
        Assert.Equal([[new DateOnly(2026, 11, 21), new DateOnly(2026, 11, 25), 10L]], await fixture.QueryAsync("SELECT min(period_start), max(period_start), count(*) FROM countries"));
        Assert.Equal(5, (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count);
        Assert.Equal([[second.RunId]], await fixture.QueryAsync("SELECT DISTINCT _run_id FROM countries"));
    }

    [Fact]
    public async Task Replace_leaves_the_table_alone_when_a_part_fails()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Replace });
        var first = await fixture.RunAsync("Countries");
        fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => d == "2026-11-22"
            ? $$"""{{'"'}}{{d}}":{"result":"error","message":"Odd"}"""
            : $$"""{{'"'}}{{d}}":[{"label":"New","nb_visits":1}]""")) + "}");

        var second = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, 0), (second.Status, second.Partitions));
        Assert.Contains(second.Warnings, w => w.Code == "replace.not_whole");
        Assert.Equal([[first.RunId, 10L]], await fixture.QueryAsync("SELECT _run_id, count(*) FROM countries GROUP BY 1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1,2")]
    public async Task Replace_keeps_the_rows_of_a_site_that_the_token_no_longer_sees(string? chosen)
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Sites = TwoSites;
        await fixture.AddAsync("Countries", LastFiveDays with { Sites = chosen }, new DataSetSettings { Update = UpdateMethod.Replace });
        var first = await fixture.RunAsync("Countries");
        var gone = await fixture.QueryAsync("SELECT * FROM countries WHERE site_id = 2 ORDER BY ALL");
        fixture.Matomo.Sites = TwoSites.Replace("""{"idsite":2""", """{"idsite":3""", StringComparison.Ordinal);

        fixture.Clock.Advance(TimeSpan.FromDays(1));
        var second = await fixture.RunAsync("Countries");

        Assert.Contains(second.Warnings, w => w is { Code: "site.missing", SiteId: 2 });
        Assert.Equal(gone, await fixture.QueryAsync("SELECT * FROM countries WHERE site_id = 2 ORDER BY ALL"));
        Assert.Equal(10, gone.Count);
        Assert.Equal([[new DateOnly(2026, 11, 21), second.RunId, 10L]], await fixture.QueryAsync("SELECT min(period_start), min(_run_id), count(*) FROM countries WHERE site_id = 1"));
        Assert.Equal(chosen is null ? 15 : 10, (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count);
        await fixture.Workspace.RevertAsync("Countries", first.RunId, Stop);
        Assert.Equal([[20L, first.RunId]], await fixture.QueryAsync("SELECT count(*), max(_run_id) FROM countries"));
    }

    [Fact]
    public async Task Replace_keeps_full_data_against_an_answer_of_nothing_unless_allowed()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Careful", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Replace });
        await fixture.AddAsync("Trusting", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Replace, AllowEmpty = true });
        await fixture.RunAsync("Careful");
        await fixture.RunAsync("Trusting");
        fixture.Matomo.Visits.Clear();

        // Other dates than the stored ones, so that only the whole can be compared.
        fixture.Clock.Advance(TimeSpan.FromDays(9));
        var careful = await fixture.RunAsync("Careful");
        var trusting = await fixture.RunAsync("Trusting");

        Assert.Equal(RunStatus.SucceededWithWarnings, careful.Status);
        Assert.Contains(careful.Warnings, w => w.Code == "partition.kept");
        Assert.Equal([[10L]], await fixture.QueryAsync("SELECT count(*) FROM careful"));
        Assert.Null(trusting.Error);
        Assert.Equal([[0L]], await fixture.QueryAsync("SELECT count(*) FROM trusting"));
    }

    [Fact]
    public async Task Replace_renews_the_other_sites_and_keeps_the_rows_of_one_whose_list_came_back_empty()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Sites = TwoSites;
        var goals = new Dictionary<string, string> { ["1"] = "Order", ["2"] = "Letter" };
        fixture.Matomo.Anything = request => request.Method == "Goals.getGoals" && request.Query["idSite"] is { Length: 1 } site
            ? ScriptedReply.Json(goals.TryGetValue(site, out var name) ? $$"""[{"idsite":"{{site}}","idgoal":"1","name":"{{name}}"}]""" : "[]")
            : null;
        await fixture.AddAsync("Goals", new DetailsInput { Report = "Goals.getGoals" });
        await fixture.RunAsync("Goals");
        goals["1"] = "Purchase";
        goals.Remove("2");

        fixture.Clock.Advance(TimeSpan.FromDays(1));
        var second = await fixture.RunAsync("Goals");

        var kept = Assert.Single(second.Warnings, w => w.Code == "partition.kept");
        Assert.Equal(2, kept.SiteId);
        Assert.DoesNotContain("archiving", kept.Message, StringComparison.Ordinal);
        Assert.Equal([[1L, "Purchase"], [2L, "Letter"]], await fixture.QueryAsync("SELECT site_id, name FROM goals ORDER BY 1"));
        Assert.Equal(2, (await fixture.Workspace.ReadPartitionsAsync("Goals", Stop)).Count);
    }

    [Fact]
    public async Task Replace_keeps_the_rows_of_a_site_whose_moving_range_came_back_empty_and_says_so()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Sites = TwoSites;
        var isGone = false;
        fixture.Matomo.Report = request => isGone && request.Query["idSite"] == "2" ? ScriptedReply.Json("[]") : ScriptedReply.Json("""[{"label":"Japan","nb_visits":5}]""");
        await fixture.AddAsync("Total", new DetailsInput { Report = "Events.getCategory", Period = "range", StartDaysBack = "30", EndDaysBack = "1", Levels = "top" });
        var first = await fixture.RunAsync("Total");
        isGone = true;

        fixture.Clock.Advance(TimeSpan.FromDays(1));
        var second = await fixture.RunAsync("Total");

        var kept = Assert.Single(second.Warnings, w => w.Code == "partition.kept");
        Assert.Equal((2, new DateOnly(2026, 10, 26)), (kept.SiteId, kept.PeriodStart));
        Assert.Equal([[1L, new DateOnly(2026, 10, 27), second.RunId], [2L, new DateOnly(2026, 10, 26), first.RunId]], await fixture.QueryAsync("SELECT site_id, period_start, _run_id FROM total ORDER BY 1"));
        Assert.Contains((await fixture.Workspace.Tables.ReadHealthAsync("Total", Stop)).Findings, f => f is { Code: "partition.kept", SiteId: 2 });
        isGone = false;
        await fixture.RunAsync("Total");
        Assert.Equal([[2L, new DateOnly(2026, 10, 27)]], await fixture.QueryAsync("SELECT count(*), min(period_start) FROM total"));
    }

    [Fact]
    public async Task Replace_keeps_the_rows_of_a_site_whose_days_cannot_be_told_here()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Sites = TwoSites;
        await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Replace });
        await fixture.RunAsync("Countries");
        fixture.Matomo.Sites = TwoSites.Replace("""Shop 2","timezone":"UTC""", """Shop 2","timezone":"Foo/Bar""", StringComparison.Ordinal);

        fixture.Clock.Advance(TimeSpan.FromDays(1));
        var second = await fixture.RunAsync("Countries");

        Assert.Contains(second.Warnings, w => w is { Code: "site.unknown_zone", SiteId: 2 });
        Assert.Equal([[1L, new DateOnly(2026, 11, 21), 10L], [2L, new DateOnly(2026, 11, 20), 10L]], await fixture.QueryAsync("SELECT site_id, min(period_start), count(*) FROM countries GROUP BY 1 ORDER BY 1"));
    }

    [Fact]
    public async Task A_day_and_a_range_of_the_same_dates_in_one_run_are_both_stored()
    {
        await using var fixture = await FilledAsync();
        var days = new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "3", EndDaysBack = "1" };
        fixture.Matomo.Report = request => request.Query["period"] == "range" ? ScriptedReply.Json("""[{"label":"Japan","nb_visits":5},{"label":"Italy","nb_visits":4}]""") : null;
        await fixture.AddAsync("Countries", days, new DataSetSettings { TotalsCheck = false });
        await fixture.RunAsync("Countries");
        await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Details = new DetailsInput { Period = "range" } }, dryRun: false, Stop);

        await fixture.RunAsync("Countries");

        Assert.Equal([["day", 6L], ["range", 2L]], await fixture.QueryAsync("SELECT period, count(*) FROM countries GROUP BY 1 ORDER BY 1"));
        Assert.Equal(4, (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count);
    }

    [Fact]
    public async Task Lists_and_one_total_over_a_moving_range_are_replaced_unless_told_otherwise()
    {
        await using var fixture = await FilledAsync();
        var list = await fixture.AddAsync("Goals", new DetailsInput { Report = "Goals.getGoals" });
        var moving = await fixture.AddAsync("Moving", new DetailsInput { Report = "UserCountry.getCountry", Period = "range", StartDaysBack = "30", EndDaysBack = "1" });
        var still = await fixture.AddAsync("Still", new DetailsInput { Report = "UserCountry.getCountry", Period = "range", Start = "2026-10-01", End = "2026-10-20" });
        var days = await fixture.AddAsync("Days", LastFiveDays);
        var told = await fixture.AddAsync("Told", new DetailsInput { Report = "Goals.getGoals" }, new DataSetSettings { Update = UpdateMethod.Partition });

        Assert.Equal(
            [UpdateMethod.Replace, UpdateMethod.Replace, UpdateMethod.Partition, UpdateMethod.Partition, UpdateMethod.Partition],
            new[] { list, moving, still, days, told }.Select(d => d.Definition.Update));
    }

    [Fact]
    public async Task What_Matomo_deleted_long_ago_is_kept_as_final_after_several_runs_and_not_asked_for_any_more()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { TotalsCheck = false });
        await fixture.RunAsync("Countries");
        fixture.Clock.Advance(TimeSpan.FromDays(60));
        for (var day = new DateOnly(2027, 1, 10); day <= new DateOnly(2027, 2, 20); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = 5;
        }

        await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Details = new DetailsInput { Columns = "nb_visits" } }, dryRun: false, Stop);
        for (var day = 20; day <= 24; day++)
        {
            fixture.Matomo.Visits.Remove($"2026-11-{day}");
        }

        var runs = new List<RunResult>();
        for (var run = 0; run < 6; run++)
        {
            runs.Add(await fixture.RunAsync("Countries"));
            fixture.Clock.Advance(TimeSpan.FromDays(2));
        }

        Assert.Equal([5, 5, 5, 5, 5, 0], runs.Select(r => r.Warnings.Count(w => w.Code == "partition.kept")));
        Assert.Equal([4], runs.Select((r, i) => (r, i)).Where(r => r.r.Warnings.Any(w => w is { Code: "partition.kept_for_good", IsNote: true })).Select(r => r.i));
        var old = (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Where(p => p.Key.Start.Year == 2026).ToList();
        Assert.Equal((5, true), (old.Count, old.TrueForAll(p => p is { State: PartitionState.Final, Rows: 2 })));
        Assert.DoesNotContain((await fixture.Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings, f => f.Code == "partition.kept");
        var full = Assert.Single(await fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 11, 20), To = new DateOnly(2026, 11, 24), Full = true }, null, Stop));
        Assert.Equal(5, full.Warnings.Count(w => w.Code == "partition.kept"));
    }

    [Fact]
    public async Task A_total_up_to_an_end_still_to_come_is_one_total_and_not_one_a_day()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Report = request => ScriptedReply.Json("""[{"label":"Japan","nb_visits":5}]""");
        var year = await fixture.AddAsync("Year", new DetailsInput { Report = "UserCountry.getCountry", Period = "range", Start = "2026-01-01", End = "2026-12-31" });
        var moving = await fixture.AddAsync("Moving", new DetailsInput { Report = "UserCountry.getCountry", Period = "range", StartDaysBack = "30", End = "2026-11-20" });
        Assert.Equal([UpdateMethod.Partition, UpdateMethod.Replace], [year.Definition.Update, moving.Definition.Update]);
        for (var day = 0; day < 3; day++)
        {
            await fixture.RunAsync("Year");
            fixture.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal([[1L, new DateOnly(2026, 11, 27)]], await fixture.QueryAsync("SELECT count(*), max(period_end) FROM year"));
        Assert.Single(await fixture.Workspace.ReadPartitionsAsync("Year", Stop));
    }

    [Fact]
    public async Task A_saved_segment_that_was_changed_in_Matomo_is_told_and_its_rows_take_the_place_of_the_old_ones()
    {
        await using var fixture = await FilledAsync();
        var expression = "deviceType==smartphone";
        fixture.Matomo.Anything = request => request.Method == "SegmentEditor.getAll" ? ScriptedReply.Json($$"""[{"idsegment":"1","name":"Mobile","definition":"{{expression}}","auto_archive":"1"}]""") : null;
        await fixture.AddAsync("Countries", LastFiveDays with { SavedSegments = ["Mobile"] });
        await fixture.RunAsync("Countries");
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        expression = "deviceType==tablet";

        var second = await fixture.RunAsync("Countries");
        var third = await fixture.RunAsync("Countries");

        Assert.Contains("'Mobile' was changed in Matomo", Assert.Single(second.Warnings, w => w.Code == "segment.changed").Message, StringComparison.Ordinal);
        Assert.DoesNotContain(third.Warnings, w => w.Code == "segment.changed");
        Assert.Equal([[expression, new DateOnly(2026, 11, 20), 12L]], await fixture.QueryAsync("SELECT segment, min(period_start), count(*) FROM countries GROUP BY 1"));
        Assert.Equal(6, (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count);
    }

    [Fact]
    public async Task Append_adds_all_that_is_asked_for_at_every_run()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Append });

        var first = await fixture.RunAsync("Countries");
        var second = await fixture.RunAsync("Countries");

        Assert.Equal([[first.RunId, 10L], [second.RunId, 10L]], await fixture.QueryAsync("SELECT _run_id, count(*) FROM countries GROUP BY 1 ORDER BY 1"));
        Assert.All(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop), p => Assert.Equal(4, p.Rows));
    }

    [Fact]
    public async Task Append_goes_on_behind_an_unfinished_run_and_adds_no_date_twice()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Sites = fixture.Matomo.Sites.Replace("2026-01-01", "2025-01-01", StringComparison.Ordinal);
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-06-01", End = "2026-11-24" }, new DataSetSettings { Update = UpdateMethod.Append });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var firstIsStored = new ManualResetEventSlim();
        var progress = new DirectProgress(p =>
        {
            if (p.WindowsDone > 0)
            {
                firstIsStored.Set();
            }
        });
        var asked = 0;
        fixture.Matomo.Anything = request =>
        {
            if (request.Method == "UserCountry.getCountry" && Interlocked.Increment(ref asked) > 1)
            {
                firstIsStored.Wait(Stop);
                stop.Cancel();
            }

            return null;
        };
        var cancelled = Assert.Single(await fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"] }, progress, stop.Token));
        fixture.Matomo.Anything = _ => null;
        Assert.Equal(RunStatus.Cancelled, cancelled.Status);
        var before = (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count;

        var second = await fixture.RunAsync("Countries");
        var third = await fixture.RunAsync("Countries");

        Assert.InRange(before, 1, 176);
        Assert.Contains(second.Warnings, w => w.Code == "plan.resumed");
        Assert.Equal((177, before), (before + second.Partitions, second.PartitionsSkipped));
        Assert.DoesNotContain(third.Warnings, w => w.Code == "plan.resumed");
        Assert.Equal(177, third.Partitions);
        Assert.Equal([[20L]], await fixture.QueryAsync("SELECT count(*) FROM countries WHERE period_start >= DATE '2026-11-20'"));
    }

    [Fact]
    public async Task A_full_backfill_that_was_stopped_goes_on_where_it_was()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Sites = $"[{string.Join(',', Enumerable.Range(1, 4).Select(site => $$"""{"idsite":{{site}},"name":"Shop {{site}}","timezone":"UTC","currency":"EUR","ts_created":"2025-01-01 00:00:00"}"""))}]";
        await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { ParallelRequests = 1 } }, Stop);
        await fixture.AddAsync("Countries", LastFiveDays);
        var request = new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 1, 1), To = new DateOnly(2026, 10, 31), Full = true };
        Assert.Equal(RunStatus.Succeeded, Assert.Single(await fixture.Workspace.RunAsync(request, null, Stop)).Status);
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
        var cancelled = Assert.Single(await fixture.Workspace.RunAsync(request, null, stop.Token));
        var done = (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count(p => p.RunId == cancelled.RunId);

        var rest = Assert.Single(await fixture.Workspace.RunAsync(request, null, Stop));
        var again = Assert.Single(await fixture.Workspace.RunAsync(request, null, Stop));

        Assert.InRange(done, 304, 1215);
        Assert.Equal(1216, done + rest.Partitions);
        Assert.Equal(1216, again.Partitions);
    }

    [Fact]
    public async Task Merge_proposes_a_key_and_keeps_what_disappeared()
    {
        await using var fixture = await FilledAsync();
        var added = await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Merge });
        await fixture.RunAsync("Countries");
        fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $$"""{{'"'}}{{d}}":[{"label":"Japan","nb_visits":99}]""")) + "}");

        await fixture.RunAsync("Countries", full: true);

        Assert.Equal(["site_id", "period", "period_start", "period_end", "label", "is_others"], added.Definition.Key);
        Assert.Equal([["=1+1", 5L], ["Japan", 5L]], await fixture.QueryAsync("SELECT label, count(*) FROM countries GROUP BY 1 ORDER BY 1"));
        Assert.Equal([[99L]], await fixture.QueryAsync("SELECT DISTINCT nb_visits FROM countries WHERE label = 'Japan'"));
        Assert.All(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop), p => Assert.Equal(2, p.Rows));
    }

    [Theory]
    [InlineData("site_id,period_start", "two have 1")]
    [InlineData("site_id,period_start,contry_code", "country_code")]
    [InlineData("site_id,label", "lacks period_start: a row of one date would take the place of the same row of another. Write --key site_id,period,period_start,period_end,label,is_others")]
    [InlineData("period_start,label", "lacks site_id")]
    public async Task A_key_that_does_not_hold_is_refused_before_anything_is_stored(string key, string expected)
    {
        await using var fixture = await FilledAsync();

        var refused = await Assert.ThrowsAsync<InputException>(() => fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Merge, Key = key.Split(',') }));

        Assert.Equal("--key", refused.Problems[0].Field);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await fixture.Workspace.ListDataSetsAsync(Stop));
    }

    [Fact]
    public async Task A_proposed_key_is_proposed_anew_when_segments_come_in()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Merge });

        await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Details = new DetailsInput { Segments = ["deviceType==desktop", "deviceType==tablet"] } }, dryRun: false, Stop);

        Assert.Equal(["site_id", "period", "period_start", "period_end", "segment", "label", "is_others"], (await fixture.Workspace.GetDataSetAsync("Countries", Stop)).Definition.Key);
    }

    [Fact]
    public async Task A_key_of_ones_own_that_lacks_the_segments_that_come_in_is_refused()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Merge, Key = ["site_id", "period_start", "label"] });

        var refused = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.EditDataSetAsync(
            "Countries", new DataSetChange { Details = new DetailsInput { Segments = ["deviceType==desktop", "deviceType==tablet"] } }, dryRun: false, Stop));

        Assert.Contains("lacks segment", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_older_than_what_is_kept_go_and_are_not_asked_for_again()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "10", EndDaysBack = "1" }, new DataSetSettings { KeepDays = 4 });

        var first = await fixture.RunAsync("Countries");
        fixture.Clock.Advance(TimeSpan.FromDays(2));
        var second = await fixture.RunAsync("Countries");

        Assert.Equal(4, first.Partitions);
        Assert.Contains(first.Warnings, w => w.Code == "plan.not_kept");
        Assert.Equal([[new DateOnly(2026, 11, 23)]], await fixture.QueryAsync("SELECT min(period_start) FROM countries"));
        Assert.All(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop), p => Assert.True(p.Key.Start >= new DateOnly(2026, 11, 23)));
        Assert.Null(second.Error);
    }

    [Theory]
    [InlineData(UpdateMethod.Partition)]
    [InlineData(UpdateMethod.Replace)]
    public async Task A_table_can_be_brought_back_to_an_earlier_run(UpdateMethod update)
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { Update = update });
        var right = await fixture.RunAsync("Countries");
        var rows = await fixture.QueryAsync("SELECT * FROM countries ORDER BY ALL");
        var states = await fixture.Workspace.ReadPartitionsAsync("Countries", Stop);
        foreach (var day in fixture.Matomo.Visits.Keys.ToList())
        {
            fixture.Matomo.Visits[day] = 1;
        }

        await fixture.RunAsync("Countries", full: true);
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        await fixture.RunAsync("Countries", full: true);

        var result = await fixture.Workspace.RevertAsync("Countries", right.RunId[..23], Stop);

        Assert.Equal((RunStatus.Succeeded, 10L), (result.Status, result.Rows));
        Assert.Equal(rows, await fixture.QueryAsync("SELECT * FROM countries ORDER BY ALL"));
        Assert.Equal(states, await fixture.Workspace.ReadPartitionsAsync("Countries", Stop));
    }

    [Fact]
    public async Task Reverting_refuses_a_run_that_is_not_there_and_methods_that_keep_nothing()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays);
        await fixture.AddAsync("Added", LastFiveDays, new DataSetSettings { Update = UpdateMethod.Append });
        await fixture.RunAsync("Countries");

        Assert.Equal("--run", (await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.RevertAsync("Countries", "zzz", Stop))).Problems[0].Field);
        Assert.Equal("NAME", (await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.RevertAsync("Added", "0", Stop))).Problems[0].Field);
    }

    [Fact]
    public async Task Changing_the_method_says_what_will_happen_and_then_it_happens()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", LastFiveDays);
        await fixture.RunAsync("Countries");
        fixture.Clock.Advance(TimeSpan.FromDays(3));
        await fixture.RunAsync("Countries");
        var change = new DataSetChange { Settings = new DataSetSettings { Update = UpdateMethod.Replace } };

        var tried = await fixture.Workspace.EditDataSetAsync("Countries", change, dryRun: true, Stop);
        Assert.Equal(UpdateMethod.Partition, (await fixture.Workspace.GetDataSetAsync("Countries", Stop)).Definition.Update);
        var edited = await fixture.Workspace.EditDataSetAsync("Countries", change, dryRun: false, Stop);
        await fixture.RunAsync("Countries");

        Assert.Equal(["The next run replaces all 16 rows by what it reads: only the dates of the details remain."], edited.Consequences);
        Assert.Equal(tried.Consequences, edited.Consequences);
        Assert.Equal([[new DateOnly(2026, 11, 23)]], await fixture.QueryAsync("SELECT min(period_start) FROM countries"));
    }

    [Fact]
    public async Task A_change_of_what_rows_look_like_has_all_of_them_read_again()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "10", EndDaysBack = "1" });
        await fixture.RunAsync("Countries");

        var edit = await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Details = new DetailsInput { Columns = "label,nb_visits" } }, dryRun: false, Stop);
        var run = await fixture.RunAsync("Countries");

        Assert.Equal(["The rows will look different: all 10 stored partitions are read again by the next run."], edit.Consequences);
        Assert.Equal(10, run.Partitions);
        Assert.Equal([[0L]], await fixture.QueryAsync("SELECT count(country_code) FROM countries"));
    }

    [Fact]
    public async Task A_chosen_column_that_no_row_has_is_told_by_preview_and_run_with_the_name_that_was_meant()
    {
        await using var fixture = await FilledAsync();
        var details = new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "3", EndDaysBack = "1", Columns = "label,nb_visitss,nb_visits" };
        await fixture.AddAsync("Countries", details);

        var preview = await fixture.Workspace.PreviewAsync("Shop", details, 10, Stop);
        var run = await fixture.RunAsync("Countries");

        var told = Assert.Single(run.Warnings, w => w.Code == "columns.missing");
        Assert.Equal((RunStatus.SucceededWithWarnings, false), (run.Status, told.IsNote));
        Assert.Equal("No row of UserCountry.getCountry has the column that was chosen: 'nb_visitss'. Did you mean 'nb_visits'?", told.Message);
        Assert.Contains(told, preview.Warnings);
    }

    [Fact]
    public async Task A_copy_has_the_same_details_and_a_table_of_its_own()
    {
        await using var fixture = await FilledAsync();
        var original = await fixture.AddAsync("Countries", LastFiveDays, new DataSetSettings { LookbackDays = 9, Tags = ["a"] });
        await fixture.RunAsync("Countries");

        var copy = await fixture.Workspace.DuplicateDataSetAsync("Countries", "国 copy", Stop);

        Assert.Equal(original.Definition with { Name = "国 copy", Details = copy.Definition.Details, Tags = copy.Definition.Tags, Checks = copy.Definition.Checks, Key = copy.Definition.Key, Schedule = copy.Definition.Schedule }, copy.Definition);
        Assert.Equal(("copy", 9, "a"), (copy.Table, copy.Definition.LookbackDays, copy.Definition.Tags.Single()));
        Assert.Equal(0, (await fixture.Workspace.GetDataSetAsync("国 copy", Stop)).Rows);
    }

    private static async Task<WorkspaceFixture> FilledAsync()
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        for (var day = new DateOnly(2026, 11, 10); day <= new DateOnly(2026, 11, 30); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = day.Day;
        }

        return fixture;
    }
}
