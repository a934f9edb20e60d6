using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Tributary.Accounts;
using Tributary.DataCenter.Connector;
using Tributary.DataCenter.SignIn;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;

namespace Tributary.DataCenter.Tests;

public sealed class ConnectorStateTests(Center center)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_settings_of_a_DataSet_whose_account_waits_for_a_person_are_shown_and_saved()
    {
        var dataSet = await AddOnGoneAsync("Its account waits", "Waiting");

        var state = await OpenAsync();
        await state.LoadAsync(dataSet);

        Assert.Equal("account.needs_attention", Assert.IsType<TributaryException>(state.AccountFailure).Code);
        Assert.Equal("Actions.getPageUrls", state.Form.Report?.Method);
        state.Form.Tags = "kept";
        Assert.NotNull(await state.SaveAsync());
        Assert.Equal(["kept"], (await center.Workspace.GetDataSetAsync(dataSet.Definition.Name, Stop)).Definition.Tags);
    }

    [Fact]
    public async Task Details_that_change_are_not_saved_while_the_account_cannot_say_that_they_are_right()
    {
        var dataSet = await AddOnGoneAsync("Its details change", "Waiting too");
        var state = await OpenAsync();
        await state.LoadAsync(dataSet);
        state.Form.StartDaysBack = "9";

        Assert.Equal("account.needs_attention", (await Assert.ThrowsAsync<TributaryException>(state.SaveAsync)).Code);
    }

    [Fact]
    public async Task A_DataSet_whose_account_was_removed_is_saved_on_another()
    {
        var dataSet = await AddOnGoneAsync("Its account is gone", "Gone");
        await center.Workspace.Accounts.RemoveAsync("Gone", Stop);
        var state = await OpenAsync();
        await state.LoadAsync(await center.Workspace.GetDataSetAsync(dataSet.Definition.Name, Stop));
        Assert.Null(state.Account);
        Assert.False(await state.CheckAsync());
        Assert.Contains(state.Problems, p => p.Field == "--account");

        await state.UseAccountAsync(await MainAsync());

        Assert.NotNull(await state.SaveAsync());
        Assert.Equal("Main", (await center.Workspace.GetDataSetAsync(dataSet.Definition.Name, Stop)).AccountName);
    }

    [Fact]
    public async Task Another_account_brings_its_own_pages_and_choices()
    {
        await AddOnGoneAsync("Of another account", "Without answer");
        var state = await OpenAsync();
        await state.UseAccountAsync(await MainAsync());
        await state.UseReportAsync(state.Reports.First(r => r.Method == "Transitions.getTransitionsForPageUrl"));
        await state.LoadPagesAsync();
        Assert.NotNull(state.Pages);

        await state.UseAccountAsync((await center.Workspace.Accounts.ListAsync(Stop)).First(a => a.Name == "Without answer"));

        Assert.Null(state.Pages);
        Assert.Null(state.Sites);
        Assert.Empty(state.Reports);
        Assert.NotNull(state.AccountFailure);
    }

    [Fact]
    public async Task A_preview_of_details_that_changed_while_it_was_read_is_said_to_be_of_others()
    {
        var state = await OpenAsync();
        await state.UseAccountAsync(await MainAsync());
        await state.UseReportAsync(state.Reports.First(r => r.Method == "VisitsSummary.get"));

        var read = state.LoadPreviewAsync(10);
        state.Touch("--period");
        await read;

        Assert.NotNull(state.Preview);
        Assert.True(state.PreviewIsOld);
    }

    [Fact]
    public async Task What_dates_came_to_before_a_change_is_not_said_after_it()
    {
        // An account that was never asked: what details come to waits for its server.
        await center.Workspace.Accounts.AddAsync(new NewAccount { Name = "Never asked", Url = center.Matomo.ToString(), Token = new AccessToken(CanaryToken.Value) }, Stop);
        var state = await OpenAsync();
        state.Form.Account = "Never asked";
        state.Form.Report = Tributary.Matomo.Catalog.ReportCatalog.BuiltIn.Find("VisitsSummary.get");

        var older = state.ExplainAsync();
        state.Touch("--days-back");
        await older;
        Assert.Null(state.Explanation);

        await state.ExplainAsync();
        Assert.NotNull(state.Explanation);
    }

    /// <summary>A DataSet of a Matomo that no longer takes the token, and is gone.</summary>
    private async Task<DataSet> AddOnGoneAsync(string name, string account)
    {
        var options = new SampleMatomoOptions { Days = 5, VisitsPerDay = 5, Sites = 1, SecureOnlyToken = CanaryToken.Value };
        DataSet added;
        await using (var matomo = await SampleMatomo.SampleMatomo.StartAsync(options, Stop))
        {
            options = options with { Port = matomo.Address.Port, SecureOnlyToken = new string('e', 32) };
            await center.Workspace.Accounts.AddAsync(new NewAccount { Name = account, Url = matomo.Address.ToString(), Token = new AccessToken(CanaryToken.Value) }, Stop);
            added = await center.Workspace.AddDataSetAsync(new NewDataSet { Name = name, Account = account, Details = new DetailsInput { Report = "Actions.getPageUrls", StartDaysBack = "3", EndDaysBack = "1", Segments = ["deviceType==desktop"] } }, Stop);
        }

        await using (await SampleMatomo.SampleMatomo.StartAsync(options, Stop))
        {
            await center.Workspace.Accounts.TestAsync(account, Stop);
        }

        return added;
    }

    private async Task<Account> MainAsync() => (await center.Workspace.Accounts.ListAsync(Stop)).First(a => a.Name == "Main");

    private async Task<ConnectorState> OpenAsync()
    {
        var signIn = await center.Workspace.Access.SignInAsync("ann", Center.Password, Stop);
        var managing = new Managing(new Person(Sessions.PrincipalOf(signIn.User!, signIn.Stamp!)), new Places(), center.Workspace);

        // A pause that never ends: what a change brings is not said behind the test's back.
        return new ConnectorState(center.Workspace, managing, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(), Stop);
    }

    private sealed class Person(ClaimsPrincipal principal) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(principal));
    }

    private sealed class Places : NavigationManager
    {
        public Places() => Initialize("http://localhost/", "http://localhost/new");
    }
}
