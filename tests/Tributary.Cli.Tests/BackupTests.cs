using System.Text.Json;

namespace Tributary.Cli.Tests;

/// <summary>A backup at the command line, beside runs of other processes.</summary>
public sealed class BackupTests(SampleWorkspace workspace) : IClassFixture<SampleWorkspace>
{
    [Fact]
    public async Task A_backup_made_beside_a_run_of_another_process_is_a_workspace()
    {
        var folder = workspace.PathOf("copy");
        var running = workspace.RunAsync("dataset", "run", "Pages", "--full");

        var backup = await workspace.RunAsync("backup", folder, "--json");
        var run = await running;
        var again = await workspace.RunAsync("backup", folder);
        var rows = await workspace.RunAsync("query", "SELECT (SELECT count(*) FROM pages) = (SELECT sum(rows) FROM pages__partitions) AS same", "--json", "--workspace", folder);
        var doctor = await workspace.RunAsync("doctor", "--workspace", folder);

        Assert.Equal((0, 0, 0), (run.ExitCode, backup.ExitCode, doctor.ExitCode));
        using var made = JsonDocument.Parse(backup.Out);
        Assert.Equal(folder, made.RootElement.GetProperty("folder").GetString());
        Assert.Contains("true", rows.Out, StringComparison.Ordinal);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("is there already", again.Error, StringComparison.Ordinal);
    }
}
