using Tributary.Store;

namespace Tributary.Tests.Store;

/// <summary>The limits of an account over all nodes of a store.</summary>
public abstract class RequestStoreTests(StoreKind kind)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_requests_are_under_way_than_allowed_whichever_node_sends_them()
    {
        using var store = await PrepareAsync();
        var requests = new RequestStore(store.Database, store.Clock);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => requests.TakeAsync("account", $"node {i % 3}", 3, null, Stop)));

        var places = taken.Select(t => t.Id).OfType<string>().ToList();
        Assert.Equal(3, places.Count);
        Assert.Null((await requests.TakeAsync("account", "node 0", 3, null, Stop)).Id);
        await requests.LeaveAsync(places[0], Stop);
        Assert.NotNull((await requests.TakeAsync("account", "node 0", 3, null, Stop)).Id);
        Assert.Null((await requests.TakeAsync("account", "node 0", 3, null, Stop)).Id);
        Assert.NotNull((await requests.TakeAsync("other", "node 0", 3, null, Stop)).Id);
    }

    [Fact]
    public async Task A_node_that_died_gives_its_places_back_and_one_that_lives_keeps_them()
    {
        using var store = await PrepareAsync();
        var requests = new RequestStore(store.Database, store.Clock);
        await requests.TakeAsync("account", "dead", 2, null, Stop);
        var kept = (await requests.TakeAsync("account", "alive", 2, null, Stop)).Id!;

        store.Clock.Advance(RequestStore.Held - TimeSpan.FromSeconds(1));
        await requests.HoldAsync([kept, "of nobody"], Stop);
        Assert.Null((await requests.TakeAsync("account", "new", 2, null, Stop)).Id);
        store.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.NotNull((await requests.TakeAsync("account", "new", 2, null, Stop)).Id);
        Assert.Null((await requests.TakeAsync("account", "new", 2, null, Stop)).Id);
    }

    [Fact]
    public async Task No_span_of_a_minute_has_more_requests_than_allowed()
    {
        using var store = await PrepareAsync();
        var requests = new RequestStore(store.Database, store.Clock);
        var begun = new List<DateTimeOffset>();
        while (begun.Count < 35)
        {
            var (id, wait) = await requests.TakeAsync("account", $"node {begun.Count % 3}", 4, 10, Stop);
            if (id is null)
            {
                Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(61));
                store.Clock.Advance(wait);
                continue;
            }

            begun.Add(store.Clock.GetUtcNow());
            await requests.LeaveAsync(id, Stop);
            store.Clock.Advance(TimeSpan.FromSeconds(begun.Count % 4));
        }

        Assert.All(begun, at => Assert.InRange(begun.Count(b => b >= at && b < at + TimeSpan.FromMinutes(1)), 1, 10));
        Assert.InRange(begun[^1] - begun[0], TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4));
        Assert.InRange((long)store.Sql("SELECT count(*) FROM requests")!, 1, 10);
    }

    [Fact]
    public async Task An_account_that_is_removed_meanwhile_takes_its_requests_with_it()
    {
        using var store = await PrepareAsync();
        var requests = new RequestStore(store.Database, store.Clock);
        var (id, _) = await requests.TakeAsync("account", "node", 1, 5, Stop);

        await store.Accounts.RemoveAsync("account", Stop);
        await requests.LeaveAsync(id!, Stop);

        Assert.NotNull((await requests.TakeAsync("account", "node", 1, 5, Stop)).Id);
        Assert.Equal((0L, 0L), (store.Sql("SELECT count(*) FROM requests"), store.Sql("SELECT count(*) FROM request_gates")));
    }

    private async Task<StoreFixture> PrepareAsync()
    {
        var store = await StoreFixture.OpenAsync(kind);
        await store.Accounts.AddAsync(StoreFixture.Account("account", "Main"), [1], Stop);
        await store.Accounts.AddAsync(StoreFixture.Account("other", "Other"), [1], Stop);
        return store;
    }
}

public sealed class RequestStoreOnSqliteTests() : RequestStoreTests(StoreKind.Sqlite);

public sealed class RequestStoreOnPostgreSqlTests() : RequestStoreTests(StoreKind.PostgreSql);
