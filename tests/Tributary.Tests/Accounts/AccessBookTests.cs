using Tributary.Model;
using Tributary.Tests.Store;

namespace Tributary.Tests.Accounts;

/// <summary>People at a store that others use at the same time.</summary>
public sealed class AccessBookTests
{
    private const string Password = "a few plain words";
    private const string Other = "some other plain words";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task Signing_in_undoes_nothing_that_was_changed_meanwhile(StoreKind kind)
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await using var workspace = await store.OpenWorkspaceAsync();
        var access = workspace.Access;
        var ann = await access.AddFirstUserAsync("ann", Password, Stop);
        var bob = await access.AddUserAsync("bob", UserRole.Manager, Password, Stop);
        var stale = await access.SignInAsync("bob", Password, Stop);

        // Many come in while one change after the other is made: none of the changes may be lost.
        for (var round = 0; round < 5; round++)
        {
            var coming = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => access.SignInAsync("bob", Password, Stop)));
            await access.ChangeRoleAsync(bob.Id, round % 2 == 0 ? UserRole.Viewer : UserRole.Manager, Stop);
            await coming;
            var now = (await access.ListUsersAsync(Stop)).Single(u => u.Name == "bob");
            Assert.Equal(round % 2 == 0 ? UserRole.Viewer : UserRole.Manager, now.Role);
            Assert.Null(await access.FindSessionAsync(bob.Id, stale.Stamp!, Stop));
        }

        var late = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => access.SignInAsync("bob", Password, Stop)));
        await access.ChangePasswordAsync(bob.Id, Other, Stop);
        await late;
        Assert.Null((await access.SignInAsync("bob", Password, Stop)).User);
        Assert.NotNull((await access.SignInAsync("bob", Other, Stop)).User);
        Assert.NotNull(ann);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task The_keys_that_somebody_made_open_no_more_than_they_may_themselves(StoreKind kind)
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await using var workspace = await store.OpenWorkspaceAsync();
        var access = workspace.Access;
        var ann = await access.AddFirstUserAsync("ann", Password, Stop);
        var bob = await access.AddUserAsync("bob", UserRole.Manager, Password, Stop);
        var reads = await access.AddKeyAsync("reads", KeyScope.Read, "bob", bob.Id, Stop);
        var runs = await access.AddKeyAsync("runs", KeyScope.Run, "bob", bob.Id, Stop);
        var manages = await access.AddKeyAsync("manages", KeyScope.Manage, "bob", bob.Id, Stop);
        var others = await access.AddKeyAsync("others", KeyScope.Manage, "ann", ann.Id, Stop);
        var ofNobody = await access.AddKeyAsync("of nobody", KeyScope.Manage, "bob", null, Stop);

        var demoted = await access.ChangeRoleAsync(bob.Id, UserRole.Viewer, Stop);

        Assert.Equal(["manages", "runs"], demoted.Select(k => k.Name).Order());
        Assert.Null(await access.FindKeyAsync(runs.Secret, Stop));
        Assert.Null(await access.FindKeyAsync(manages.Secret, Stop));
        Assert.NotNull(await access.FindKeyAsync(reads.Secret, Stop));

        var removed = await access.RemoveUserAsync(bob.Id, Stop);

        Assert.Equal(["reads"], removed.Select(k => k.Name));
        Assert.Null(await access.FindKeyAsync(reads.Secret, Stop));
        Assert.NotNull(await access.FindKeyAsync(others.Secret, Stop));
        Assert.NotNull(await access.FindKeyAsync(ofNobody.Secret, Stop));
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task Guesses_made_at_once_are_no_more_than_guesses_one_after_the_other(StoreKind kind)
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await using var workspace = await store.OpenWorkspaceAsync();
        var access = workspace.Access;
        await access.AddFirstUserAsync("ann", Password, Stop);

        // The right one is among the last: it is one guess too many.
        var guesses = await Task.WhenAll(Enumerable.Range(0, AccessBook.MostFailures).Select(i => access.SignInAsync("ann", $"guess {i} of many", Stop)));
        var more = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => access.SignInAsync("ann", i == 13 ? Password : $"guess {i} of many", Stop)));
        var locked = store.Clock.GetUtcNow().AddMinutes(5);

        Assert.All(guesses.Concat(more), g => Assert.Null(g.User));
        Assert.Single(guesses, g => g.LockedUntil == locked);
        Assert.All(more, g => Assert.Equal(locked, g.LockedUntil));

        store.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.NotNull((await access.SignInAsync("ann", Password, Stop)).User);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task The_right_password_at_the_last_try_lets_in_and_forgets_the_wrong_ones(StoreKind kind)
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await using var workspace = await store.OpenWorkspaceAsync();
        var access = workspace.Access;
        await access.AddFirstUserAsync("ann", Password, Stop);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 1; i < AccessBook.MostFailures; i++)
            {
                Assert.Equal(new SignIn(null, null, null), await access.SignInAsync("ann", "not the password", Stop));
            }

            Assert.NotNull((await access.SignInAsync("ann", Password, Stop)).User);
        }

        Assert.Null((await access.ListUsersAsync(Stop))[0].LockedUntil);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task Two_managers_who_remove_each_other_at_once_do_not_both_go(StoreKind kind)
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await using var workspace = await store.OpenWorkspaceAsync();
        var access = workspace.Access;
        var ann = await access.AddFirstUserAsync("ann", Password, Stop);
        var bob = await access.AddUserAsync("bob", UserRole.Manager, Password, Stop);

        var ends = await Task.WhenAll(EndAsync(() => access.RemoveUserAsync(ann.Id, Stop)), EndAsync(() => access.ChangeRoleAsync(bob.Id, UserRole.Viewer, Stop)));

        Assert.Single(ends, e => e is null);
        Assert.Single(ends, e => e == "role");
        Assert.True(await access.HasManagerAsync(Stop));
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task A_provider_vouches_for_who_it_knows_and_for_nobody_else(StoreKind kind)
    {
        using var store = await StoreFixture.OpenAsync(kind);
        await using var workspace = await store.OpenWorkspaceAsync();
        var access = workspace.Access;
        Assert.Equal("name", await EndAsync(() => access.SignInVouchedAsync("https://id.example", "1", "ann", Stop)));
        await access.AddFirstUserAsync("ann", Password, Stop);
        var invited = await access.AddUserAsync("ivy", UserRole.Manager, null, Stop);

        Assert.Equal("name", await EndAsync(() => access.SignInVouchedAsync("https://id.example", "1", "Ann", Stop)));
        var kim = (await access.SignInVouchedAsync("https://id.example", "2", "kim", Stop)).User!;
        var renamed = (await access.SignInVouchedAsync("https://id.example", "2", "kimberly", Stop)).User!;
        Assert.Equal("name", await EndAsync(() => access.SignInVouchedAsync("https://id.example", "3", "kim", Stop)));
        Assert.Equal("name", await EndAsync(() => access.SignInVouchedAsync("https://other.example", "2", "kim", Stop)));
        var ivy = (await access.SignInVouchedAsync("https://id.example", "4", "ivy", Stop)).User!;
        Assert.Equal("name", await EndAsync(() => access.SignInVouchedAsync("https://id.example", "5", "ivy", Stop)));

        Assert.Equal((kim.Id, UserRole.Viewer, false), (renamed.Id, renamed.Role, renamed.HasPassword));
        Assert.Equal((invited.Id, UserRole.Manager), (ivy.Id, ivy.Role));
        Assert.Equal(["ann", "ivy", "kim"], (await access.ListUsersAsync(Stop)).Select(u => u.Name));
    }

    private static async Task<string?> EndAsync(Func<Task> change)
    {
        try
        {
            await change();
            return null;
        }
        catch (InputException error)
        {
            return error.Problems[0].Field;
        }
    }
}
