using Tributary.Alerts;
using Tributary.Applying;
using Tributary.Files;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Files;

public class ApplyTests
{
    private const string TenDataSets = """
        datasets:
          - name: Countries
            account: Shop
            report: UserCountry.getCountry
            start: 2026-11-20
            end_days_back: 1
            tag: [web, daily]
            daily_at: [07:00, 17:00]
            time_zone: Europe/Paris
          - name: Cities
            account: Shop
            report: UserCountry.getCity
            sites: [1]
            segment: ["deviceType==smartphone", "actions>=3;visitDuration>60"]
            lookback: 7
          - name: Pages
            account: Shop
            report: Actions.getPageUrls
            levels: top
            columns: [label, nb_hits]
            cron: "0 7 * * 1-5"
            no_retry: true
          - name: Visits
            account: Shop
            report: VisitsSummary.get
            description: "Per day: all of it, #1"
            keep_days: 400
            keep_runs: 10
            check: {rows.zero: stop, totals.differ: off}
          - name: Browsers
            account: Shop
            report: DevicesDetection.getBrowsers
            update: append
            every: 15m
            active_hours: 8-18
            retry: 5
            retry_after: 30m
          - name: Sites
            account: Shop
            report: Referrers.getWebsites
            update: merge
            key: [site_id, period_start, label]
            drift: warn
            allow_empty: true
            totals_check: false
          - name: Raw
            account: Shop
            report: Live.getLastVisitsDetails
            personal: {visitorId: keep}
          - name: "日本"
            account: Shop
            report: UserCountry.getContinent
            monthly: 1,last@07:00
            expect_every: 32d
          - name: Countries!
            account: Shop
            report: UserCountry.getCountry
            weekly: mon,fri@07:00
            missed: skip
          - name: Goals
            account: Shop
            report: Goals.getGoals
        """;

    private static readonly Dictionary<string, string> NoneRenamed = [];

    [Fact]
    public async Task What_a_dry_run_says_is_what_happens()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        var first = $"version: 1\nworkspace:\n  time_zone: Europe/Berlin\n{fixture.Account}\n{TenDataSets}";
        var second = Edited(first);

        await AssertHappensAsync(fixture, first, prune: false, NoneRenamed);
        Assert.Equal(10, (await fixture.NamesAsync()).Count);
        await fixture.Inner.RunAsync("Countries");
        await AssertHappensAsync(fixture, second, prune: false, new() { ["Towns"] = "Cities" });
        Assert.Equal(11, (await fixture.NamesAsync()).Count);
        var pruned = await AssertHappensAsync(fixture, second, prune: true, NoneRenamed);

        Assert.Equal(["Countries!", "Goals"], pruned.Changes.Select(c => c.Name).Order());
        Assert.Equal(["Browsers", "Countries", "Extra", "Pages", "Raw", "Sites", "Towns", "Visits", "日本"], (await fixture.NamesAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_adds_destinations_moves_DataSets_to_them_and_takes_both_back()
    {
        await using var fixture = await ApplyFixture.CreateAsync(new WorkspaceOptions { Kinds = [new SecondFileKind()] });
        fixture.Variables["PW"] = CanaryToken.Value;
        fixture.Inner.Matomo.Visits["2026-11-24"] = 7;
        var dataSet = "datasets:\n  - name: Countries\n    account: Shop\n    report: UserCountry.getCountry\n";
        var destination = $"destinations:\n  - name: Warehouse\n    kind: second\n    option: {{path: \"{fixture.Inner.Folder}-second.duckdb\", mode: careful}}\n    option_env: {{password: PW}}\n";
        await fixture.ApplyAsync($"version: 1\n{fixture.Account}\n{dataSet}");
        await fixture.Inner.RunAsync("Countries");

        var moved = await fixture.ApplyAsync($"version: 1\n{fixture.Account}\n{destination}{dataSet}    destination: Warehouse\n");

        Assert.Equal(["destination Added", "dataset Changed"], moved.Changes.Select(c => $"{c.Kind} {c.Action}"));
        Assert.Contains("It moves to 'Warehouse' with its rows.", moved.Changes[1].Consequences);
        Assert.Equal("Warehouse", (await fixture.Workspace.GetDataSetAsync("Countries", TestContext.Current.CancellationToken)).DestinationName);
        Assert.Equal(2, (await fixture.Workspace.GetDataSetAsync("Countries", TestContext.Current.CancellationToken)).Rows);
        var exported = await fixture.ExportAsync();
        Assert.DoesNotContain(CanaryToken.Value, exported, StringComparison.Ordinal);
        Assert.Contains("option_env: {password: TRIBUTARY_PASSWORD_WAREHOUSE}", exported, StringComparison.Ordinal);
        Assert.Empty((await fixture.ApplyAsync(exported, prune: true)).Changes);

        var back = await fixture.ApplyAsync($"version: 1\n{fixture.Account}\n{dataSet}", prune: true);
        Assert.Equal(["dataset Changed", "destination Removed"], back.Changes.Select(c => $"{c.Kind} {c.Action}"));
        Assert.Single(await fixture.Workspace.Destinations.ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_destination_of_a_file_that_does_not_work_leaves_everything_as_it_was()
    {
        await using var fixture = await ApplyFixture.CreateAsync(new WorkspaceOptions { Kinds = [new SecondFileKind()] });
        var file = fixture.Inner.Folder + "-file";
        await File.WriteAllTextAsync(file, "not a database, and long enough to be taken for one", TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<TributaryException>(() => fixture.ApplyAsync($"version: 1\ndestinations:\n  - name: Warehouse\n    kind: second\n    option: {{path: \"{file}\"}}\n"));
        Assert.Equal(("apply.destination_failed", Fault.Destination), (error.Code, error.Fault));
        var secret = await Assert.ThrowsAsync<InputException>(() => fixture.ApplyAsync($"version: 1\ndestinations:\n  - name: Warehouse\n    kind: second\n    option: {{path: \"{file}\", password: x}}\n"));

        Assert.Contains("option_env", secret.Message, StringComparison.Ordinal);
        Assert.Single(await fixture.Workspace.Destinations.ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Applying_twice_changes_nothing()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        var file = $"version: 1\n{fixture.Account}\n{TenDataSets}";
        await fixture.ApplyAsync(file);
        var exported = await fixture.ExportAsync();

        var again = await fixture.ApplyAsync(file, prune: true);

        Assert.Empty(again.Changes);
        Assert.Equal(11, again.Unchanged);
        Assert.Equal(exported, await fixture.ExportAsync());
    }

    [Fact]
    public async Task What_is_exported_changes_nothing_where_it_came_from_and_makes_the_same_elsewhere()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        await fixture.ApplyAsync($"version: 1\n{fixture.Account}\n{TenDataSets}");
        await fixture.Workspace.EditDataSetAsync("Pages", new DataSetChange { NewName = "Seiten" }, dryRun: false, TestContext.Current.CancellationToken);
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "Chat", Webhook = $"https://example.org/{CanaryToken.Value}", On = "failed,late", DataSets = ["Seiten"] }, TestContext.Current.CancellationToken);
        var exported = await fixture.ExportAsync();

        Assert.Empty((await fixture.ApplyAsync(exported, prune: true)).Changes);
        using var folder = new TemporaryFolder();
        await using var other = await Workspace.OpenAsync(folder.File("other"), fixture.Inner.Clock, TestContext.Current.CancellationToken);
        fixture.Variables["TRIBUTARY_WEBHOOK_CHAT"] = $"https://example.org/{CanaryToken.Value}";
        await fixture.ApplyToAsync(other, exported);

        Assert.Equal(exported, (await other.ExportFileAsync(TestContext.Current.CancellationToken)).Text);
        Assert.DoesNotContain(CanaryToken.Value, exported, StringComparison.Ordinal);
        Assert.Contains("table: pages", exported, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        await fixture.Inner.AddAsync("Old", new DetailsInput { Report = "UserCountry.getCountry" });
        var before = await fixture.ExportAsync();

        var result = await fixture.ApplyAsync($"version: 1\nworkspace:\n  time_zone: Asia/Tokyo\n{fixture.Account}\n    parallel: 5\n{TenDataSets}", dryRun: true, prune: true);

        Assert.Equal(before, await fixture.ExportAsync());
        Assert.Equal(13, result.Changes.Count);
    }

    [Fact]
    public async Task A_field_that_is_left_out_gets_its_default_and_what_becomes_of_rows_is_said()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Inner.Matomo.Visits["2026-11-24"] = 3;
        await fixture.Inner.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Levels = "top" }, new DataSetSettings { LookbackDays = 9, Description = "x" });
        await fixture.Inner.RunAsync("Countries");

        var result = await fixture.ApplyAsync("""
            version: 1
            datasets:
              - name: Countries
                account: shop
                report: UserCountry.getCountry
            """);

        var change = Assert.Single(result.Changes);
        Assert.Equal([("description", "x"), ("levels", "top"), ("lookback", "9")], change.Fields.Select(f => (f.Field, f.Old!)).Order());
        Assert.All(change.Fields, f => Assert.Null(f.New));
        Assert.Contains("read again", Assert.Single(change.Consequences), StringComparison.Ordinal);
        Assert.Equal(3, (await fixture.Workspace.GetDataSetAsync("Countries", TestContext.Current.CancellationToken)).Definition.LookbackDays);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pruning_says_which_rows_go_and_takes_them_unless_told_to_keep_them(bool keep)
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Inner.Matomo.Visits["2026-11-24"] = 3;
        await fixture.Inner.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry" });
        await fixture.Inner.RunAsync("Countries");

        var result = await fixture.ApplyAsync($"version: 1\n{fixture.Account}", prune: true, keepData: keep);

        Assert.Contains($"countries {(keep ? "stays" : "goes")} with 2 rows", Assert.Single(Assert.Single(result.Changes).Consequences), StringComparison.Ordinal);
        Assert.Equal(keep ? 1L : 0L, (await fixture.Inner.QueryAsync("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'countries'"))[0][0]);
    }

    [Fact]
    public async Task An_account_that_a_pruned_DataSet_alone_stood_on_goes_with_it()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        await fixture.Inner.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry" });

        var kept = await fixture.ApplyAsync("version: 1");
        var result = await fixture.ApplyAsync("version: 1", prune: true);

        Assert.Empty(kept.Changes);
        Assert.Equal(["Countries", "Shop"], kept.NotInFile);
        Assert.Equal([("dataset", "Countries"), ("account", "Shop")], result.Changes.Select(c => (c.Kind, c.Name)));
        Assert.Equal("version: 1\n", await fixture.ExportAsync());
    }

    [Fact]
    public async Task A_renamed_DataSet_keeps_its_rows()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Inner.Matomo.Visits["2026-11-24"] = 3;
        await fixture.Inner.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry" });
        await fixture.Inner.RunAsync("Countries");
        const string File = """
            version: 1
            datasets:
              - name: Lands
                rename_from: Countries
                account: Shop
                report: UserCountry.getCountry
            """;

        var result = await fixture.ApplyAsync(File, prune: true);
        var again = await fixture.ApplyAsync(File, prune: true);

        Assert.Equal([("name", "Countries", "Lands"), ("table", null, "countries")], Assert.Single(result.Changes).Fields.Select(f => (f.Field, f.Old, f.New)));
        Assert.Empty(again.Changes);
        Assert.Equal(2, (await fixture.Workspace.GetDataSetAsync("Lands", TestContext.Current.CancellationToken)).Rows);
    }

    private static async Task<FileResult> AssertHappensAsync(ApplyFixture fixture, string file, bool prune, Dictionary<string, string> renamed)
    {
        var before = await fixture.ExportAsync();
        var announced = await fixture.ApplyAsync(file, dryRun: true, prune);
        Assert.Equal(before, await fixture.ExportAsync());
        var done = await fixture.ApplyAsync(file, dryRun: false, prune);

        Assert.NotEmpty(announced.Changes);
        Assert.Equal(ExportedItems.Said(announced), ExportedItems.Said(done));
        Assert.Equal(announced.Changes.Select(c => c.Consequences), done.Changes.Select(c => c.Consequences));
        Assert.Equal(ExportedItems.Differences(before, await fixture.ExportAsync(), renamed), ExportedItems.Said(announced));
        return done;
    }

    private static string Edited(string file)
    {
        var without = file[..file.IndexOf("  - name: Countries!", StringComparison.Ordinal)];
        var edited = without
            .Replace("Europe/Berlin", "Asia/Tokyo", StringComparison.Ordinal)
            .Replace("    token_env:", "    requests_per_minute: 60\n    token_env:", StringComparison.Ordinal)
            .Replace("tag: [web, daily]", "tag: web", StringComparison.Ordinal)
            .Replace("start: 2026-11-20", "start: 2026-11-01", StringComparison.Ordinal)
            .Replace("name: Cities", "name: Towns\n    rename_from: Cities", StringComparison.Ordinal)
            .Replace("    lookback: 7\n", "", StringComparison.Ordinal)
            .Replace("cron: \"0 7 * * 1-5\"", "every: 2d@06:00", StringComparison.Ordinal)
            .Replace("rows.zero: stop", "rows.zero: note", StringComparison.Ordinal)
            .Replace("update: append", "update: partition", StringComparison.Ordinal);
        return edited + "  - name: Extra\n    account: Shop\n    report: UserCountry.getCountry\n    table: additional\n";
    }
}
