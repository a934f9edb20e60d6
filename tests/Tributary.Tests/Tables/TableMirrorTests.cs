using System.Runtime.CompilerServices;
using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Tables;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Tables;

public sealed class TableMirrorTests : IAsyncLifetime
{
    private Func<Task> _reading = () => Task.CompletedTask;
    private WorkspaceFixture _fixture = null!;
    private string _id = "";
    private int _missing;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Workspace Workspace => _fixture.Workspace;

    /// <summary>The copy as another visitor has it.</summary>
    private DuckDbDestination Copy => Open(Path.Combine(_fixture.Folder, "cache", _id + ".duckdb"));

    private DuckDbDestination Second => Open(_fixture.Folder + "-second.duckdb");

    public async ValueTask InitializeAsync()
    {
        _fixture = await WorkspaceFixture.CreateAsync(new WorkspaceOptions { Kinds = [new SecondFileKind()], Watched = d => new Watched(d, () => _reading(), () => _missing) });
        await Workspace.Destinations.AddAsync(new NewDestination("Warehouse", "second", new Dictionary<string, string> { ["path"] = _fixture.Folder + "-second.duckdb" }), Stop);
        _id = (await Workspace.AddDataSetAsync(
            new NewDataSet { Name = "Countries", Account = "Shop", Destination = "Warehouse", Details = new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "6", EndDaysBack = "1" } }, Stop)).Id;
        await RunAsync(30);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Whoever_reads_the_copy_while_another_is_made_finds_it_whole()
    {
        Assert.Equal([31], await LookAsync());
        await RunAsync(40);
        long? meanwhile = null;
        _reading = async () => meanwhile = (await Copy.ReadPartitionsAsync("countries", Stop)).Sum(p => p.Rows);

        Assert.Equal([41], await LookAsync());

        Assert.True(meanwhile > 0, $"{meanwhile} rows");
    }

    [Fact]
    public async Task A_state_that_was_there_before_is_copied_anew()
    {
        var run = (await Workspace.ReadHistoryAsync("Countries", Stop)).Runs[0].RunId;
        Assert.Equal([31], await LookAsync());
        await RunAsync(40);
        Assert.Equal([41], await LookAsync());

        await Workspace.RevertAsync("Countries", run, Stop);

        Assert.Equal([31], await LookAsync());
    }

    [Fact]
    public async Task A_table_that_came_back_without_a_column_is_shown_without_it()
    {
        await LookAsync();
        var schema = (await Second.ReadSchemaAsync("countries", Stop))!;
        await Second.DropAsync("countries", Stop);
        await Second.CommitAsync(new WindowCommit { Table = "countries", WindowId = "w", Schema = new TableSchema([.. schema.Columns.Where(c => c.Name != "label")]), Partitions = [], Rows = new TestRows() }, Stop);
        await _fixture.ForgetPartitionsAsync(_id);

        Assert.Empty(await LookAsync());

        Assert.Null((await Copy.ReadSchemaAsync("countries", Stop))!.Find("label"));
    }

    [Fact]
    public async Task Of_a_table_that_is_gone_no_copy_is_shown()
    {
        Assert.Equal([31], await LookAsync());
        await Second.DropAsync("countries", Stop);
        await _fixture.ForgetPartitionsAsync(_id);

        Assert.Empty(await LookAsync());
        Assert.Null(await Copy.ReadSchemaAsync("countries", Stop));
    }

    [Fact]
    public async Task Of_a_table_that_somebody_deleted_rows_of_what_is_left_is_shown_and_the_difference_told()
    {
        var before = (await Workspace.Tables.ReadRowsAsync("Countries", new RowRequest { Take = 1000 }, Stop)).Total;
        Assert.DoesNotContain((await Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings, f => f.Code == "rows.differ");
        _missing = 2;
        await RunAsync(40);

        var page = await Workspace.Tables.ReadRowsAsync("Countries", new RowRequest { Take = 1000 }, Stop);

        Assert.Equal(before - 2, page.Total);
        Assert.Equal(before - 2, (await Copy.ReadPartitionsAsync("countries", Stop)).Sum(p => p.Rows));
        var finding = Assert.Single((await Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings, f => f.Code == "rows.differ");
        Assert.Equal((HealthSeverity.Warning, "Its table has 2 rows fewer than were stored."), (finding.Severity, finding.Title));
    }

    private DuckDbDestination Open(string path) => new(path, Path.Combine(_fixture.Folder, "staging"), TimeProvider.System);

    private async Task RunAsync(int visits)
    {
        _fixture.Matomo.Visits["2026-11-24"] = visits;
        _fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null((await _fixture.RunAsync("Countries")).Error);
    }

    /// <summary>The most visits shown: those of the second site, one more than given.</summary>
    private async Task<List<long>> LookAsync()
    {
        var page = await Workspace.Tables.ReadRowsAsync("Countries", new RowRequest { Take = 1000 }, Stop);
        var at = page.Columns.Select(c => c.Name).ToList().IndexOf("nb_visits");
        return [.. page.Rows.Select(r => Convert.ToInt64(r[at], System.Globalization.CultureInfo.InvariantCulture)).OrderDescending().Take(1)];
    }

    private sealed class Watched(IDestination inner, Func<Task> reading, Func<int> missing) : PassedOnDestination(inner)
    {
        public override async IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await reading();
            await foreach (var batch in base.ReadBatchesAsync(table, cancellationToken))
            {
                batch.Rows -= missing();
                yield return batch;
            }
        }
    }
}
