using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tests.Store;

public abstract class AccountStoreTests(StoreKind kind)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_comes_back_as_it_was_stored()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var account = new AccountRecord("a", "Ümlaut 表", "https://matomo.example/path/", "{\"timeout_secs\":5}", null, "needs_attention", "The token is wrong.", store.Clock.GetUtcNow().AddMicroseconds(7), 0);

        await store.Accounts.AddAsync(account, [1, 2, 3], Stop);

        Assert.Equal(account, await store.Accounts.GetAsync("a", Stop));
        Assert.Equal(account, await store.Accounts.FindAsync(" üMLAUT 表", Stop));
        Assert.Equal([account], await store.Accounts.ListAsync(Stop));
        Assert.Equal([1, 2, 3], await store.Accounts.TokenAsync("a", Stop));
    }

    [Theory]
    [InlineData("Main", "MAIN")]
    [InlineData("Main", " main ")]
    [InlineData("Größe", "GRÖßE")]
    [InlineData("Café", "Cafe\u0301")]
    [InlineData("Ελλάδα", "ΕΛΛΆΔΑ")]
    [InlineData("Пример", "пРИМЕР")]
    [InlineData("file", "\uFB01le")]
    public async Task A_name_is_taken_whatever_its_case(string name, string same)
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await store.Accounts.AddAsync(StoreFixture.Account("a", name), [1], Stop);

        await Assert.ThrowsAsync<InputException>(() => store.Accounts.AddAsync(StoreFixture.Account("b", same), [2], Stop));

        Assert.Equal(name, Assert.Single(await store.Accounts.ListAsync(Stop)).Name);
        Assert.Equal([1], await store.Accounts.TokenAsync("a", Stop));
    }

    [Fact]
    public async Task How_an_account_answered_is_kept_and_an_unknown_version_leaves_the_old()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await store.Accounts.AddAsync(StoreFixture.Account("a", "Main"), [1], Stop);

        await store.Accounts.SetStateAsync("a", "needs_attention", "Refused.", null, Stop);

        var account = await store.Accounts.GetAsync("a", Stop);
        Assert.Equal(("needs_attention", "Refused.", "5.2.0", store.Clock.GetUtcNow()), (account!.State, account.Reason, account.MatomoVersion, account.LastUsedAt));
    }

    [Fact]
    public async Task A_token_is_replaced_alone_and_goes_with_its_account()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await store.Accounts.AddAsync(StoreFixture.Account("a", "Main"), [1], Stop);
        await store.Accounts.AddAsync(StoreFixture.Account("b", "Other"), [2], Stop);

        await store.Accounts.UpdateAsync(StoreFixture.Account("a", "Main"), [9, 9], Stop);
        Assert.Equal([9, 9], await store.Accounts.TokenAsync("a", Stop));

        await store.Accounts.RemoveAsync("a", Stop);
        Assert.Null(await store.Accounts.TokenAsync("a", Stop));
        Assert.Null(await store.Accounts.FindAsync("Main", Stop));
        Assert.Equal([2], await store.Accounts.TokenAsync("b", Stop));
    }

    [Fact]
    public async Task An_account_knows_how_many_DataSets_use_it()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await store.Accounts.AddAsync(StoreFixture.Account("account", "Main"), [1], Stop);
        await store.Accounts.AddAsync(StoreFixture.Account("b", "Other"), [2], Stop);
        await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop);
        await store.DataSets.AddAsync(StoreFixture.Definition("Titles"), null, Stop);

        Assert.Equal([2, 0], (await store.Accounts.ListAsync(Stop)).Select(a => a.DataSets));
    }
}

public sealed class AccountStoreOnSqliteTests() : AccountStoreTests(StoreKind.Sqlite);

public sealed class AccountStoreOnPostgreSqlTests() : AccountStoreTests(StoreKind.PostgreSql);
