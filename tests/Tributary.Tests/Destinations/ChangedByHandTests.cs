using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Tables;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Destinations;

/// <summary>The embedded data file is the user's: what somebody changes in it with another tool is told, and no run makes it worse.</summary>
public sealed class ChangedByHandTests : IAsyncLifetime
{
    private static readonly DetailsInput Days = new() { Report = "UserCountry.getCountry", StartDaysBack = "6", EndDaysBack = "1" };

    private WorkspaceFixture _fixture = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await WorkspaceFixture.CreateAsync(new WorkspaceOptions { Kinds = [new SecondFileKind()] });
        foreach (var day in new[] { 19, 20, 21, 22, 23, 24 })
        {
            _fixture.Matomo.Visits[$"2026-11-{day}"] = day;
        }

        await _fixture.AddAsync("Countries", Days);
        await _fixture.RunAsync("Countries");
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Rows_that_somebody_deleted_are_told_and_can_be_read_again()
    {
        Assert.DoesNotContain(await FindingsAsync(), f => f.Code == "rows.differ");
        await ChangeAsync("DELETE FROM countries WHERE period_start <= DATE '2026-11-20'");

        var finding = Assert.Single(await FindingsAsync(), f => f.Code == "rows.differ");
        Assert.Equal("Its table has 4 rows fewer than were stored.", finding.Title);

        await _fixture.RunAsync("Countries", full: true);
        Assert.DoesNotContain(await FindingsAsync(), f => f.Code == "rows.differ");
        Assert.Equal(12L, await CountAsync());
    }

    [Fact]
    public async Task A_table_whose_states_somebody_dropped_does_not_get_its_rows_twice()
    {
        await ChangeAsync("DROP TABLE countries__partitions");

        var result = await _fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.SucceededWithWarnings, 6), (result.Status, result.Partitions));
        Assert.Equal(12L, await CountAsync());
        Assert.DoesNotContain(await FindingsAsync(), f => f.Code == "rows.differ");
    }

    [Fact]
    public async Task A_table_that_somebody_dropped_is_read_anew()
    {
        await ChangeAsync("DROP TABLE countries");

        var result = await _fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.SucceededWithWarnings, 6), (result.Status, result.Partitions));
        Assert.Equal("table.gone", Assert.Single(result.Warnings, w => !w.IsNote).Code);
        Assert.Equal(12L, await CountAsync());
        Assert.DoesNotContain(await FindingsAsync(), f => f.Code == "rows.differ");
    }

    [Fact]
    public async Task What_was_read_by_a_backfill_is_read_anew_too_when_the_data_file_is_gone()
    {
        foreach (var day in new[] { 1, 2, 3, 4, 5 })
        {
            _fixture.Matomo.Visits[$"2026-11-0{day}"] = day;
        }

        await _fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 11, 1), To = new DateOnly(2026, 11, 5) }, null, Stop);
        var before = await CountAsync();
        File.Delete(Path.Combine(_fixture.Folder, "datasets.duckdb"));

        var result = await _fixture.RunAsync("Countries");
        var next = await _fixture.RunAsync("Countries");

        Assert.Equal(22L, before);
        Assert.Contains("22 rows in 11 partitions", Assert.Single(result.Warnings, w => w.Code == "table.gone").Message, StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync());
        Assert.DoesNotContain(next.Warnings, w => w.Code == "table.gone");
    }

    [Fact]
    public async Task What_the_run_that_found_its_table_gone_could_not_read_again_is_read_by_a_later_one()
    {
        foreach (var day in new[] { 1, 2, 3, 4, 5 })
        {
            _fixture.Matomo.Visits[$"2026-11-0{day}"] = day;
        }

        await _fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 11, 1), To = new DateOnly(2026, 11, 5) }, null, Stop);
        var before = await CountAsync();
        File.Delete(Path.Combine(_fixture.Folder, "datasets.duckdb"));
        _fixture.Matomo.Anything = r => r.Method == "UserCountry.getCountry" && r.Query["date"].StartsWith("2026-11-0", StringComparison.Ordinal) ? ScriptedReply.Error("It broke.", 500) : null;

        var broken = await _fixture.RunPatientlyAsync("Countries");
        _fixture.Matomo.Anything = _ => null;
        var missing = await CountAsync();
        var next = await _fixture.RunAsync("Countries");
        var last = await _fixture.RunAsync("Countries");

        Assert.Equal((22L, 12L, 22L), (before, missing, await CountAsync()));
        Assert.Equal(RunStatus.Partial, broken.Status);
        Assert.Contains("10 rows in 5 partitions are not read again yet", Assert.Single(next.Warnings, w => w.Code == "table.gone").Message, StringComparison.Ordinal);
        Assert.DoesNotContain(last.Warnings, w => w.Code == "table.gone");
    }

    [Theory]
    [InlineData("DELETE FROM countries WHERE period_start = DATE '2026-11-20'", 10)]
    [InlineData("INSERT INTO countries SELECT * REPLACE (DATE '2020-01-01' AS period_start, DATE '2020-01-01' AS period_end) FROM countries LIMIT 3", 12)]
    public async Task What_is_left_of_it_can_be_moved(string change, long rows)
    {
        await ChangeAsync(change);
        await _fixture.Workspace.Destinations.AddAsync(new NewDestination("Warehouse", "second", new Dictionary<string, string> { ["path"] = _fixture.Folder + "-second.duckdb" }), Stop);

        var move = await _fixture.Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: false, null, Stop);

        Assert.Equal(rows, move.Rows);
    }

    private async Task ChangeAsync(string sql)
    {
        using var connection = new DuckDBConnection($"DataSource={Path.Combine(_fixture.Folder, "datasets.duckdb")}");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }

    private async Task<IReadOnlyList<HealthFinding>> FindingsAsync() => (await _fixture.Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings;

    private async Task<object?> CountAsync() => Assert.Single(await _fixture.QueryAsync("SELECT count(*) FROM countries"))[0];
}
