using Microsoft.Extensions.Time.Testing;

namespace Tributary.SampleMatomo.Tests;

public sealed class AccessTests(RunningSample sample)
{
    private const string Day = "idSite=1&period=day&date=2026-10-14";

    [Fact]
    public async Task The_view_token_sees_all_sites_but_the_last()
    {
        var all = await sample.AskAsync("VisitsSummary.get", "idSite=all&period=day&date=2026-10-14", sample.Sample.Tokens.View);
        Assert.Equal(["1", "2", "3", "4"], all.Json.EnumerateObject().Select(p => p.Name));
        var last = await sample.AskAsync("VisitsSummary.get", "idSite=5&period=day&date=2026-10-14", sample.Sample.Tokens.View);
        Assert.Equal((401, "You can't access this resource as it requires 'view' access for the website id = 5."), (last.Status, last.Message));
        Assert.Equal(401, (await sample.AskAsync("SitesManager.getAllSites", "", sample.Sample.Tokens.View)).Status);
    }

    [Fact]
    public async Task A_secure_only_token_works_in_the_body_alone()
    {
        Assert.Equal(200, (await sample.AskAsync("VisitsSummary.get", Day, sample.Sample.Tokens.SecureOnly)).Status);
        var twice = await sample.AskAsync("VisitsSummary.get", $"{Day}&token_auth={sample.Sample.Tokens.SecureOnly}", sample.Sample.Tokens.SecureOnly);
        Assert.Equal(401, twice.Status);
        Assert.EndsWith("is required to be sent as a POST parameter.", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_wrong_tokens_lock_everyone_out_for_an_hour()
    {
        var clock = new FakeTimeProvider(RunningSample.Now);
        await using var own = await RunningSample.StartAsync(new SampleMatomoOptions { Clock = clock, Days = 3 });
        for (var i = 0; i < 21; i++)
        {
            Assert.Equal(401, (await RunningSample.AskAsync(own, "API.getMatomoVersion", "", "wrong")).Status);
        }

        var locked = await RunningSample.AskAsync(own, "API.getMatomoVersion");
        Assert.Equal((500, "Too many failed logins. Please wait and try logging in again later."), (locked.Status, locked.Message));
        clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(200, (await RunningSample.AskAsync(own, "API.getMatomoVersion")).Status);
    }

    [Fact]
    public async Task Requests_are_remembered_without_the_token()
    {
        await sample.AskAsync("VisitsSummary.get", $"{Day}&token_auth={sample.Sample.Tokens.Super}");
        Assert.True(sample.Sample.RequestCount > 0);
        Assert.Contains(sample.Sample.Requests, r => r.Method == "VisitsSummary.get" && r.Parameters["date"] == "2026-10-14");
        Assert.DoesNotContain(sample.Sample.Requests, r => r.Parameters.ContainsKey("token_auth") || r.Parameters.Values.Any(v => v.Contains(sample.Sample.Tokens.Super, StringComparison.Ordinal)));
        Assert.DoesNotContain(sample.Sample.Tokens.Super, sample.Sample.Tokens.ToString(), StringComparison.Ordinal);
    }
}
