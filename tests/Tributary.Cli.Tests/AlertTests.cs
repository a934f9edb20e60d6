using System.Text.Json;
using Tributary.Testing;

namespace Tributary.Cli.Tests;

/// <summary>The commands of alerts, from the words typed to what arrives.</summary>
public sealed class AlertTests(SampleWorkspace workspace) : IClassFixture<SampleWorkspace>
{
    private const string Secret = "services-T0-B0-secret";

    [Fact]
    public async Task An_alert_is_added_listed_tried_and_removed_and_its_address_never_printed()
    {
        await using var hook = ScriptedServer.Start().Always(ScriptedReply.Html("ok"));
        var variables = new Dictionary<string, string>(workspace.Variables) { ["HOOK"] = $"{hook.Address}{Secret}" };

        var add = await RealProgram.RunAsync(variables, "alert", "add", "Chat 通知", "--webhook", "env:HOOK", "--on", "failed,late", "--tag", "web,shop", "--json");
        var direct = await workspace.RunAsync("alert", "add", "Direct", "--webhook", $"{hook.Address}{Secret}", "--dataset", "Pages");
        var list = await workspace.RunAsync("alert", "list", "--json");
        var table = await workspace.RunAsync("alert", "list");
        var test = await workspace.RunAsync("alert", "test", "Chat 通知");
        var remove = await workspace.RunAsync("alert", "remove", "Chat 通知", "--json");
        await workspace.RunAsync("alert", "remove", "Direct");

        Assert.All([add, direct, list, table, test, remove], run =>
        {
            Assert.Equal(0, run.ExitCode);
            Assert.DoesNotContain(Secret, run.Out + run.Error, StringComparison.Ordinal);
        });
        var alert = JsonDocument.Parse(list.Out).RootElement.EnumerateArray().Single(a => a.GetProperty("name").GetString() == "Chat 通知");
        Assert.Equal(("webhook", hook.Address.Authority, false), (alert.GetProperty("kind").GetString(), alert.GetProperty("host").GetString(), alert.GetProperty("all").GetBoolean()));
        Assert.Equal(["failed", "late"], alert.GetProperty("on").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(["web", "shop"], alert.GetProperty("tags").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal("test", JsonDocument.Parse(Assert.Single(hook.Requests).RawBody).RootElement.GetProperty("event").GetString());
    }

    [Fact]
    public async Task A_message_that_does_not_arrive_is_the_other_sides_fault()
    {
        await using var hook = ScriptedServer.Start().Always(ScriptedReply.Html("", 404));
        await workspace.RunAsync("alert", "add", "Gone", "--webhook", $"{hook.Address}{Secret}");

        var test = await workspace.RunAsync("alert", "test", "Gone");
        await workspace.RunAsync("alert", "remove", "Gone");

        Assert.Equal((4, ""), (test.ExitCode, test.Out));
        Assert.Contains("status 404", test.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, test.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--smtp", "--webhook URL")]
    [InlineData("--from", "sender", "--smtp", "smtp.example.org", "--to", "a@example.org")]
    [InlineData("--on", "Did you mean .failed.?", "--webhook", "https://x.example/y", "--on", "faild")]
    [InlineData("--all", "not both|either", "--webhook", "https://x.example/y", "--all", "--tag", "a")]
    [InlineData("--password-env", "NOPE is not set", "--smtp", "smtp.example.org", "--password-env", "NOPE")]
    [InlineData("--webhook", "NOPE is not set", "--webhook", "env:NOPE")]
    [InlineData("--webhook", "no name of an environment variable", "--webhook", "env:https://x.example/y")]
    public async Task What_does_not_hold_together_is_wrong_usage(string flag, string words, params string[] flags)
    {
        var run = await workspace.RunAsync(["alert", "add", "Wrong", .. flags]);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains($"error: {flag}", run.Error, StringComparison.Ordinal);
        Assert.Matches(words.Replace("?", "\\?", StringComparison.Ordinal), run.Error);
    }
}
