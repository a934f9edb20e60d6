using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Tables;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Destinations;

public sealed class DestinationBookTests : IAsyncLifetime
{
    private readonly SecondFileKind _kind = new();
    private WorkspaceFixture _fixture = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private DestinationBook Book => _fixture.Workspace.Destinations;

    public async ValueTask InitializeAsync() => _fixture = await WorkspaceFixture.CreateAsync(new WorkspaceOptions { Kinds = [_kind] });

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_workspace_has_the_embedded_one_from_the_start()
    {
        var destination = Assert.Single(await Book.ListAsync(Stop));

        Assert.True(destination.IsEmbedded);
        Assert.Equal("embedded", destination.Name);
        Assert.True((await Book.TestAsync("embedded", Stop).ToListAsync(Stop)).TrueForAll(s => s.IsFine));
    }

    [Fact]
    public async Task One_that_works_is_kept_and_its_secrets_are_told_to_nobody_but_its_kind()
    {
        var test = await AddAsync("Warehouse", ("password", CanaryToken.Value));

        Assert.True(test.IsFine);
        Assert.Equal(["open", "write", "read", "clean up"], test.Steps.Select(s => s.Name));
        var stored = await Book.GetAsync("warehouse", Stop);
        Assert.Equal(("second", "Second file", "plain"), (stored.Kind, stored.Title, stored.Options["mode"]));
        Assert.DoesNotContain("password", stored.Options.Keys);
        Assert.All(_kind.Passwords, p => Assert.Equal(CanaryToken.Value, p));
        Assert.Empty((await Book.DescribeAsync("Warehouse", Stop)).Tables);
        Assert.DoesNotContain(CanaryToken.Value, (await Book.DescribeAsync("Warehouse", Stop)).Place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_work_is_not_kept_and_the_step_says_why()
    {
        var file = _fixture.Folder + "-file";
        await File.WriteAllTextAsync(file, "not a database, and long enough to be taken for one", Stop);

        var test = await Book.AddAsync(new NewDestination("Warehouse", "second", new Dictionary<string, string> { ["path"] = file }), Stop);

        Assert.False(test.IsFine);
        Assert.Contains(file, test.Failed!.Sentence, StringComparison.Ordinal);
        Assert.Single(await Book.ListAsync(Stop));
    }

    [Theory]
    [InlineData("path", "relative/file", "path", "from the root on")]
    [InlineData("mode", "carefull", "mode", "Did you mean 'careful'?")]
    [InlineData("size", "-1", "size", "whole number")]
    [InlineData("passwort", "x", "passwort", "Did you mean 'password'?")]
    public async Task A_wrong_option_is_told_at_its_name(string option, string value, string field, string says)
    {
        var error = await Assert.ThrowsAsync<InputException>(() => AddAsync("Warehouse", (option, value)));

        var problem = Assert.Single(error.Problems);
        Assert.Equal(field, problem.Field);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_missing_or_taken_or_unknown_is_told()
    {
        Assert.Contains("/srv/second.duckdb", (await Assert.ThrowsAsync<InputException>(() => Book.AddAsync(new NewDestination("W", "second", new Dictionary<string, string>()), Stop))).Message, StringComparison.Ordinal);
        Assert.Contains("Kinds: second", (await Assert.ThrowsAsync<InputException>(() => Book.AddAsync(new NewDestination("W", "secnd", new Dictionary<string, string>()), Stop))).Message, StringComparison.Ordinal);
        Assert.Contains("already", (await Assert.ThrowsAsync<InputException>(() => AddAsync("Embedded"))).Message, StringComparison.Ordinal);
        await AddAsync("Warehouse");
        Assert.Contains("already", (await Assert.ThrowsAsync<InputException>(() => AddAsync("WAREHOUSE"))).Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'Warehouse'?", (await Assert.ThrowsAsync<InputException>(() => Book.GetAsync("Warehous", Stop))).Message, StringComparison.Ordinal);
        Assert.Contains("always there", (await Assert.ThrowsAsync<InputException>(() => Book.RemoveAsync("embedded", Stop))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_is_given_changes_and_it_takes_effect_for_DataSets_at_once()
    {
        await AddAsync("Warehouse", ("password", CanaryToken.Value), ("mode", "careful"));
        await AddDataSetAsync("Warehouse");
        await _fixture.RunAsync("Countries");
        _kind.Passwords.Clear();

        Assert.True((await Book.EditAsync("Warehouse", new Dictionary<string, string> { ["mode"] = "" }, Stop)).IsFine);
        Assert.True((await Book.EditAsync("Warehouse", new Dictionary<string, string> { ["path"] = _fixture.Folder + "-third.duckdb" }, Stop)).IsFine);

        Assert.Equal("plain", (await Book.GetAsync("Warehouse", Stop)).Options["mode"]);
        Assert.All(_kind.Passwords, p => Assert.Equal(CanaryToken.Value, p));
        Assert.Null((await _fixture.RunAsync("Countries")).Error);
        Assert.True(File.Exists(_fixture.Folder + "-third.duckdb"));
    }

    [Fact]
    public async Task A_password_kept_for_one_server_is_sent_to_no_other()
    {
        await AddAsync("Warehouse", ("password", CanaryToken.Value), ("host", "db.example"));
        _kind.Passwords.Clear();

        var error = await Assert.ThrowsAsync<InputException>(() => Book.EditAsync("Warehouse", new Dictionary<string, string> { ["host"] = "evil.example" }, Stop));

        Assert.Equal("password", Assert.Single(error.Problems).Field);
        Assert.Empty(_kind.Passwords);
        Assert.True((await Book.EditAsync("Warehouse", new Dictionary<string, string> { ["Host"] = "other.example", ["Password"] = "another" }, Stop)).IsFine);
        Assert.True((await Book.EditAsync("Warehouse", new Dictionary<string, string> { ["host"] = "third.example", ["password"] = "" }, Stop)).IsFine);
    }

    [Fact]
    public async Task One_that_DataSets_are_written_to_cannot_be_removed_and_keeps_them_when_it_is_renamed()
    {
        await AddAsync("Warehouse");
        await AddDataSetAsync("Warehouse");

        Assert.Contains("'Countries'", (await Assert.ThrowsAsync<InputException>(() => Book.RemoveAsync("Warehouse", Stop))).Message, StringComparison.Ordinal);
        await Book.RenameAsync("Warehouse", "Lake", Stop);
        Assert.Equal("Lake", (await _fixture.Workspace.GetDataSetAsync("Countries", Stop)).DestinationName);
        Assert.Equal(1, (await Book.GetAsync("Lake", Stop)).DataSets);

        await _fixture.Workspace.DeleteDataSetAsync("Countries", keepData: false, Stop);
        await Book.RemoveAsync("Lake", Stop);
        Assert.Single(await Book.ListAsync(Stop));
    }

    [Fact]
    public async Task A_DataSet_is_written_there_and_can_be_looked_at_like_any_other()
    {
        await AddAsync("Warehouse");
        await AddDataSetAsync("Warehouse");
        _fixture.Matomo.Visits["2026-11-24"] = 7;

        Assert.Null((await _fixture.RunAsync("Countries")).Error);

        var workspace = _fixture.Workspace;
        Assert.Equal(("countries", "Countries"), (await Book.DescribeAsync("Warehouse", Stop)).Tables.Select(t => (t.Name, t.DataSet)).Single());
        Assert.Null((await Book.DescribeAsync("embedded", Stop)).Tables.FirstOrDefault(t => t.Columns is not null));
        var rows = await workspace.Tables.ReadRowsAsync("Countries", new RowRequest(), Stop);
        Assert.Equal(2, rows.Total);
        Assert.Contains("Warehouse", (await workspace.GetDataSetAsync("Countries", Stop)).DestinationName, StringComparison.Ordinal);
        Assert.NotEmpty(await workspace.Tables.ReadStatisticsAsync("Countries", Stop).ToListAsync(Stop));
        Assert.DoesNotContain((await workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings, f => f.Severity == HealthSeverity.Failure);
        using var csv = new MemoryStream();
        await workspace.ExportAsync("Countries", "csv", ExportOptions.Default, csv, Stop);
        Assert.True(csv.Length > 0);

        _fixture.Matomo.Visits["2026-11-24"] = 9;
        await _fixture.RunAsync("Countries", full: true);
        Assert.Contains(9L, (await workspace.Tables.ReadRowsAsync("Countries", new RowRequest(), Stop)).Rows.SelectMany(r => r));
    }

    [Fact]
    public async Task A_table_that_somebody_else_has_there_is_not_written_over()
    {
        await AddAsync("Warehouse");
        await AddDataSetAsync("Warehouse");
        await _fixture.RunAsync("Countries");
        await _fixture.Workspace.DeleteDataSetAsync("Countries", keepData: true, Stop);

        var error = await Assert.ThrowsAsync<InputException>(() => AddDataSetAsync("Warehouse"));

        Assert.Equal("--table", Assert.Single(error.Problems).Field);
        Assert.Empty(await _fixture.Workspace.ListDataSetsAsync(Stop));
    }

    [Fact]
    public async Task An_update_method_the_destination_does_not_have_is_refused_with_its_reason()
    {
        var kind = new SecondFileKind { Capabilities = new DestinationCapabilities { MaxIdentifierBytes = 60, Queries = false, Refuses = new Dictionary<UpdateMethod, string> { [UpdateMethod.Merge] = "It has no keys." } } };
        await using var fixture = await WorkspaceFixture.CreateAsync(new WorkspaceOptions { Kinds = [kind] });
        await fixture.Workspace.Destinations.AddAsync(New("Warehouse", fixture), Stop);

        var merge = new NewDataSet { Name = "Countries", Account = "Shop", Destination = "Warehouse", Details = new DetailsInput { Report = "UserCountry.getCountry" }, Settings = new DataSetSettings { Update = UpdateMethod.Merge } };
        Assert.Contains("It has no keys. Choose one of partition, replace, append.", (await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.AddDataSetAsync(merge, Stop))).Message, StringComparison.Ordinal);
        await fixture.Workspace.AddDataSetAsync(merge with { Destination = null }, Stop);
        Assert.Contains("It has no keys.", (await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.MoveToDestinationAsync("Countries", "Warehouse", false, null, Stop))).Message, StringComparison.Ordinal);
        await fixture.AddAsync("Other", new DetailsInput { Report = "UserCountry.getCountry" });
        await fixture.Workspace.MoveToDestinationAsync("Other", "Warehouse", false, null, Stop);
        Assert.Contains("It has no keys.", (await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.EditDataSetAsync("Other", new DataSetChange { Settings = new DataSetSettings { Update = UpdateMethod.Merge } }, false, Stop))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be undone there", (await Assert.ThrowsAsync<InputException>(async () => await fixture.Workspace.RevertAsync("Other", (await fixture.RunAsync("Other")).RunId, Stop))).Message, StringComparison.Ordinal);
    }

    private Task<DestinationTest> AddAsync(string name, params (string Name, string Value)[] options) => Book.AddAsync(New(name, _fixture, options), Stop);

    private static NewDestination New(string name, WorkspaceFixture fixture, params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string> { ["path"] = fixture.Folder + "-second.duckdb" };
        foreach (var (option, value) in options)
        {
            all[option] = value;
        }

        return new NewDestination(name, "second", all);
    }

    private Task<DataSet> AddDataSetAsync(string destination) => _fixture.Workspace.AddDataSetAsync(
        new NewDataSet { Name = "Countries", Account = "Shop", Destination = destination, Details = new DetailsInput { Report = "UserCountry.getCountry" } }, Stop);
}
