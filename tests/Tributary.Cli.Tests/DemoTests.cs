using System.Text.Json;

namespace Tributary.Cli.Tests;

public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_command_fills_a_table_for_every_group_of_reports()
    {
        var run = await Cli.RunAsync([.. ReadmeTests.Words("demo"), "--json", "--workspace", _folder]);

        var dataSets = JsonDocument.Parse(run.Out).RootElement.GetProperty("datasets").EnumerateArray().ToList();
        Assert.Equal(0, run.ExitCode);
        Assert.All(dataSets, d => Assert.True(d.GetProperty("rows").GetInt64() > 0, d.GetProperty("name").GetString()));
        Assert.Equal(
            ["Actions", "Advanced Campaign Reporting", "Click Path", "Contents", "Devices Detection", "Events", "Goals", "Referrers", "Transitions", "User Country", "Visit Frequency", "Visit Summary", "Visit Time"],
            dataSets.Where(d => d.GetProperty("status").GetString() == "succeeded").Select(d => d.GetProperty("group").GetString()).Distinct().Order(StringComparer.Ordinal));
        var query = await Cli.RunAsync([.. ReadmeTests.Words("query"), "--workspace", _folder]);
        Assert.Equal((0, 6), (query.ExitCode, query.Out.TrimEnd('\n').Split('\n').Length));
        Assert.Contains($"The demo's workspace is {_folder}\n", run.Error, StringComparison.Ordinal);
    }
}
