using System.Text;
using Microsoft.Data.Sqlite;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;

namespace Tributary.Tests.Store;

public sealed class SecretBoxTests
{
    private const string Secret = "9a3f5c7e1b2d4f6a8c0e9a3f5c7e1b2d";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_token_comes_back_also_in_another_process()
    {
        using var folder = new TemporaryFolder();
        var cipher = new SecretBox(folder.File("keys")).Protect(new AccessToken(Secret));

        var token = new SecretBox(folder.File("keys")).Unprotect(cipher, "Main");

        Assert.Equal(Secret, token.Reveal());
        Assert.Single(Directory.EnumerateFiles(folder.File("keys")));
    }

    [Fact]
    public async Task Nothing_in_the_workspace_holds_the_token()
    {
        using var store = await StoreFixture.OpenAsync();
        var secrets = new SecretBox(Path.Combine(store.Folder, "keys"));
        await store.Accounts.AddAsync(StoreFixture.Account("a", "Main"), secrets.Protect(new AccessToken(Secret)), Stop);
        await store.Accounts.AddAsync(StoreFixture.Account("b", "Planted") with { Url = $"https://matomo.example/?t={Convert.ToBase64String(Encoding.UTF8.GetBytes("planted"))}" }, [1], Stop);
        SqliteConnection.ClearAllPools();

        var files = Directory.EnumerateFiles(store.Folder, "*", SearchOption.AllDirectories).Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f))).ToList();

        Assert.Contains(files, f => Holds(f, "planted"));
        Assert.DoesNotContain(files, f => Holds(f, Secret));
    }

    [Fact]
    public async Task A_new_workspace_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // The folder's own access list applies there.
        }

        using var folder = new TemporaryFolder();
        await using var workspace = await Workspace.OpenAsync(folder.File("workspace"), TimeProvider.System, Stop);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.File("workspace")));
    }

    [Fact]
    public void Nobody_else_can_read_the_keys()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // The folder's own access list applies there.
        }

        using var folder = new TemporaryFolder();
        var keys = folder.File("keys");
        Directory.CreateDirectory(keys, (UnixFileMode)0b111_111_111);

        new SecretBox(keys).Protect(new AccessToken(Secret));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.EnumerateFiles(keys))));
    }

    [Fact]
    public void A_missing_key_is_told_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var cipher = new SecretBox(folder.File("keys")).Protect(new AccessToken(Secret));
        Directory.Delete(folder.File("keys"), recursive: true);

        var failure = Assert.Throws<TributaryException>(() => new SecretBox(folder.File("keys")).Unprotect(cipher, "Main"));

        Assert.Equal(("workspace.key_missing", Fault.Workspace), (failure.Code, failure.Fault));
        Assert.Contains("'Main'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("tributary account token", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_ciphertext_is_not_decrypted_to_something_else()
    {
        using var folder = new TemporaryFolder();
        var secrets = new SecretBox(folder.File("keys"));
        var cipher = secrets.Protect(new AccessToken(Secret));
        cipher[^1] ^= 1;

        Assert.Throws<TributaryException>(() => secrets.Unprotect(cipher, "Main"));
    }

    /// <summary>Plain, or base64 whichever of the three places it starts at.</summary>
    private static bool Holds(string text, string secret) =>
        text.Contains(secret, StringComparison.Ordinal)
        || Enumerable.Range(0, 3).Any(shift => text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', shift) + secret))[(shift == 0 ? 0 : 4)..^4], StringComparison.Ordinal));
}
