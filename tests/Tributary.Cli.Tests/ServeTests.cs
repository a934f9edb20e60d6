using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Tributary.Cli.Tests;

public sealed class ServeTests(SampleWorkspace sample) : IClassFixture<SampleWorkspace>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_beside_a_server_is_made_by_the_server_and_followed_and_its_history_and_log_can_be_read()
    {
        using var server = RealProgram.Start(sample.Variables, "serve");
        try
        {
            Assert.StartsWith($"Working on {sample.PathOf("workspace")}: ", await server.StandardError.ReadLineAsync(Stop), StringComparison.Ordinal);

            var run = await WhileServedAsync(server, "dataset", "run", "Pages", "--full", "--json");
            var history = JsonDocument.Parse((await sample.RunAsync("dataset", "history", "Pages", "--json")).Out).RootElement;
            var table = await sample.RunAsync("dataset", "history", "Pages");
            var log = await sample.RunAsync("dataset", "log", "Pages");
            var stop = await sample.RunAsync("dataset", "stop", "Pages");
            await RealProgram.TerminateAsync(server);
            await server.WaitForExitAsync(Stop);

            Assert.Equal(0, run.ExitCode);
            Assert.Contains("A `tributary serve` works on this workspace: it makes the run.", run.Error, StringComparison.Ordinal);
            var result = JsonDocument.Parse(run.Out).RootElement.GetProperty("runs")[0];
            Assert.Equal(("succeeded", 6), (result.GetProperty("status").GetString(), result.GetProperty("partitions").GetInt32()));

            var entry = history.GetProperty("runs")[0];
            Assert.Equal(result.GetProperty("run_id").GetString(), entry.GetProperty("run_id").GetString());
            Assert.Equal(("manual", Environment.UserName), (entry.GetProperty("trigger").GetString(), entry.GetProperty("requested_by").GetString()));
            Assert.Equal(1.0, history.GetProperty("success_rate").GetDouble());
            Assert.StartsWith("STARTED", table.Out, StringComparison.Ordinal);
            Assert.Contains("100 % of the runs succeeded; the last that did ended ", table.Error.Replace("100%", "100 %", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Matches("^[0-9T:.Z-]+ info    Started by .*\n", log.Out);
            Assert.Contains("Ended: succeeded, 6 partitions", log.Out, StringComparison.Ordinal);
            Assert.Equal("Pages is not being updated. Nothing was done.\n", stop.Error);

            Assert.Equal((0, ""), (server.ExitCode, await server.StandardOutput.ReadToEndAsync(Stop)));
            Assert.Contains(" Pages: succeeded, 6 partitions", await server.StandardError.ReadToEndAsync(Stop), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public async Task A_server_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing()
    {
        string[] names = ["One", "Two", "Three", "Four", "Five", "Six"];
        foreach (var name in names)
        {
            var added = await sample.RunAsync(
                "dataset", "add", name, "--account", "Main", "--report", "UserCountry.getCountry", "--sites", "1", "--start-days-back", "3", "--end-days-back", "1", "--every", "1d");
            Assert.True(added.ExitCode == 0, added.Error);
        }

        // As if nothing had been running when it was due.
        Sql("UPDATE schedules SET next_at = next_at - 2 * 86400000000");
        var random = new Random(20261128);
        var killed = 0;
        for (var done = false; !done; killed++)
        {
            // Ever longer: a run that is interrupted ten times is given up.
            Assert.True(killed < 40, "The runs never came to an end.");
            using var server = RealProgram.Start(sample.Variables, "serve", "--parallel", "2");
            await server.StandardError.ReadLineAsync(Stop);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 400 + (killed * 250))), TimeProvider.System, Stop);
            server.Kill();
            await server.WaitForExitAsync(Stop);
            done = Number("SELECT count(*) FROM runs WHERE trigger = 'scheduled' AND status = 'succeeded'") == names.Length
                && Number("SELECT count(*) FROM runs WHERE status IN ('running', 'queued')") == 0;
        }

        Assert.True(killed > 1, "Nothing was killed in the middle.");
        Assert.Equal(names.Length, Number("SELECT count(*) FROM (SELECT dataset_id, due_at FROM runs WHERE trigger = 'scheduled' AND status = 'succeeded' GROUP BY 1, 2 HAVING count(*) = 1)"));
        Assert.Equal(0, Number("SELECT count(*) FROM runs WHERE trigger = 'scheduled' AND status <> 'succeeded' AND coalesce(json_extract(result, '$.error.code'), '') <> 'run.interrupted'"));
        var tables = string.Join(" UNION ALL ", names.Select(n => $"SELECT '{n}' AS name, count(*) AS rows, sum(nb_visits) AS visits, count(DISTINCT period_start) AS days FROM {n}"));
        var rows = JsonDocument.Parse((await sample.RunAsync("query", $"SELECT DISTINCT rows, visits, days FROM ({tables})", "--json")).Out).RootElement;
        Assert.Equal(3, Assert.Single(rows.EnumerateArray()).GetProperty("days").GetInt32());
    }

    [Fact]
    public async Task An_address_that_is_none_is_said_before_anything_starts()
    {
        var served = await Cli.RunAsync("serve", "--role", "web", "--listen", "my-server");

        Assert.Equal((2, ""), (served.ExitCode, served.Out));
        Assert.StartsWith("error: --listen: 'my-server' is not an IP address.", served.Error, StringComparison.Ordinal);
    }

    /// <summary>Runs a command when a server has said in the store that it lives.</summary>
    private async Task<Cli> WhileServedAsync(Process server, params string[] words)
    {
        // Servers that were killed are still in the list.
        while (Number($"SELECT count(*) FROM workers WHERE process_id = {server.Id}") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }

        return await sample.RunAsync(words);
    }

    private long Number(string sql) => (long)Sql(sql)!;

    private object? Sql(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(sample.PathOf("workspace"), "tributary.db"), Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
