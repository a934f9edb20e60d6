using System.Text;
using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Warehouses.Tests.PostgreSql;

namespace Tributary.Warehouses.Tests;

/// <summary>DataSets of every shape there is, moved from destination to destination: nothing is read again, and nothing changes.</summary>
public sealed class MovedAroundTests : IAsyncLifetime
{
    private static readonly (string Name, DetailsInput Details, UpdateMethod? Update)[] DataSets =
    [
        ("Pages", new DetailsInput { Report = "Actions.getPageUrls", StartDaysBack = "4", EndDaysBack = "1" }, null),
        ("Visits", new DetailsInput { Report = "VisitsSummary.get", StartDaysBack = "10", EndDaysBack = "1" }, UpdateMethod.Append),
        ("Goals", new DetailsInput { Report = "Goals.get", StartDaysBack = "4", EndDaysBack = "1" }, null),
        ("Products", new DetailsInput { Report = "Goals.getItemsName", StartDaysBack = "4", EndDaysBack = "1" }, null),
        ("Raw", new DetailsInput { Report = "Live.getLastVisitsDetails", DaysBack = "2" }, null),
        ("Mobile", new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "4", EndDaysBack = "1", Segments = ["deviceType==smartphone"] }, UpdateMethod.Merge),
        ("Sites", new DetailsInput { Report = "SitesManager.getSitesWithAtLeastViewAccess" }, null),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly PostgreSqlFixture _postgres = new();
    private SampleMatomo.SampleMatomo _sample = null!;
    private Workspace _workspace = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Days = 20, Clock = TimeProvider.System }, Stop);
        _workspace = await Workspace.OpenAsync(_folder.File("workspace"), TimeProvider.System, new WorkspaceOptions { Kinds = WarehouseKinds.All }, Stop);
        await _workspace.Accounts.AddAsync(new NewAccount { Name = "Sample", Url = _sample.Address.ToString(), Token = new AccessToken(_sample.Tokens.Super) }, Stop);
        Directory.CreateDirectory(_folder.File("lake"));
        Assert.True((await _workspace.Destinations.AddAsync(new NewDestination("Warehouse", "postgresql", _postgres.Options), Stop)).IsFine);
        Assert.True((await _workspace.Destinations.AddAsync(new NewDestination("Lake", "files", new Dictionary<string, string> { ["location"] = _folder.File("lake") }), Stop)).IsFine);
        foreach (var (name, details, update) in DataSets)
        {
            await _workspace.AddDataSetAsync(new NewDataSet { Name = name, Account = "Sample", Details = details, Settings = new DataSetSettings { Update = update } }, Stop);
        }

        Assert.All(await _workspace.RunAsync(new RunRequest { All = true }, null, Stop), r => Assert.Null(r.Error));
    }

    public async ValueTask DisposeAsync()
    {
        await _workspace.DisposeAsync();
        await _sample.DisposeAsync();
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task From_the_embedded_file_over_PostgreSQL_and_files_and_back_every_cell_is_the_same()
    {
        foreach (var (name, _, _) in DataSets)
        {
            var (rows, states, columns) = await ContentAsync(name);
            Assert.NotEmpty(rows);

            foreach (var to in new[] { "Warehouse", "Lake", "embedded" })
            {
                var move = await _workspace.MoveToDestinationAsync(name, to, keep: false, null, Stop);

                var (movedRows, movedStates, movedColumns) = await ContentAsync(name);
                Assert.Equal(rows.Count, move.Rows);
                Assert.Equal(columns, movedColumns);
                Assert.Equal(states, movedStates);
                Assert.Equal(rows, movedRows);
            }
        }
    }

    [Fact]
    public async Task Runs_after_a_move_write_there_what_they_would_have_written_anywhere()
    {
        await _workspace.MoveToDestinationAsync("Pages", "Warehouse", keep: false, null, Stop);
        await _workspace.MoveToDestinationAsync("Mobile", "Lake", keep: false, null, Stop);
        var before = (await ContentAsync("Pages")).Rows.Concat((await ContentAsync("Mobile")).Rows).Select(WithoutRun).ToList();

        Assert.All(await _workspace.RunAsync(new RunRequest { Names = ["Pages", "Mobile"], Full = true }, null, Stop), r => Assert.Null(r.Error));

        var after = (await ContentAsync("Pages")).Rows.Concat((await ContentAsync("Mobile")).Rows).Select(WithoutRun).ToList();
        Assert.Equal(before.Order(StringComparer.Ordinal), after.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SQL_asks_the_warehouse_itself_and_files_answer_none()
    {
        await _workspace.MoveToDestinationAsync("Visits", "Warehouse", keep: false, null, Stop);

        await using var answer = await _workspace.Destinations.QueryAsync("warehouse", $"SELECT count(*) FROM \"{_postgres.Schema}\".visits", QueryLimits.Screen, Stop);
        Assert.Equal((await _workspace.GetDataSetAsync("Visits", Stop)).Rows, (await answer.Rows.SingleAsync(Stop))[0]);
        var error = await Assert.ThrowsAsync<InputException>(() => _workspace.Destinations.QueryAsync("Lake", "SELECT 1", QueryLimits.Screen, Stop));
        Assert.Contains("dataset export", error.Message, StringComparison.Ordinal);
    }

    private static string WithoutRun(string row) => row[..row.LastIndexOf("_run_id", StringComparison.Ordinal)];

    /// <summary>The rows as JSON in the order of their text, the states, and the columns.</summary>
    private async Task<(IReadOnlyList<string> Rows, IReadOnlyList<PartitionRecord> States, IReadOnlyList<ColumnDefinition> Columns)> ContentAsync(string name)
    {
        using var json = new MemoryStream();
        await _workspace.ExportAsync(name, "json", ExportOptions.Default, json, Stop);
        var rows = Encoding.UTF8.GetString(json.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim().TrimEnd(',')).Where(l => l.StartsWith('{')).Order(StringComparer.Ordinal).ToList();
        return (rows, [.. await _workspace.ReadPartitionsAsync(name, Stop)], (await _workspace.GetDataSetAsync(name, Stop)).Columns);
    }
}
