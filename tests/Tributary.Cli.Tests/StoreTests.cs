using System.Text.Json;
using Tributary.Testing;

namespace Tributary.Cli.Tests;

/// <summary>A workspace whose records go to a PostgreSQL and back.</summary>
public sealed class StoreTests(SampleWorkspace workspace) : IClassFixture<SampleWorkspace>
{
    [Fact]
    public async Task Records_go_to_PostgreSQL_and_back_and_nothing_is_lost_on_the_way()
    {
        var address = TestPostgres.NewStore();
        var bare = address.Replace($":{TestPostgres.Password}@", "@", StringComparison.Ordinal);
        var variables = new Dictionary<string, string>(workspace.Variables, StringComparer.Ordinal) { ["DB_PASSWORD"] = TestPostgres.Password };
        Task<Cli> Run(params string[] words) => RealProgram.RunAsync(variables, words);
        var before = await Run("dataset", "partitions", "Pages", "--json");

        var refused = await Run("store", "move", "--to", address);
        var moved = await Run("store", "move", "--to", bare, "--password-env", "DB_PASSWORD", "--json");
        var show = await Run("store", "show", "--json");
        var there = await Run("dataset", "partitions", "Pages", "--json");
        var run = await Run("dataset", "run", "Pages", "--full");
        var twice = await Run("store", "move", "--to", bare, "--password-env", "DB_PASSWORD");
        var back = await Run("store", "move", "--to", "sqlite");
        var again = await Run("dataset", "history", "Pages", "--json");

        Assert.Equal((2, 0, 0, 0, 0, 2, 0, 0), (refused.ExitCode, moved.ExitCode, show.ExitCode, there.ExitCode, run.ExitCode, twice.ExitCode, back.ExitCode, again.ExitCode));
        using var tables = JsonDocument.Parse(moved.Out);
        Assert.Equal((1, 1), (tables.RootElement.GetProperty("tables").GetProperty("accounts").GetInt32(), tables.RootElement.GetProperty("tables").GetProperty("datasets").GetInt32()));
        Assert.True(File.Exists(tables.RootElement.GetProperty("kept_as").GetString()));
        using var shown = JsonDocument.Parse(show.Out);
        Assert.Equal(("PostgreSQL", bare), (shown.RootElement.GetProperty("engine").GetString(), shown.RootElement.GetProperty("place").GetString()));
        Assert.Equal(before.Out, there.Out);
        using var history = JsonDocument.Parse(again.Out);
        Assert.Equal(2, history.RootElement.GetProperty("runs").GetArrayLength());
        Assert.DoesNotContain(TestPostgres.Password, string.Concat(new[] { refused, moved, show, there, run, twice, back, again }.Select(c => c.Out + c.Error)), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(workspace.PathOf("workspace")).Where(f => f.EndsWith(".json", StringComparison.Ordinal)), f => File.ReadAllText(f).Contains(TestPostgres.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_the_workspaces_side_and_says_what_to_do_without_the_password()
    {
        var port = 1;
        var variables = new Dictionary<string, string>(workspace.Variables, StringComparer.Ordinal) { ["TRIBUTARY_STORE"] = $"postgresql://someone:{TestPostgres.Password}@127.0.0.1:{port}/nowhere" };

        var run = await RealProgram.RunAsync(variables, "store", "show");

        Assert.Equal(6, run.ExitCode);
        Assert.Contains("cannot be reached", run.Error, StringComparison.Ordinal);
        Assert.Contains("postgresql://someone@127.0.0.1:1/nowhere", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(TestPostgres.Password, run.Out + run.Error, StringComparison.Ordinal);
    }
}
