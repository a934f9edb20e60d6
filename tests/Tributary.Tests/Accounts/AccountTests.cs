using Tributary.Accounts;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Accounts;

/// <summary>Accounts that are renamed, moved away from, removed, or wait for a person.</summary>
public sealed class AccountTests
{
    private static readonly DetailsInput Yesterday = new() { Report = "UserCountry.getCountry", DaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_renamed_account_keeps_its_DataSets()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", Yesterday);

        var account = await fixture.Workspace.Accounts.RenameAsync("shop", "店 Ünïcode", Stop);

        Assert.Equal(("店 Ünïcode", 1), (account.Name, account.DataSets));
        Assert.Equal("店 Ünïcode", (await fixture.Workspace.GetDataSetAsync("Countries", Stop)).AccountName);
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
        Assert.Equal("SHOP", (await fixture.Workspace.Accounts.RenameAsync("店 Ünïcode", "SHOP", Stop)).Name);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_not_given_twice()
    {
        await using var fixture = await WithTwoAccountsAsync();

        var error = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Accounts.RenameAsync("Shop", "other", Stop));

        Assert.Contains("'Other' already", error.Message, StringComparison.Ordinal);
        Assert.Equal(["Other", "Shop"], (await fixture.Workspace.Accounts.ListAsync(Stop)).Select(a => a.Name));
    }

    [Fact]
    public async Task DataSets_move_with_their_tables()
    {
        await using var fixture = await WithTwoAccountsAsync();
        fixture.Matomo.Visits["2026-11-24"] = 5;
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.AddAsync("Second", Yesterday);
        await fixture.RunAsync("Countries");

        var one = await fixture.Workspace.Accounts.MoveDataSetsAsync("Shop", ["Second"], "Other", Stop);
        var rest = await fixture.Workspace.Accounts.MoveDataSetsAsync("Shop", [], "Other", Stop);

        Assert.Equal(("Second", "Countries"), (Assert.Single(one.DataSets), Assert.Single(rest.DataSets)));
        Assert.Equal(["Countries", "Second"], (await fixture.Workspace.Accounts.ListDataSetsAsync("Other", Stop)).Select(d => d.Definition.Name));
        Assert.Empty(await fixture.Workspace.Accounts.ListDataSetsAsync("Shop", Stop));
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
    }

    [Fact]
    public async Task Putting_a_DataSet_on_an_account_of_another_Matomo_says_whose_rows_are_stored()
    {
        await using var fixture = await WithTwoAccountsAsync();
        await using var elsewhere = new PretendMatomo();
        await fixture.Workspace.Accounts.AddAsync(new NewAccount { Name = "Elsewhere", Url = elsewhere.Address.ToString(), Token = new Matomo.AccessToken(CanaryToken.Value) }, Stop);
        fixture.Matomo.Visits["2026-11-24"] = 5;
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");

        var same = await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Account = "Other" }, dryRun: true, Stop);
        var other = await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Account = "Elsewhere" }, dryRun: true, Stop);
        var move = await fixture.Workspace.Accounts.MoveDataSetsAsync("Shop", [], "Elsewhere", Stop);

        Assert.Empty(same.Consequences);
        Assert.Contains(fixture.Matomo.Address.ToString(), Assert.Single(other.Consequences), StringComparison.Ordinal);
        Assert.Equal(other.Consequences, move.Consequences);
    }

    [Fact]
    public async Task DataSets_do_not_move_to_an_account_that_does_not_see_their_sites()
    {
        await using var fixture = await WithTwoAccountsAsync();
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop 日本","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"},{"idsite":7,"name":"Blog","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}]""";
        await fixture.AddAsync("All", Yesterday);
        await fixture.AddAsync("Blog", Yesterday with { Sites = "7" });
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop 日本","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}]""";

        var error = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Accounts.MoveDataSetsAsync("Shop", [], "Other", Stop));

        Assert.Equal("--to", Assert.Single(error.Problems).Field);
        Assert.Contains("'Blog' reads site 7, which 'Other' does not see. It sees: 1 Shop 日本.", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await fixture.Workspace.Accounts.ListDataSetsAsync("Shop", Stop)).Count);
    }

    [Fact]
    public async Task A_DataSet_of_a_removed_account_keeps_its_data_and_says_how_to_go_on()
    {
        await using var fixture = await WithTwoAccountsAsync();
        fixture.Matomo.Visits["2026-11-24"] = 5;
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");
        Assert.Equal(["Countries"], await fixture.Workspace.Accounts.RemoveAsync("Shop", Stop));

        var run = await fixture.RunAsync("Countries");
        Assert.Equal((RunStatus.Failed, "account.removed", Fault.Setup), (run.Status, run.Error!.Code, run.Error.Fault));
        Assert.Contains("account move --dataset \"Countries\" --to", run.Error.Message, StringComparison.Ordinal);
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));

        await fixture.Workspace.Accounts.MoveDataSetsAsync(null, ["Countries"], "Other", Stop);
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
    }

    [Fact]
    public async Task Moving_nothing_in_particular_is_refused()
    {
        await using var fixture = await WithTwoAccountsAsync();

        await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Accounts.MoveDataSetsAsync(null, [], "Other", Stop));
    }

    [Fact]
    public async Task A_test_while_the_server_is_down_stops_nothing_and_mends_nothing()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", Yesterday);
        fixture.Matomo.Anything = _ => ScriptedReply.Error("Maintenance", 503);

        var down = await fixture.Workspace.Accounts.TestAsync("Shop", Stop);
        fixture.Matomo.Anything = _ => null;
        var run = await fixture.RunAsync("Countries");
        fixture.Matomo.Anything = _ => ScriptedReply.Error("Unable to authenticate with the provided token. It is either invalid or expired.", 401);
        await fixture.Workspace.Accounts.TestAsync("Shop", Stop);
        fixture.Matomo.Anything = _ => ScriptedReply.Error("Maintenance", 503);
        var stillStopped = await fixture.Workspace.Accounts.TestAsync("Shop", Stop);

        Assert.Contains(down.Steps, s => s.Result == Matomo.ConnectionStepResult.Failed);
        Assert.Equal(("valid", null), (down.Account.State, down.Account.Reason));
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal("needs_attention", stillStopped.Account.State);
        Assert.Contains("token", stillStopped.Account.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_account_is_asked_nothing_but_by_test_edit_and_token()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", Yesterday);
        fixture.Matomo.Anything = _ => ScriptedReply.Error("Unable to authenticate with the provided token. It is either invalid or expired.", 401);
        await fixture.RunAsync("Countries");
        fixture.Matomo.Anything = _ => null;
        var asked = fixture.Matomo.Requests.Count;

        foreach (var (what, ask) in new (string, Func<Task>)[]
        {
            ("preview", () => fixture.Workspace.PreviewAsync("Shop", Yesterday, 10, Stop)),
            ("dataset add", () => fixture.AddAsync("More", Yesterday)),
            ("report list", () => fixture.Workspace.Reports.ListAsync("Shop", null, Stop)),
            ("report describe", () => fixture.Workspace.Reports.DescribeAsync("Actions.getPageUrls", "Shop", Stop)),
            ("dry run", () => fixture.Workspace.PlanAsync(new RunRequest { Names = ["Countries"] }, Stop)),
        })
        {
            var error = await Assert.ThrowsAsync<TributaryException>(ask);
            Assert.True(error.Code == "account.needs_attention", $"{what}: {error.Code}");
        }

        await fixture.Workspace.DiagnoseAsync(Stop);
        Assert.Equal("account.needs_attention", (await fixture.RunAsync("Countries")).Error!.Code);
        Assert.Equal(asked, fixture.Matomo.Requests.Count);

        await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { Language = "de" } }, Stop);
        Assert.Equal("valid", Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).State);
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
    }

    [Fact]
    public async Task An_account_tells_when_it_was_asked_last()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", Yesterday);
        fixture.Clock.Advance(TimeSpan.FromHours(5));
        var now = fixture.Clock.GetUtcNow();

        await fixture.RunAsync("Countries");

        Assert.InRange(Assert.Single(await fixture.Workspace.Accounts.ListAsync(Stop)).LastUsedAt!.Value, now, now.AddMinutes(1));
    }

    private static async Task<WorkspaceFixture> WithTwoAccountsAsync()
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.Workspace.Accounts.AddAsync(new NewAccount { Name = "Other", Url = fixture.Matomo.Address.ToString(), Token = new Matomo.AccessToken(CanaryToken.Value) }, Stop);
        return fixture;
    }
}
