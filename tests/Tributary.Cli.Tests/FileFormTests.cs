using System.CommandLine;
using System.Text.Json;
using Tributary.Cli.Commands;

namespace Tributary.Cli.Tests;

/// <summary>The file form at the command line.</summary>
public sealed class FileFormTests(SampleWorkspace workspace) : IClassFixture<SampleWorkspace>
{
    private const string NotOfAFile = "--json --preset --workspace --help --all --stdin --token-stdin";

    [Theory]
    [InlineData("account add", "accounts", "--header=header_env")]
    [InlineData("dataset add", "datasets", "")]
    [InlineData("alert add", "alerts", "--webhook=webhook_env")]
    public void Every_flag_has_its_field(string command, string section, string others)
    {
        using var schema = JsonDocument.Parse(Workspace.FileSchemaText);
        var fields = schema.RootElement.GetProperty("properties").GetProperty(section).GetProperty("items").GetProperty("properties").EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var named = others.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(o => o.Split('=')[0], o => o.Split('=')[1], StringComparer.Ordinal);
        var flags = CommandNames.OptionsOf(CommandNames.All(new TributaryCommand()).Single(c => CommandNames.Full(c) == $"tributary {command}"))
            .Where(o => !o.Hidden && !NotOfAFile.Split(' ').Contains(o.Name))
            .Select(o => named.GetValueOrDefault(o.Name) ?? o.Name.TrimStart('-').Replace('-', '_'));

        Assert.DoesNotContain(flags, f => !fields.Contains(f));
    }

    [Fact]
    public async Task A_workspace_goes_into_a_file_and_the_file_says_what_it_changes()
    {
        var file = workspace.PathOf("tributary.yaml");
        var exported = await workspace.RunAsync("config", "export");
        await File.WriteAllTextAsync(file, exported.Out.Replace("tag: [web]", "tag: [web]\n    lookback: 9", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var announced = await workspace.RunAsync("apply", file, "--dry-run");
        var json = await workspace.RunAsync("apply", file, "--json");
        var again = await workspace.RunAsync("apply", file, "--prune");

        Assert.Equal("~ dataset Pages\n    lookback: (default) → 9\n", announced.Out);
        Assert.Contains("1 changed, 1 unchanged.", announced.Error, StringComparison.Ordinal);
        using var applied = JsonDocument.Parse(json.Out);
        Assert.True(applied.RootElement.GetProperty("applied").GetBoolean());
        Assert.Equal("changed", applied.RootElement.GetProperty("changes")[0].GetProperty("action").GetString());
        Assert.Equal((0, ""), (again.ExitCode, again.Out));
        Assert.Contains("2 unchanged.", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_prune_removes_is_said_before_it_does()
    {
        var file = workspace.PathOf("nothing.yaml");
        await File.WriteAllTextAsync(file, "version: 1\n", TestContext.Current.CancellationToken);

        var run = await workspace.RunAsync("apply", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Pages", run.Error, StringComparison.Ordinal);
        Assert.Contains(" --prune removes them, DataSets with their tables, and accounts and destinations that no DataSet uses.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_does_not_hold_together_exits_2_with_every_line()
    {
        var file = workspace.PathOf("wrong.yaml");
        await File.WriteAllTextAsync(file, "version: 1\ndatasets:\n  - name: X\n    acount: Main\n    report: Actions.getPageUrls\n", TestContext.Current.CancellationToken);

        var run = await workspace.RunAsync("apply", file);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("error: line 4, datasets[1].acount: There is no field 'acount'. Did you mean 'account'?", run.Error, StringComparison.Ordinal);
        Assert.Contains("error: line 3, datasets[1]: 'account' is missing.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_is_printed_as_JSON()
    {
        var run = await workspace.RunAsync("config", "schema");

        using var schema = JsonDocument.Parse(run.Out);
        Assert.Equal("object", schema.RootElement.GetProperty("type").GetString());
    }
}
