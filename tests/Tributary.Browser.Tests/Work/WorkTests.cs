using System.Net;
using System.Net.Http.Headers;
using Microsoft.Playwright;
using Tributary.Browser.Tests.Connector;

namespace Tributary.Browser.Tests.Work;

/// <summary>What people do once DataSets are there: change them, ask them, let programs in.</summary>
public sealed class WorkTests(DataCenterFixture center)
{
    [Fact]
    public async Task A_DataSet_is_changed_in_the_panes_it_was_made_in_and_what_that_does_to_rows_is_asked_first()
    {
        await SampleDataSets.AddAsync(center.Workspace, "To be changed", "UserCountry.getCountry", 5);
        await center.RunAsync("To be changed", TestContext.Current.CancellationToken);
        await center.OnPageAsync("/datasets/to_be_changed/settings", async page =>
        {
            await Assertions.Expect(page.Locator("#report")).ToBeDisabledAsync();
            await Assertions.Expect(page.Locator("#start-days-back")).ToHaveValueAsync("5");
            await page.OpenAsync("Scheduling");
            await page.GetByText("Weekdays", new() { Exact = true }).ClickAsync();
            await page.GetByLabel("At", new() { Exact = true }).FillAsync("25:00");
            await page.SaveAsync();
            await Assertions.Expect(page.Said("times")).ToContainTextAsync("not a time of day");
            await page.GetByLabel("At", new() { Exact = true }).FillAsync("07:00");
            await page.OpenAsync("Name & Describe Your DataSet");
            await page.GetByLabel("Tags").FillAsync("one, two");
            await page.SaveAsync();
            await Assertions.Expect(page.Locator(".save")).ToContainTextAsync("is saved");

            await page.OpenAsync("Details");
            await page.Locator("fieldset").GetByText("Week", new() { Exact = true }).ClickAsync();
            await page.ResolvedAsync("week");
            await page.SaveAsync();
            var asked = page.GetByRole(AriaRole.Dialog);
            await Assertions.Expect(asked).ToContainTextAsync("Rows by day stay");
            await asked.GetByRole(AriaRole.Button, new() { Name = "Keep as it was" }).ClickAsync();
        });

        var changed = await center.Workspace.GetDataSetAsync("To be changed", TestContext.Current.CancellationToken);
        Assert.Equal(["one", "two"], changed.Definition.Tags);
        Assert.Contains("07:00", changed.Schedule.Words, StringComparison.Ordinal);
        Assert.Equal(Model.Period.Day, changed.Definition.Details.Period);
    }

    [Fact]
    public async Task What_somebody_else_saved_meanwhile_is_loaded_and_changed_further()
    {
        var stop = TestContext.Current.CancellationToken;
        await SampleDataSets.AddAsync(center.Workspace, "Shared", "UserCountry.getCountry", 5);
        await center.OnPageAsync("/datasets/shared/settings", async page =>
        {
            await Assertions.Expect(page.Locator("#start-days-back")).ToHaveValueAsync("5");
            await center.Workspace.EditDataSetAsync("Shared", new DataSetChange { Details = new Model.DetailsInput { StartDaysBack = "7" } }, dryRun: false, stop);
            await page.Locator("#start-days-back").FillAsync("6");
            await page.SaveAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Load what is stored now" }).ClickAsync();
            await Assertions.Expect(page.Locator("#start-days-back")).ToHaveValueAsync("7");
            await page.Locator("#start-days-back").FillAsync("8");
            await page.ResolvedAsync("8 days");
            await page.SaveAsync();
            await Assertions.Expect(page.Locator(".save")).ToContainTextAsync("is saved");
        });
        Assert.Equal(8, (await center.Workspace.GetDataSetAsync("Shared", stop)).Definition.Details.Start!.DaysBack);
    }

    [Fact]
    public Task A_question_is_answered_with_rows_and_a_chart_and_a_wrong_one_with_a_reason() => center.OnPageAsync("/sql", async page =>
    {
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Query" }).FillAsync("SELECT period_start, sum(nb_visits) AS visits FROM visits GROUP BY 1 ORDER BY 1");
        await page.Keyboard.PressAsync("Control+Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Answer", Exact = true })).ToContainTextAsync("rows in");
        await Assertions.Expect(page.Locator(".canvas canvas")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Query" }).FillAsync("DROP TABLE visits");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("A query only reads");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Query" }).FillAsync("SELECT * FROM read_csv('/etc/passwd')");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).Not.ToContainTextAsync("root:");
    });

    [Fact]
    public async Task What_is_typed_stays_when_another_place_is_chosen_and_is_asked_there_by_Run_alone()
    {
        var stop = TestContext.Current.CancellationToken;
        await center.Workspace.Destinations.AddAsync(new NewDestination("Asked of", "second", new Dictionary<string, string> { ["path"] = center.File("asked.duckdb") }), stop);
        await center.OnPageAsync("/sql?on=Asked%20of&q=SELECT%201%20AS%20linked", async page =>
        {
            var query = page.GetByRole(AriaRole.Textbox, new() { Name = "Query" });
            await Assertions.Expect(query).ToHaveValueAsync("SELECT 1 AS linked");
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Not asked yet");
            await query.FillAsync("SELECT 2 AS typed");
            await page.GetByLabel("Asked of").SelectOptionAsync("");
            await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("q=SELECT%202"));
            await Assertions.Expect(query).ToHaveValueAsync("SELECT 2 AS typed");
            await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Answer", Exact = true })).ToHaveCountAsync(0);
            await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Answer", Exact = true })).ToContainTextAsync("typed");
        });
        await center.Workspace.Destinations.RemoveAsync("Asked of", stop);
    }

    [Fact]
    public Task A_statement_too_long_for_an_address_is_run_and_downloaded() => center.OnPageAsync("/sql", async page =>
    {
        var query = page.GetByRole(AriaRole.Textbox, new() { Name = "Query" });
        await query.FillAsync($"SELECT count(*) AS n FROM range(3) t(site_id) WHERE site_id NOT IN ({string.Join(", ", Enumerable.Range(100_000, 12_000))})");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Answer", Exact = true })).ToContainTextAsync("1 row");
        await Assertions.Expect(page.Locator(".editor")).ToContainTextAsync("too long for an address");
        await page.GetByText("Download", new() { Exact = true }).ClickAsync();

        // The answer comes in a tab of its own, which goes with it.
        var sent = new TaskCompletionSource<IResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Context.Response += (_, response) => _ = response.Url.EndsWith("/api/v1/query", StringComparison.Ordinal) && sent.TrySetResult(response);
        await page.GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync();
        var answer = await sent.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(("attachment; filename=query.csv", 200), (answer.Headers["content-disposition"], answer.Status));

        await query.FillAsync(new string('x', 300_000));
        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("at most");
    });

    [Fact]
    public async Task Removing_a_person_ends_the_keys_they_made_and_says_so()
    {
        var stop = TestContext.Current.CancellationToken;
        var user = await center.Workspace.Access.AddUserAsync("leaver", Model.UserRole.Manager, "four plain words here", stop);
        var (_, secret) = await center.Workspace.Access.AddKeyAsync("of the leaver", Model.KeyScope.Manage, "leaver", user.Id, stop);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(secret));
        await center.OnPageAsync("/settings", async page =>
        {
            await page.GetByLabel("More for leaver").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Make a viewer" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("of the leaver");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
            await page.GetByLabel("More for leaver").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Remove…" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("of the leaver");
            await page.GetByRole(AriaRole.Button, new() { Name = "Remove leaver" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        });
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(secret));
    }

    [Fact]
    public async Task A_key_is_shown_once_lets_a_program_in_and_no_more_once_it_is_revoked()
    {
        var secret = "";
        await center.OnPageAsync("/settings", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).ClickAsync();
            await page.Locator("#kname").FillAsync("a program");
            await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
            secret = await page.Locator("#secret").InnerTextAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
            await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync(secret);
            Assert.Equal(HttpStatusCode.OK, await AskAsync(secret));
            await page.GetByRole(AriaRole.Button, new() { Name = "Revoke a program" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke a program" }).ClickAsync();
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("revoked");
        });
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(secret));
    }

    private async Task<HttpStatusCode> AskAsync(string key)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(center.Address, "/api/v1/datasets"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
