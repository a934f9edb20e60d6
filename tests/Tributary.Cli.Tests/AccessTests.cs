using System.Text.Json;
using Tributary.Testing;

namespace Tributary.Cli.Tests;

/// <summary>The commands of people and keys, from the words typed to what is printed.</summary>
public sealed class AccessTests : IDisposable
{
    private const string Password = "a few plain words";

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_person_is_added_listed_changed_and_removed()
    {
        Assert.Equal(0, (await RunAsync(Password, "user", "add", "ann", "--role", "manager", "--password-stdin")).ExitCode);
        Assert.Equal(0, (await RunAsync(Password, "user", "add", "vic", "--password-stdin")).ExitCode);
        Assert.Equal("vic is manager now.\n", (await RunAsync("", "user", "role", "VIC", "manager")).Error);
        Assert.Equal(0, (await RunAsync(Password + "!", "user", "password", "vic", "--password-stdin")).ExitCode);

        var listed = await RunAsync("", "user", "list", "--json");
        Assert.Equal(["ann", "vic"], JsonDocument.Parse(listed.Out).RootElement.EnumerateArray().Select(u => u.GetProperty("name").GetString()));
        Assert.Equal(0, (await RunAsync("", "user", "remove", "vic")).ExitCode);
        Assert.Contains("only manager", (await RunAsync("", "user", "remove", "ann")).Error, StringComparison.Ordinal);
        var nobody = await RunAsync("", "user", "remove", "an");
        Assert.Equal(2, nobody.ExitCode);
        Assert.Contains("Did you mean ann?", nobody.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short", "too short")]
    [InlineData("", "nothing came on stdin")]
    public async Task A_password_that_does_not_do_adds_nobody(string password, string words)
    {
        var run = await RunAsync(password, "user", "add", "ann", "--password-stdin");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Contains("Nobody can sign in yet", (await RunAsync("", "user", "list")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_nobody_is_asked_for_a_password() =>
        Assert.Contains("--password-stdin", (await RunAsync("", "user", "add", "ann")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_key_is_printed_once_and_opens_nothing_once_it_is_revoked()
    {
        var made = await RunAsync("", "key", "add", "Power BI", "--scope", "run");
        Assert.Matches("^trb_[A-Za-z0-9_-]{43}\n$", made.Out);

        var listed = await RunAsync("", "key", "list", "--json");
        Assert.DoesNotContain(made.Out.Trim(), listed.Out, StringComparison.Ordinal);
        Assert.Equal("run", JsonDocument.Parse(listed.Out).RootElement[0].GetProperty("scope").GetString());
        Assert.Equal(0, (await RunAsync("", "key", "revoke", "power bi")).ExitCode);
        Assert.Equal(2, (await RunAsync("", "key", "revoke", "power bi")).ExitCode);
    }

    private async Task<Cli> RunAsync(string input, params string[] words)
    {
        var (terminal, output, error) = Cli.NewTerminal(input);
        var code = await Program.RunAsync([.. words, "--workspace", _folder.File("workspace")], terminal, TestContext.Current.CancellationToken);
        return new Cli(code, output.ToString(), error.ToString());
    }
}
