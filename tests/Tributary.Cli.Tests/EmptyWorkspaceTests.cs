using System.Text.Json;

namespace Tributary.Cli.Tests;

/// <summary>Commands on a workspace nobody has worked in yet.</summary>
public sealed class EmptyWorkspaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("account list", "tributary account add")]
    [InlineData("dataset list", "tributary dataset add")]
    public async Task An_empty_list_says_how_to_begin(string line, string next)
    {
        var words = await RunAsync(line.Split(' '));
        var json = await RunAsync([.. line.Split(' '), "--json"]);

        Assert.Equal((0, ""), (words.ExitCode, words.Out));
        Assert.Contains(next, words.Error, StringComparison.Ordinal);
        Assert.Equal((0, "[]\n"), (json.ExitCode, json.Out));
    }

    [Theory]
    [InlineData("dataset show Pages")]
    [InlineData("dataset delete Pages")]
    [InlineData("dataset partitions Pages")]
    [InlineData("dataset run Pages")]
    [InlineData("dataset run Pages --dry-run")]
    [InlineData("dataset export Pages --format csv")]
    [InlineData("account test Main")]
    [InlineData("account remove Main")]
    [InlineData("preview --account Main --report Actions.getPageUrls")]
    [InlineData("dataset add Pages --account Main --report Actions.getPageUrls")]
    [InlineData("report list --group Atcions")]
    public async Task A_name_that_is_not_there_is_wrong_usage(string line)
    {
        var run = await RunAsync(line.Split(' '));

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_not_left_by_an_export_of_nothing()
    {
        var file = Path.Combine(_folder, "pages.csv");

        var run = await RunAsync("dataset", "export", "Pages", "--output", file);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(Directory.GetFiles(_folder, "pages*"));
    }

    [Fact]
    public async Task The_reports_known_without_a_server_are_listed()
    {
        var run = await RunAsync("report", "list", "--json");

        var groups = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().Select(r => r.GetProperty("group").GetString()).ToHashSet();
        Assert.Superset(
            new HashSet<string?>
            {
                "Actions", "Advanced Campaign Reporting", "Click Path", "Contents", "Devices Detection", "Events", "Goals", "Referrers", "Transitions", "User Country", "Visit Frequency", "Visit Time", "Visit Summary",
            },
            groups);
    }

    [Fact]
    public async Task Every_report_listed_can_be_named()
    {
        var list = JsonDocument.Parse((await RunAsync("report", "list", "--group", "Goals", "--json")).Out).RootElement.EnumerateArray().Select(r => r.GetProperty("report").GetString()!).ToList();

        Assert.Equal(list.Count, list.Distinct(StringComparer.Ordinal).Count());
        foreach (var report in list)
        {
            Assert.Equal(0, (await RunAsync("report", "describe", report)).ExitCode);
        }
    }

    [Fact]
    public async Task A_report_is_described()
    {
        var run = await RunAsync("report", "describe", "VisitsSummary.get");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("VisitsSummary.get: ", run.Out, StringComparison.Ordinal);
        Assert.Contains("\nnb_visits ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_of_no_table_is_answered_with_its_digits()
    {
        var run = await RunAsync("query", "SELECT 1 AS a, 170141183460469231731687303715884105727 AS b, DATE '2026-01-31' AS c, NULL AS d, 1.50::DECIMAL(20,4) AS e", "--json");

        Assert.Equal("[\n{\"a\":1,\"b\":170141183460469231731687303715884105727,\"c\":\"2026-01-31\",\"d\":null,\"e\":1.5}\n]\n", run.Out);
    }

    [Theory]
    [InlineData("SELEC 1")]
    [InlineData("SELECT * FROM nothing")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("DROP TABLE x")]
    public async Task A_question_that_cannot_be_asked_is_wrong_usage(string sql)
    {
        var run = await RunAsync("query", sql);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
    }

    [Fact]
    public async Task A_fresh_workspace_is_healthy()
    {
        var run = await RunAsync("doctor", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.All(JsonDocument.Parse(run.Out).RootElement.EnumerateArray(), f => Assert.True(f.GetProperty("ok").GetBoolean()));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_one_is_the_side_of_the_workspace()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var run = await Cli.RunAsync("dataset", "list", "--workspace", file);

        Assert.Equal((6, ""), (run.ExitCode, run.Out));
    }

    private Task<Cli> RunAsync(params string[] words) => Cli.RunAsync([.. words, "--workspace", _folder]);
}
