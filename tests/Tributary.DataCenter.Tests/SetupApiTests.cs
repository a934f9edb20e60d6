using Tributary.Accounts;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.DataCenter.Tests;

public sealed class SetupApiTests(Center center)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_is_added_tested_changed_renamed_and_removed_and_its_token_never_told()
    {
        using var client = center.Client(KeyScope.Manage);

        var added = (await client.CallAsync(HttpMethod.Post, "/api/v1/accounts", new { name = "Second", url = center.Matomo.ToString(), token = CanaryToken.Value, header = new Dictionary<string, string> { ["X-Secret"] = CanaryToken.Value } })).Is(201);
        Assert.Equal("/api/v1/accounts/Second", added.Headers["Location"]);
        Assert.Equal("valid", added.Json.GetProperty("account").GetProperty("state").GetString());
        Assert.Equal(2, added.Json.GetProperty("sites").GetArrayLength());
        var account = (await client.AskAsync("/api/v1/accounts/Second")).Is(200).Json;
        Assert.Equal("X-Secret", account.GetProperty("connection").GetProperty("headers")[0].GetString());
        (await client.CallAsync(HttpMethod.Post, "/api/v1/accounts/Second/test", null)).Is(200);
        Assert.Equal(3, (await client.CallAsync(HttpMethod.Patch, "/api/v1/accounts/Second", new { parallel = 3 })).Is(200).Json.GetProperty("account").GetProperty("connection").GetProperty("parallel").GetInt32());
        (await client.CallAsync(HttpMethod.Put, "/api/v1/accounts/Second/token", new { token = CanaryToken.Value })).Is(200);
        var refused = (await client.CallAsync(HttpMethod.Put, "/api/v1/accounts/Second/token", new { token = "wrongtoken" })).Is(422).Json;
        Assert.Contains(refused.GetProperty("steps").EnumerateArray(), s => s.GetProperty("state").GetString() == "failed");
        (await client.CallAsync(HttpMethod.Put, "/api/v1/accounts/Second/token", new { token = "not a token!" })).IsProblem(422, "input.invalid");

        Assert.Equal("Other", (await client.CallAsync(HttpMethod.Post, "/api/v1/accounts/Second/rename", new { name = "Other" })).Is(200).Json.GetProperty("account").GetProperty("name").GetString());
        await center.Workspace.AddDataSetAsync(new NewDataSet { Name = "To move", Account = "Other", Details = new DetailsInput { Report = "VisitsSummary.get" } }, Stop);
        Assert.Single((await client.AskAsync("/api/v1/accounts/Other/datasets")).Is(200).Json.EnumerateArray());
        Assert.Equal("To move", (await client.CallAsync(HttpMethod.Post, "/api/v1/accounts/Other/move", new { to = "Main" })).Is(200).Json.GetProperty("datasets")[0].GetString());
        Assert.Empty((await client.CallAsync(HttpMethod.Delete, "/api/v1/accounts/Other", null)).Is(200).Json.GetProperty("stopped_datasets").EnumerateArray());
        (await client.AskAsync("/api/v1/accounts/Other")).IsProblem(404, "input.invalid");
    }

    [Fact]
    public async Task A_preview_is_made_and_a_report_described()
    {
        using var client = center.Client(KeyScope.Manage);

        var preview = (await client.CallAsync(HttpMethod.Post, "/api/v1/preview", new { account = "Main", report = "Actions.getPageUrls", days_back = 1, rows = 3 })).Is(200).Json;
        Assert.Equal(3, preview.GetProperty("rows").GetArrayLength());
        Assert.Contains(preview.GetProperty("columns").EnumerateArray(), c => c.GetProperty("name").GetString() == "nb_hits");
        Assert.True((await client.AskAsync("/api/v1/reports?account=Main&group=Actions")).Is(200).Json.GetArrayLength() > 5);
        Assert.Contains((await client.AskAsync("/api/v1/reports/Actions.getPageUrls")).Is(200).Json.GetProperty("fields").EnumerateArray(), f => f.GetProperty("flag").GetString() == "--segment");
    }

    [Fact]
    public async Task Alerts_and_settings_are_changed_and_the_destination_is_told()
    {
        using var client = center.Client(KeyScope.Manage);

        var added = (await client.CallAsync(HttpMethod.Post, "/api/v1/alerts", new { name = "Chat", webhook = $"http://127.0.0.1:9/{CanaryToken.Value}", on = new[] { "failed", "late" }, tag = new[] { "web" } })).Is(201);
        Assert.Equal("127.0.0.1:9", added.Json.GetProperty("host").GetString());
        var alert = (await client.AskAsync(added.Headers["Location"])).Is(200);
        Assert.Equal("Chat", alert.Json.GetProperty("name").GetString());
        var changed = (await client.CallAsync(HttpMethod.Patch, added.Headers["Location"], new { dataset = new[] { "Pages" }, tag = Array.Empty<string>() }, ("If-Match", alert.Headers["ETag"]))).Is(200).Json;
        Assert.Equal((false, "Pages", 2), (changed.GetProperty("all").GetBoolean(), changed.GetProperty("datasets")[0].GetString(), changed.GetProperty("on").GetArrayLength()));
        (await client.CallAsync(HttpMethod.Patch, "/api/v1/alerts/Chat", new { on = new[] { "never" }, dataset = new[] { "No such" } })).IsProblem(422, "input.invalid");
        (await client.AskAsync("/api/v1/alerts/No%20such")).IsProblem(404, "input.invalid");
        (await client.CallAsync(HttpMethod.Post, "/api/v1/alerts/Chat/test", null)).IsProblem(503, "alert.not_delivered");
        Assert.Contains((await client.AskAsync("/api/v1/alerts")).Is(200).Json.EnumerateArray(), a => a.GetProperty("name").GetString() == "Chat");
        (await client.CallAsync(HttpMethod.Delete, "/api/v1/alerts/Chat", null)).Is(204);
        (await client.CallAsync(HttpMethod.Post, "/api/v1/alerts", new { name = "None" })).IsProblem(422, "input.invalid");

        Assert.Equal("Europe/Paris", (await client.CallAsync(HttpMethod.Patch, "/api/v1/settings", new { time_zone = "Europe/Paris", keep_run_records_days = 30 })).Is(200).Json.GetProperty("time_zone").GetString());
        (await client.CallAsync(HttpMethod.Patch, "/api/v1/settings", new { time_zone = "Asia/Tokyo", keep_run_records_days = 0 })).IsProblem(422, "input.invalid");
        Assert.Equal("Europe/Paris", (await client.AskAsync("/api/v1/settings")).Json.GetProperty("time_zone").GetString());
        Assert.Equal(30, (await client.AskAsync("/api/v1/settings")).Is(200).Json.GetProperty("keep_run_records_days").GetInt32());
        Assert.True((await client.CallAsync(HttpMethod.Patch, "/api/v1/settings", new { time_zone = "Europe/Pariss" })).IsProblem(422, "input.invalid").GetProperty("errors").TryGetProperty("time_zone", out _));
        await center.Workspace.SetTimeZoneAsync("UTC", Stop);

        Assert.Equal("embedded", (await client.AskAsync("/api/v1/destinations")).Is(200).Json[0].GetProperty("name").GetString());
        var destination = (await client.AskAsync("/api/v1/destinations/embedded")).Is(200).Json;
        Assert.True(destination.GetProperty("bytes").GetInt64() > 0);
        var pages = destination.GetProperty("tables").EnumerateArray().Single(t => t.GetProperty("table").GetString() == "pages");
        Assert.Equal(("Pages", (await center.Workspace.GetDataSetAsync("Pages", Stop)).Rows), (pages.GetProperty("dataset").GetString(), pages.GetProperty("rows").GetInt64()));
        Assert.True((await client.CallAsync(HttpMethod.Post, "/api/v1/destinations/embedded/compact", null)).Is(200).Json.GetProperty("bytes_after").GetInt64() > 0);
    }
}
