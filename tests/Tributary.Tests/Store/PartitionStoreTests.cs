using Tributary.Model;

namespace Tributary.Tests.Store;

public abstract class PartitionStoreTests(StoreKind kind)
{
    private static readonly DateTimeOffset ReadAt = new DateTimeOffset(2026, 5, 3, 4, 5, 6, TimeSpan.Zero).AddMicroseconds(789_012);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_states_come_back_equal()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var id = (await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id;
        var records = Enumerable.Range(0, 10_000)
            .Select(i => Day(i % 10, new DateOnly(2023, 1, 1).AddDays(i / 10), i) with { OthersShare = i % 3 == 0 ? i / 10_000d : null, Truncated = i % 5 == 0 ? "datatable_archiving_maximum_rows_actions" : null })
            .ToList();

        await store.Partitions.WriteAsync(id, records, onlyThese: true, Stop);

        Assert.Equal(records.OrderBy(r => r.Key.SiteId).ThenBy(r => r.Key.Start), await store.Partitions.ReadAsync(id, Stop));
    }

    [Fact]
    public async Task A_state_is_replaced_by_its_key_and_the_others_stay_unless_told()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var id = (await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id;
        var other = (await store.DataSets.AddAsync(StoreFixture.Definition("Other"), null, Stop)).Id;
        DateOnly first = new(2026, 5, 1), second = new(2026, 5, 2);
        await store.Partitions.WriteAsync(other, [Day(1, first, 7)], onlyThese: false, Stop);
        await store.Partitions.WriteAsync(id, [Day(1, first, 1), Day(1, second, 2)], onlyThese: false, Stop);

        await store.Partitions.WriteAsync(id, [Day(1, first, 9) with { State = PartitionState.Provisional }], onlyThese: false, Stop);
        Assert.Equal([Day(1, first, 9) with { State = PartitionState.Provisional }, Day(1, second, 2)], await store.Partitions.ReadAsync(id, Stop));

        await store.Partitions.WriteAsync(id, [Day(1, second, 3)], onlyThese: true, Stop);
        Assert.Equal([Day(1, second, 3)], await store.Partitions.ReadAsync(id, Stop));
        Assert.Equal([Day(1, first, 7)], await store.Partitions.ReadAsync(other, Stop));
    }

    [Fact]
    public async Task Revising_changes_the_state_alone_of_what_is_still_as_it_was_read()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var id = (await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id;
        PartitionRecord[] stored = [Day(1, new DateOnly(2026, 5, 1), 1), Day(1, new DateOnly(2026, 5, 2), 2), Day(1, new DateOnly(2026, 5, 3), 3)];
        await store.Partitions.WriteAsync(id, stored, onlyThese: false, Stop);

        await store.Partitions.ReviseAsync(
            id,
            [.. new[] { stored[0], stored[1] with { RunId = "before" }, stored[2] with { ReadAt = ReadAt.AddMicroseconds(-1) } }.Select(p => p with { State = PartitionState.Provisional, Rows = 9 })],
            Stop);

        Assert.Equal([stored[0] with { State = PartitionState.Provisional }, stored[1], stored[2]], await store.Partitions.ReadAsync(id, Stop));
    }

    [Fact]
    public async Task Every_kind_of_partition_has_a_key_of_its_own()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var id = (await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id;
        var day = new DateOnly(2026, 5, 1);
        PartitionRecord[] records =
        [
            .. Enum.GetValues<Period>().Where(p => p != Period.None).Select(p => new PartitionRecord(new PartitionKey(1, p, day, day), PartitionState.Final, 1, ReadAt, "r")),
            new(new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue), PartitionState.Final, 1, ReadAt, "r"),
            new(new PartitionKey(1, Period.Day, day, day, "browserCode==FF"), PartitionState.Final, 1, ReadAt, "r"),
            new(new PartitionKey(1, Period.Range, day, day.AddDays(1)), PartitionState.Final, 1, ReadAt, "r"),
        ];

        await store.Partitions.WriteAsync(id, records, onlyThese: false, Stop);

        Assert.Equal(records.Select(r => r.ToString()).Order(StringComparer.Ordinal), (await store.Partitions.ReadAsync(id, Stop)).Select(r => r.ToString()).Order(StringComparer.Ordinal));
    }

    private static PartitionRecord Day(int site, DateOnly day, long rows) => new(new PartitionKey(site, Period.Day, day, day), PartitionState.Final, rows, ReadAt, "r");
}

public sealed class PartitionStoreOnSqliteTests() : PartitionStoreTests(StoreKind.Sqlite);

public sealed class PartitionStoreOnPostgreSqlTests() : PartitionStoreTests(StoreKind.PostgreSql);
