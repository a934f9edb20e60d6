using System.Globalization;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

public class RunTests
{
    private static readonly DetailsInput LastTenDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "10", EndDaysBack = "1" };

    [Fact]
    public async Task Days_become_partitions_with_typed_rows()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Länder – 国", LastTenDays);

        var result = await fixture.RunAsync("Länder – 国");

        // One request for the days, one for the daily totals they are held against.
        Assert.Equal((RunStatus.Succeeded, 20, 10, 2), (result.Status, result.Rows, result.Partitions, result.Requests));
        var rows = await fixture.QueryAsync("SELECT site_id, site_name, period, period_start, label, country_code, nb_visits, is_others, _run_id FROM lander ORDER BY period_start, label");
        Assert.Equal(20, rows.Count);
        Assert.Equal([1L, "Shop 日本", "day", new DateOnly(2026, 11, 15), "=1+1", "zz", 16L, false, result.RunId], rows[0]);
    }

    [Fact]
    public async Task A_second_run_reads_only_what_may_still_change_and_changes_nothing()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", LastTenDays);
        await fixture.RunAsync("Countries");
        var before = await fixture.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM countries ORDER BY ALL");

        var second = await fixture.RunAsync("Countries");

        // Three days of lookback: the 22nd, 23rd and 24th are provisional on the 25th.
        Assert.Equal((3, 7), (second.Partitions, second.PartitionsSkipped));
        Assert.Equal(before, await fixture.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM countries ORDER BY ALL"));
    }

    [Fact]
    public async Task What_was_asked_in_vain_was_asked_too()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", LastTenDays);
        fixture.Matomo.Report = _ => ScriptedReply.Html("<title>Blocked</title>", 403);

        var run = await fixture.RunAsync("Countries");

        Assert.Equal(RunStatus.Failed, run.Status);
        // One for the days, one for the daily totals, as when all goes well.
        Assert.Equal(2, run.Requests);
    }

    [Fact]
    public async Task A_label_that_disappeared_disappears()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", LastTenDays);
        await fixture.RunAsync("Countries");
        fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $$"""{{'"'}}{{d}}":[{"label":"Japan","nb_visits":1}]""")) + "}");

        await fixture.RunAsync("Countries", full: true);

        Assert.Equal([[10L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
        Assert.Equal([["Japan"]], await fixture.QueryAsync("SELECT DISTINCT label FROM countries"));
    }

    [Fact]
    public async Task An_empty_answer_does_not_replace_full_data_unless_allowed()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Careful", LastTenDays);
        await fixture.AddAsync("Trusting", LastTenDays, new DataSetSettings { AllowEmpty = true });
        await fixture.RunAsync("Careful");
        await fixture.RunAsync("Trusting");
        fixture.Matomo.Visits.Remove("2026-11-24");

        var careful = await fixture.RunAsync("Careful");
        var trusting = await fixture.RunAsync("Trusting");

        Assert.Equal(RunStatus.SucceededWithWarnings, careful.Status);
        Assert.Contains(careful.Warnings, w => w.Code == "partition.kept" && w.PeriodStart == new DateOnly(2026, 11, 24));
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM careful WHERE period_start = DATE '2026-11-24'"));
        Assert.Equal(["rows.zero"], trusting.Warnings.Where(w => !w.IsNote).Select(w => w.Code));
        Assert.Equal([[0L]], await fixture.QueryAsync("SELECT count(*) FROM trusting WHERE period_start = DATE '2026-11-24'"));
        Assert.Contains(await fixture.Workspace.ReadPartitionsAsync("Trusting", TestContext.Current.CancellationToken), p => p.Key.Start == new DateOnly(2026, 11, 24) && p.Rows == 0);
    }

    [Fact]
    public async Task A_window_that_is_too_much_is_halved_until_it_fits_and_the_one_bad_day_fails_alone()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        fixture.Matomo.Report = request => PretendMatomo.DaysOf(request).Contains("2026-11-20")
            ? ScriptedReply.Html("<b>Fatal error</b>: Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in index.php", 500)
            : null;
        await fixture.AddAsync("Countries", LastTenDays);

        var result = await fixture.RunPatientlyAsync("Countries");

        Assert.Equal((RunStatus.Partial, 9, 18), (result.Status, result.Partitions, result.Rows));
        Assert.Equal(("matomo.out_of_memory", Fault.Source), (result.Error!.Code, result.Error.Fault));
        Assert.DoesNotContain(await fixture.QueryAsync("SELECT DISTINCT period_start FROM countries"), r => Equals(r[0], new DateOnly(2026, 11, 20)));
    }

    [Fact]
    public async Task A_date_the_reply_is_silent_about_is_said_and_kept()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", LastTenDays);
        await fixture.RunAsync("Countries");
        fixture.Matomo.Report = _ => ScriptedReply.Json("""{"2026-11-24":[{"label":"Japan","nb_visits":7}],"2026-01-01":[{"label":"Elsewhere","nb_visits":7}]}""");

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Partial, "matomo.unanswered"), (result.Status, result.Error!.Code));
        Assert.Contains(result.Warnings, w => w.Code == "dates.outside");
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM countries WHERE period_start = DATE '2026-11-23'"));
        Assert.Equal([[0L]], await fixture.QueryAsync("SELECT count(*) FROM countries WHERE label = 'Elsewhere'"));
    }

    [Fact]
    public async Task One_date_with_an_error_fails_alone()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => d == "2026-11-18"
            ? $$"""{{'"'}}{{d}}":{"result":"error","message":"Something &quot;odd&quot;"}"""
            : $$"""{{'"'}}{{d}}":[{"label":"Japan","nb_visits":1}]""")) + "}");
        await fixture.AddAsync("Countries", LastTenDays);

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Partial, 9), (result.Status, result.Partitions));
        Assert.Contains("Something \"odd\"", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_refusal_stops_the_account_until_it_is_tested_again()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-01-01", End = "2026-10-31" });
        fixture.Matomo.Anything = _ => ScriptedReply.Error("Unable to authenticate with the provided token. It is either invalid or expired.", 401);

        var first = await fixture.RunAsync("Countries");
        var asked = fixture.Matomo.Reports.Count();
        var second = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Failed, "matomo.authentication"), (first.Status, first.Error!.Code));
        Assert.Equal((RunStatus.Failed, "account.needs_attention"), (second.Status, second.Error!.Code));
        Assert.Equal(asked, fixture.Matomo.Reports.Count());

        fixture.Matomo.Anything = _ => null;
        await fixture.Workspace.Accounts.TestAsync("Shop", TestContext.Current.CancellationToken);
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
    }

    [Fact]
    public async Task A_period_without_visits_has_one_row_of_zeros_however_it_was_asked()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        const string Zeros = """{"nb_uniq_visitors":0,"nb_users":0,"nb_visits":0,"nb_actions":0,"nb_visits_converted":0,"bounce_count":0,"sum_visit_length":0,"max_actions":0,"bounce_rate":0,"nb_actions_per_visit":0,"avg_time_on_site":0}""";
        fixture.Matomo.Anything = request => request.Method != "VisitsSummary.get" ? null : ScriptedReply.Json(request.Query["date"].Contains(',', StringComparison.Ordinal)
            ? "{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":[]")) + "}"
            : Zeros);
        await fixture.AddAsync("Alone", new DetailsInput { Report = "VisitsSummary.get", Date = "2026-11-20" });
        await fixture.AddAsync("Packed", new DetailsInput { Report = "VisitsSummary.get", Start = "2026-11-19", End = "2026-11-20" });

        await fixture.RunAsync("Alone");
        await fixture.RunAsync("Packed");

        var alone = await fixture.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM alone");
        Assert.Equal(alone, await fixture.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM packed WHERE period_start = DATE '2026-11-20'"));
    }

    [Fact]
    public async Task The_store_is_mended_from_the_data_after_a_crash_between_the_two()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        var dataSet = await fixture.AddAsync("Countries", LastTenDays);
        await fixture.RunAsync("Countries");
        await fixture.ForgetPartitionsAsync(dataSet.Id);

        var result = await fixture.RunAsync("Countries");

        Assert.Equal((3, 7), (result.Partitions, result.PartitionsSkipped));
        Assert.Equal(10, (await fixture.Workspace.ReadPartitionsAsync("Countries", TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Stopping_leaves_whole_partitions_and_says_cancelled()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        FillLastTenDays(fixture);
        fixture.Matomo.Report = request =>
        {
            if (PretendMatomo.DaysOf(request).Contains("2026-09-01"))
            {
                stop.Cancel();
            }

            return null;
        };
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-08-01", EndDaysBack = "1" });

        var result = Assert.Single(await fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"] }, null, stop.Token));

        Assert.Equal(RunStatus.Cancelled, result.Status);
        var partitions = await fixture.Workspace.ReadPartitionsAsync("Countries", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(partitions, p => p.Key.Start <= new DateOnly(2026, 9, 1));
        Assert.Equal([[partitions.Sum(p => p.Rows)]], result.Rows == 0 ? [[0L]] : await fixture.QueryAsync("SELECT count(*) FROM countries"));
    }

    [Fact]
    public async Task Nothing_that_is_printed_or_stored_holds_the_token()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        FillLastTenDays(fixture);
        await fixture.AddAsync("Countries", LastTenDays);
        var said = new List<string>();
        foreach (var reply in new ScriptedReply?[]
        {
            null,
            ScriptedReply.Error($"Odd token {CanaryToken.Value}"),
            ScriptedReply.Html($"<html><title>Blocked</title>token_auth={CanaryToken.Value} {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(CanaryToken.Value))}</html>", 403),
            ScriptedReply.Json($"[{{\"label\":\"x\",\"nb_visits\":1}}] {CanaryToken.Value}"),
        })
        {
            fixture.Matomo.Report = _ => reply;
            var result = await fixture.RunAsync("Countries", full: true);
            said.Add(System.Text.Json.JsonSerializer.Serialize(result));
        }

        said.Add(string.Join('\n', (await fixture.Workspace.DiagnoseAsync(TestContext.Current.CancellationToken)).Select(f => f.ToString())));
        await fixture.Workspace.DisposeAsync();
        Assert.Empty(TokenSearch.In(said));
        Assert.Empty(TokenSearch.InFolder(fixture.Folder));

        // The search itself: it finds what is planted.
        Assert.Single(TokenSearch.In([$"…{CanaryToken.Value}…"]));
        await File.WriteAllTextAsync(Path.Combine(fixture.Folder, "planted.log"), "xx" + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("a" + CanaryToken.Value)), TestContext.Current.CancellationToken);
        Assert.Single(TokenSearch.InFolder(fixture.Folder));
    }

    private static void FillLastTenDays(WorkspaceFixture fixture)
    {
        for (var day = new DateOnly(2026, 11, 15); day <= new DateOnly(2026, 11, 25); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = day.Day;
        }
    }
}
