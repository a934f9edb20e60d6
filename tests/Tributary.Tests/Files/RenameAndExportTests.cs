using Tributary.Alerts;
using Tributary.Applying;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Files;

/// <summary>Names that are handed on, variables that the file names, and files of workspaces from which something was removed.</summary>
public class RenameAndExportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_are_handed_on_in_a_chain_once()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        foreach (var name in new[] { "A", "B", "C" })
        {
            await fixture.Inner.AddAsync(name, new DetailsInput { Report = "UserCountry.getCountry" });
        }

        var file = $"version: 1\ndatasets:\n{Item("B", "A")}{Item("C", "B")}{Item("D", "C")}";
        await fixture.ApplyAsync(file);
        var again = await fixture.ApplyAsync(file);

        Assert.Equal(["B", "C", "D"], await fixture.NamesAsync());
        Assert.Equal(["a", "b", "c"], (await fixture.Workspace.ListDataSetsAsync(Stop)).Select(d => d.Table));
        Assert.Empty(again.Changes);
    }

    [Fact]
    public async Task Names_that_go_round_in_a_ring_are_refused_with_the_way_out()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        await fixture.Inner.AddAsync("A", new DetailsInput { Report = "UserCountry.getCountry" });
        await fixture.Inner.AddAsync("B", new DetailsInput { Report = "UserCountry.getCountry" });

        var refused = await Assert.ThrowsAsync<InputException>(() => fixture.ApplyAsync($"version: 1\ndatasets:\n{Item("A", "B")}{Item("B", "A")}"));

        Assert.All(refused.Problems, p => Assert.Contains("Rename one to a name that is free", p.Message, StringComparison.Ordinal));
        Assert.Equal(2, refused.Problems.Count);
    }

    [Fact]
    public async Task A_plan_names_the_variables_that_the_file_names()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        (fixture.Variables["MT"], fixture.Variables["GATE"], fixture.Variables["HOOK"]) = (CanaryToken.Value, "some gate", "https://hooks.example.org/x");

        var result = await fixture.ApplyAsync(
            $"""
            version: 1
            accounts:
              - name: Second
                url: {fixture.Inner.Matomo.Address}
                token_env: MT
                header_env: <X-Gate: GATE>
            alerts:
              - name: Chat
                webhook_env: HOOK
            """.Replace('<', '{').Replace('>', '}'),
            dryRun: true);

        var told = result.Changes.SelectMany(c => c.Fields).Where(f => f.Field.EndsWith("_env", StringComparison.Ordinal)).Select(f => (f.Field, f.New));
        Assert.Equal([("token_env", "MT"), ("header_env", "{X-Gate: GATE}"), ("webhook_env", "HOOK")], told);
    }

    [Fact]
    public async Task An_alert_whose_DataSets_are_deleted_does_not_become_one_of_all_by_export_and_apply()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        fixture.Variables["HOOK"] = "https://hooks.example.org/x";
        await fixture.Inner.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry" });
        await fixture.Workspace.Alerts.AddAsync(new NewAlert { Name = "One", Webhook = "https://hooks.example.org/x", DataSets = ["Countries"] }, Stop);
        await fixture.Workspace.DeleteDataSetAsync("Countries", keepData: false, Stop);

        var export = await fixture.Workspace.ExportFileAsync(Stop);
        await fixture.ApplyAsync(export.Text);
        var left = Assert.Single(await fixture.Workspace.Alerts.ListAsync(Stop));
        var typed = await fixture.ApplyAsync("version: 1\nalerts:\n  - name: One\n    webhook_env: HOOK\n");

        Assert.Contains("  # - name: One", export.Text, StringComparison.Ordinal);
        Assert.Contains(export.Notes, n => n.Contains("'One'", StringComparison.Ordinal));
        Assert.True(left.IsOfNothing);
        Assert.Equal([new FieldChange("dataset", "(deleted ones)", "(all)")], Assert.Single(typed.Changes).Fields);
        Assert.True(Assert.Single(await fixture.Workspace.Alerts.ListAsync(Stop)).Definition.All);
    }

    [Fact]
    public async Task What_is_exported_after_an_account_was_removed_can_be_applied_and_leaves_its_DataSets_alone()
    {
        await using var fixture = await ApplyFixture.CreateAsync();
        await fixture.Inner.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry" });
        await fixture.Workspace.Accounts.RemoveAsync("Shop", Stop);

        var export = await fixture.Workspace.ExportFileAsync(Stop);
        var result = await fixture.ApplyAsync(export.Text);

        Assert.Contains("  # - name: Countries", export.Text, StringComparison.Ordinal);
        Assert.Contains("The account of 'Countries' was removed", Assert.Single(export.Notes), StringComparison.Ordinal);
        Assert.Empty(result.Changes);
        Assert.Equal(["Countries"], result.NotInFile);
    }

    [Fact]
    public async Task A_tab_is_told_at_its_own_line()
    {
        await using var fixture = await ApplyFixture.CreateAsync();

        var refused = await Assert.ThrowsAsync<InputException>(() => fixture.ApplyAsync("version: 1\ndatasets:\n  - name: A\n\taccount: Shop\n    report: UserCountry.getCountry\n"));

        Assert.Equal("line 4", Assert.Single(refused.Problems).Field);
    }

    private static string Item(string name, string from) => $"  - name: {name}\n    rename_from: {from}\n    account: Shop\n    report: UserCountry.getCountry\n";
}
