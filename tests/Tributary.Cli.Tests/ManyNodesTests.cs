using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Warehouses;

namespace Tributary.Cli.Tests;

/// <summary>Nodes of one store, as workers of workspaces whose folders have nothing in common but their keys.</summary>
public sealed partial class ManyNodesTests : IAsyncLifetime
{
    private const int Days = 420;

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-nodes-").FullName;
    private readonly string _store = TestPostgres.NewStore();
    private readonly List<Workspace> _nodes = [];
    private readonly List<string> _said = [];
    private DateTimeOffset _limitedSince;
    private SampleMatomo.SampleMatomo _sample = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Schema => _store[(_store.IndexOf("schema=", StringComparison.Ordinal) + 7)..] + "_data";

    public async ValueTask InitializeAsync() =>
        _sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Days = Days + 10, VisitsPerDay = 2, Sites = 3, RequestMs = 200 }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await _sample.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_long_run_is_shared_among_nodes_and_no_partition_is_read_twice()
    {
        var first = await OpenAsync("one");
        await PrepareAsync(first, "Summary", null);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var work = new List<Task> { first.WorkAsync(1, Say, end.Token), (await JoinAsync("two")).WorkAsync(1, Say, end.Token), (await JoinAsync("three")).WorkAsync(1, Say, end.Token) };
        await UntilAsync(async () => (await first.Store.DescribeAsync(Stop)).Nodes.Count == 3);

        var queued = Assert.Single(await first.Runs.QueueAsync(new RunRequest { Names = ["Summary"] }, "test", Stop));
        await UntilAsync(async () => (await first.Runs.GetAsync(queued.RunId, Stop)).EndedAt is not null);
        await end.CancelAsync();
        await Task.WhenAll(work);

        var run = await first.Runs.ReadLogAsync(queued.RunId, Stop);
        Assert.True(run.Run.Status is RunStatus.Succeeded or RunStatus.SucceededWithWarnings, string.Join('\n', run.Lines.Select(l => l.Message)));
        Assert.Equal(Days * 3, run.Run.Result!.Partitions);
        Assert.Contains(_said, s => s.Contains("helped with", StringComparison.Ordinal));
        Assert.Equal((Days * 3, Days * 3), await CountAsync());
        Assert.Equal(Days * 3, run.Lines.Select(l => WindowLine().Match(l.Message)).Where(m => m.Success).Sum(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)));
        Assert.Equal(Days * 3, (await first.ReadPartitionsAsync("Summary", Stop)).Count);
    }

    [Fact]
    public async Task A_long_run_that_is_stopped_stops_on_every_node_and_says_what_it_had_read()
    {
        var first = await OpenAsync("one");
        await PrepareAsync(first, "Summary", null);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var work = new List<Task> { first.WorkAsync(1, Say, end.Token), (await JoinAsync("two")).WorkAsync(1, Say, end.Token) };
        await UntilAsync(async () => (await first.Store.DescribeAsync(Stop)).Nodes.Count == 2);
        var queued = Assert.Single(await first.Runs.QueueAsync(new RunRequest { Names = ["Summary"] }, "test", Stop));
        await UntilAsync(async () => (await first.Runs.ReadLogAsync(queued.RunId, Stop)).Lines.Any(l => l.Message.StartsWith("Part ", StringComparison.Ordinal)));

        await first.Runs.StopAsync(queued.RunId, Stop);
        await UntilAsync(async () => (await first.Runs.GetAsync(queued.RunId, Stop)).EndedAt is not null);
        await end.CancelAsync();
        await Task.WhenAll(work);

        var run = await first.Runs.GetAsync(queued.RunId, Stop);
        var stored = (await CountAsync()).Partitions;
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.InRange(run.Result!.Partitions, 1, stored);
        Assert.InRange(stored, 1, (Days * 3) - 1);
    }

    [Fact]
    public async Task A_node_with_other_keys_or_none_is_refused_and_makes_none_of_its_own()
    {
        await OpenAsync("one");

        var none = await Assert.ThrowsAsync<TributaryException>(() => OpenAsync("without"));
        await using (await Workspace.OpenAsync(Path.Combine(_folder, "other"), TimeProvider.System, new WorkspaceOptions { Store = TestPostgres.NewStore() }, Stop))
        {
            // Its keys are made for a store of its own.
        }

        var other = await Assert.ThrowsAsync<TributaryException>(() => OpenAsync("other"));

        Assert.Equal((("workspace.keys_differ", Fault.Workspace), "workspace.keys_differ"), ((none.Code, none.Fault), other.Code));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder, "without", "keys")));
        await JoinAsync("with");
    }

    [Fact]
    public async Task A_node_that_has_a_later_key_beside_the_agreed_one_is_let_in_and_the_others_are_told_to_take_it()
    {
        await OpenAsync("one");
        var second = Path.Combine(_folder, "two", "keys");
        await JoinAsync("two");
        foreach (var file in Directory.EnumerateFiles(second, "key-*.xml"))
        {
            await File.WriteAllTextAsync(file, Regex.Replace(await File.ReadAllTextAsync(file, Stop), "(?<=<expirationDate>)[0-9]{4}", "2020", RegexOptions.None, TimeSpan.FromSeconds(1)), Stop);
        }

        await OpenAsync("two");
        var later = Directory.EnumerateFiles(second, "key-*.xml").Select(Path.GetFileName).ToList();
        var other = await Assert.ThrowsAsync<TributaryException>(() => OpenAsync("one"));

        Assert.Equal(2, later.Count);
        Assert.Equal("workspace.keys_differ", other.Code);
    }

    [Fact]
    public async Task Limits_of_an_account_hold_over_all_nodes()
    {
        var first = await OpenAsync("one");
        await PrepareAsync(first, "A", 12);
        await first.DuplicateDataSetAsync("A", "B", Stop);
        var second = await JoinAsync("two");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var runs = new[] { first.RunAsync(new RunRequest { Names = ["A"] }, null, end.Token), second.RunAsync(new RunRequest { Names = ["B"] }, null, end.Token) };

        // Both have more to ask than the minute allows: the twelfth request is the last for as long as this test looks.
        await UntilAsync(() => Task.FromResult(SinceLimited() >= 12));
        await Task.WhenAny(Task.WhenAll(runs), Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Stop));
        await end.CancelAsync();
        await Task.WhenAll(runs);

        Assert.Equal(12, SinceLimited());
    }

    [Fact]
    public async Task A_DataSet_on_the_embedded_file_is_left_to_the_node_that_has_it()
    {
        var first = await OpenAsync("one");
        await PrepareAsync(first, "Summary", null);
        await first.AddDataSetAsync(new NewDataSet { Name = "Here", Account = "Sample", Details = new DetailsInput { Report = "VisitsSummary.get", DaysBack = "2" } }, Stop);
        Assert.Equal(RunStatus.Succeeded, Assert.Single(await first.RunAsync(new RunRequest { Names = ["Here"] }, null, Stop)).Status);
        var second = await JoinAsync("two");

        var refused = Assert.Single(await second.RunAsync(new RunRequest { Names = ["Here"] }, null, Stop));

        Assert.Equal((RunStatus.Failed, "destination.embedded_one_node", Fault.Setup), (refused.Status, refused.Error!.Code, refused.Error.Fault));
        var run = (await first.ReadHistoryAsync("Here", Stop)).Runs[0].RunId;
        foreach (var attempt in new Func<Task>[]
        {
            () => second.MoveToDestinationAsync("Here", "Warehouse", keep: false, null, Stop),
            () => second.MoveToDestinationAsync("Summary", "embedded", keep: false, null, Stop),
            () => second.RevertAsync("Here", run, Stop),
            () => second.DeleteDataSetAsync("Here", keepData: false, Stop),
        })
        {
            Assert.Equal("destination.embedded_one_node", (await Assert.ThrowsAsync<TributaryException>(attempt)).Code);
        }

        Assert.False(File.Exists(Path.Combine(_folder, "two", "datasets.duckdb")));
        var history = await second.ReadHistoryAsync("Here", Stop);

        // A worker of another node takes it no more than nobody would.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var work = second.WorkAsync(1, Say, end.Token);
        await UntilAsync(() => first.HasWorkerAsync(Stop));
        var made = await first.RunAsync(new RunRequest { All = true }, null, Stop).WaitAsync(TimeSpan.FromMinutes(1), Stop);
        var again = await second.RunAsync(new RunRequest { Names = ["Here"] }, null, Stop).WaitAsync(TimeSpan.FromMinutes(1), Stop);
        await end.CancelAsync();
        await work;

        Assert.Single(history.Runs, r => r.Trigger == "manual");
        Assert.Equal(["Here", "Summary"], made.Select(r => r.DataSet).Order(StringComparer.Ordinal));
        Assert.All(made, r => Assert.True(r.Status is RunStatus.Succeeded or RunStatus.SucceededWithWarnings, $"{r.DataSet}: {r.Error?.Message}"));
        Assert.Equal("destination.embedded_one_node", Assert.Single(again).Error!.Code);
        Assert.Equal(3, (await first.ReadPartitionsAsync("Here", Stop)).Count);
        Assert.Equal("Warehouse", (await first.MoveToDestinationAsync("Here", "Warehouse", keep: false, null, Stop)).To);
    }

    [Fact]
    public async Task Nodes_that_start_together_on_one_empty_keys_folder_make_one_key()
    {
        var keys = Directory.CreateDirectory(Path.Combine(_folder, "keys"));
        foreach (var node in new[] { "a", "b", "c", "d" })
        {
            Directory.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, node)).FullName, "keys"), keys.FullName);
        }

        await Task.WhenAll(new[] { "a", "b", "c", "d" }.Select(node => Task.Run(() => OpenAsync(node))));

        Assert.Single(keys.EnumerateFiles("key-*.xml"));
        await OpenAsync("a");
    }

    private async Task<Workspace> OpenAsync(string node)
    {
        var workspace = await Workspace.OpenAsync(Path.Combine(_folder, node), TimeProvider.System, new WorkspaceOptions { Kinds = WarehouseKinds.All, Store = _store }, Stop);
        lock (_nodes)
        {
            _nodes.Add(workspace);
        }

        return workspace;
    }

    private Task<Workspace> JoinAsync(string node)
    {
        var keys = Directory.CreateDirectory(Path.Combine(_folder, node, "keys"));
        foreach (var key in Directory.EnumerateFiles(Path.Combine(_folder, "one", "keys")))
        {
            File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
        }

        return OpenAsync(node);
    }

    private async Task PrepareAsync(Workspace workspace, string dataSet, int? perMinute)
    {
        await workspace.Accounts.AddAsync(new NewAccount { Name = "Sample", Url = _sample.Address.ToString(), Token = new AccessToken(_sample.Tokens.Super), Connection = new ConnectionChange { RequestsPerMinute = perMinute } }, Stop);
        _limitedSince = TimeProvider.System.GetUtcNow();
        var server = new Uri(TestPostgres.Address);
        var destination = await workspace.Destinations.AddAsync(
            new NewDestination("Warehouse", "postgresql", new Dictionary<string, string>
            {
                ["host"] = server.Host,
                ["port"] = server.Port.ToString(CultureInfo.InvariantCulture),
                ["database"] = server.AbsolutePath.Trim('/'),
                ["user"] = server.UserInfo.Split(':')[0],
                ["password"] = TestPostgres.Password,
                ["schema"] = Schema,
            }),
            Stop);
        Assert.Null(destination.Failed);
        await workspace.AddDataSetAsync(
            new NewDataSet { Name = dataSet, Account = "Sample", Destination = "Warehouse", Details = new DetailsInput { Report = "VisitsSummary.get", StartDaysBack = (Days + 1).ToString(CultureInfo.InvariantCulture), EndDaysBack = "2" }, Settings = new DataSetSettings { TotalsCheck = false } }, Stop);
    }

    /// <summary>Requests since the account has its limit; what tested it before knew of none.</summary>
    private int SinceLimited() => _sample.Requests.Count(r => r.At >= _limitedSince);

    /// <summary>The rows of the table, and how many partitions they are of.</summary>
    private async Task<(int Rows, int Partitions)> CountAsync()
    {
        var server = new Uri(TestPostgres.Address);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder { Host = server.Host, Port = server.Port, Database = server.AbsolutePath.Trim('/'), Username = server.UserInfo.Split(':')[0], Password = TestPostgres.Password }.ConnectionString);
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand($"SELECT count(*), count(DISTINCT (site_id, period_start)) FROM {Schema}.summary", connection);
        await using var row = await command.ExecuteReaderAsync(Stop);
        await row.ReadAsync(Stop);
        return (row.GetInt32(0), row.GetInt32(1));
    }

    private void Say(string line)
    {
        lock (_said)
        {
            _said.Add(line);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    [GeneratedRegex("^Site \\d+, .*: (\\d+) partitions?, ")]
    private static partial Regex WindowLine();
}
