using System.Text.Json;

namespace Tributary.Cli.Tests;

/// <summary>The commands of accounts, from the words typed to what is printed.</summary>
public sealed class AccountTests(SampleWorkspace workspace) : IClassFixture<SampleWorkspace>
{
    private const string Password = "pass-Word-0f-the-gate";

    [Fact]
    public async Task A_connection_is_edited_and_its_secrets_are_never_printed()
    {
        await workspace.RunAsync("account", "add", "Edited", "--url", workspace.Url, "--token-env", "MATOMO_TOKEN");
        var variables = new Dictionary<string, string>(workspace.Variables) { ["GATE"] = $"user:{Password}", ["GATE_KEY"] = Password + "-key" };

        var edit = await RealProgram.RunAsync(variables, "account", "edit", "Edited", "--basic-env", "GATE", "--header", "X-Gate: env:GATE_KEY", "--header", "X-Plain: on", "--parallel", "1");
        var list = await workspace.RunAsync("account", "list", "--json");

        Assert.Equal(0, edit.ExitCode);
        var connection = JsonDocument.Parse(list.Out).RootElement.EnumerateArray().Single(a => a.GetProperty("name").GetString() == "Edited").GetProperty("connection");
        Assert.Equal(["X-Gate", "X-Plain"], connection.GetProperty("headers").EnumerateArray().Select(h => h.GetString()));
        Assert.Equal((true, 1), (connection.GetProperty("basic").GetBoolean(), connection.GetProperty("parallel").GetInt32()));
        Assert.DoesNotContain(Password, edit.Out + edit.Error + list.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--header", "Authorization: Bearer " + Password, "--basic-env")]
    [InlineData("--header", Password, "Name: value")]
    [InlineData("--header", "X-Gate: env:NOPE", "NOPE is not set")]
    [InlineData("--basic-env", "NOPE", "NOPE is not set")]
    [InlineData("--basic-env", "me:" + Password, "no name of an environment variable")]
    [InlineData("--token-env", Password + "!", "no name of an environment variable")]
    [InlineData("--header", "X-Gate: env:" + Password + "!", "no name of an environment variable")]
    [InlineData("--proxy", "ftp://u:" + Password + "@x", "no proxy's address")]
    [InlineData("--ca-file", "no-such.pem", "cannot be read")]
    public async Task What_cannot_be_used_is_wrong_usage(string flag, string value, string words)
    {
        var run = await workspace.RunAsync("account", "edit", "Main", flag, value);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataSets_are_listed_moved_and_their_account_renamed()
    {
        await workspace.RunAsync("account", "add", "From", "--url", workspace.Url, "--token-env", "MATOMO_TOKEN");
        await workspace.RunAsync("account", "add", "Onto", "--url", workspace.Url, "--token-env", "MATOMO_TOKEN");
        await workspace.RunAsync("dataset", "add", "Moving", "--account", "From", "--report", "Actions.getPageUrls");

        var rename = await workspace.RunAsync("account", "rename", "From", "Source", "--json");
        var datasets = await workspace.RunAsync("account", "datasets", "Source", "--json");
        var move = await workspace.RunAsync("account", "move", "Source", "--to", "Onto", "--json");
        var back = await workspace.RunAsync("account", "move", "--dataset", "Moving", "--to", "Source");

        Assert.Equal("From", JsonDocument.Parse(rename.Out).RootElement.GetProperty("renamed").GetString());
        Assert.Equal("Moving", Assert.Single(JsonDocument.Parse(datasets.Out).RootElement.EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("Moving", Assert.Single(JsonDocument.Parse(move.Out).RootElement.GetProperty("datasets").EnumerateArray()).GetString());
        Assert.Contains("must mean the same", move.Error, StringComparison.Ordinal);
        Assert.Contains("Moved to Source: Moving.", back.Error, StringComparison.Ordinal);
    }
}
