using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tests.Store;

public abstract class DataSetStoreTests(StoreKind kind)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_definition_comes_back_as_it_was_stored()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var definition = StoreFixture.Definition("Pages \"äö\" 表") with
        {
            Description = "It's all",
            Tags = ["a", "b"],
            LookbackDays = 7,
            AllowEmpty = true,
            Details = new Details { Report = "Actions.getPageUrls", Sites = [1, 5], Period = Period.Week, Segments = ["browserCode==FF;visitDuration>1"], Url = "https://example.org/?a=1&b=<2>" },
        };

        var added = await store.DataSets.AddAsync(definition, null, Stop);

        var read = Assert.Single(await store.DataSets.ListAsync(Stop));
        Assert.Equal((added.Id, "pages_ao"), (read.Id, read.Table));
        Assert.Equal(StoreJson.Write(definition), StoreJson.Write(read.Definition));
        Assert.Equal(1, read.Definition.Version);
        Assert.Equal(added.Id, (await store.DataSets.FindAsync("pages \"ÄÖ\" 表", Stop))!.Id);
    }

    [Fact]
    public async Task Tables_nobody_named_are_numbered_when_taken()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        List<string> tables = [];
        foreach (var name in (string[])["Pages", "pages!", "PAGES?", "表", "日本", "Pages 2"])
        {
            tables.Add((await store.DataSets.AddAsync(StoreFixture.Definition(name), null, Stop)).Table);
        }

        Assert.Equal(["pages", "pages_2", "pages_3", "dataset_1", "dataset_2", "pages_2_2"], tables);
    }

    [Fact]
    public async Task Where_it_is_written_is_changed_by_the_run_that_has_it_alone_and_by_no_edit()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var definition = StoreFixture.Definition("Pages");
        var id = (await store.DataSets.AddAsync(definition, null, Stop)).Id;
        var run = (await new RunStore(store.Database, store.Clock).BeginAsync(id, RunTriggers.Move, Stop))!;

        Assert.False(await store.DataSets.SetDestinationAsync(id, "there", "another", Stop));
        Assert.Null((await store.DataSets.GetAsync(id, Stop))!.Definition.DestinationId);
        Assert.True(await store.DataSets.SetDestinationAsync(id, "there", run, Stop));
        var written = await store.DataSets.UpdateAsync(id, definition, definition with { Description = "Edited" }, Stop);

        var stored = (await store.DataSets.GetAsync(id, Stop))!.Definition;
        Assert.Equal(("there", "Edited"), (stored.DestinationId, stored.Description));
        Assert.Equal("there", written.DestinationId);
    }

    [Fact]
    public async Task Names_and_tables_are_taken_whatever_their_case()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await store.DataSets.AddAsync(StoreFixture.Definition("Größe"), "sizes", Stop);

        await Assert.ThrowsAsync<InputException>(() => store.DataSets.AddAsync(StoreFixture.Definition("GRÖßE"), null, Stop));
        await Assert.ThrowsAsync<InputException>(() => store.DataSets.AddAsync(StoreFixture.Definition("Other"), "SIZES", Stop));

        Assert.Single(await store.DataSets.ListAsync(Stop));
    }

    [Fact]
    public async Task Runs_and_partition_states_go_with_their_DataSet()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (gone, kept) = (await store.DataSets.AddAsync(StoreFixture.Definition("Gone"), null, Stop), await store.DataSets.AddAsync(StoreFixture.Definition("Kept"), null, Stop));
        var runs = new RunStore(store.Database, store.Clock);
        PartitionRecord[] state = [new(new PartitionKey(1, Period.Day, new DateOnly(2026, 5, 1), new DateOnly(2026, 5, 1)), PartitionState.Final, 3, store.Clock.GetUtcNow(), "r")];
        foreach (var dataSet in (DataSetRecord[])[gone, kept])
        {
            await runs.BeginAsync(dataSet.Id, "manual", Stop);
            await store.Partitions.WriteAsync(dataSet.Id, state, onlyThese: false, Stop);
        }

        await store.DataSets.DeleteAsync(gone.Id, Stop);

        Assert.Empty(await store.Partitions.ReadAsync(gone.Id, Stop));
        Assert.Equal(state, await store.Partitions.ReadAsync(kept.Id, Stop));
        Assert.Equal(1L, store.Sql("SELECT count(*) FROM runs"));
    }

    [Fact]
    public async Task Ids_sort_by_the_time_they_were_given()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        List<string> ids = [];
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await store.DataSets.AddAsync(StoreFixture.Definition($"Pages {i}"), null, Stop)).Id);
            store.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(ids, ids.Order(StringComparer.Ordinal));
    }
}

public sealed class DataSetStoreOnSqliteTests() : DataSetStoreTests(StoreKind.Sqlite);

public sealed class DataSetStoreOnPostgreSqlTests() : DataSetStoreTests(StoreKind.PostgreSql);
