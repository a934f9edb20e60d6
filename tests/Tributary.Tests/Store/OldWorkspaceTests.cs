using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;

namespace Tributary.Tests.Store;

/// <summary>
/// Workspaces that earlier versions made with <c>tributary demo</c> are kept for good; every later version opens them.
/// 0.1 has records of version 2, 0.3 of version 3, 0.4 of version 4; no program that wrote version 1 could make a workspace.
/// </summary>
public class OldWorkspaceTests
{
    [Theory]
    [InlineData("0.1", 16, 35)]
    [InlineData("0.3", 16, 35)]
    [InlineData("0.4", 16, 35)]
    public async Task A_workspace_of_an_earlier_version_opens_with_all_it_holds(string version, int dataSets, int visitPartitions)
    {
        using var folder = new TemporaryFolder();
        await UnpackAsync(version, folder.Path);
        await using var workspace = await Workspace.OpenAsync(folder.Path, TimeProvider.System, TestContext.Current.CancellationToken);

        var listed = await workspace.ListDataSetsAsync(TestContext.Current.CancellationToken);
        var visits = await workspace.GetDataSetAsync("Visits", TestContext.Current.CancellationToken);

        Assert.Equal(dataSets, listed.Count);
        Assert.All(listed, d => Assert.Equal((RunStatus.Succeeded, "Sample Matomo"), (d.LastRun!.Status, d.AccountName)));
        Assert.Equal(visitPartitions, (await workspace.ReadPartitionsAsync("Visits", TestContext.Current.CancellationToken)).Count);
        Assert.Equal(["site_id", "site_name", "period", "period_start", "period_end"], visits.Columns.Take(5).Select(c => c.Name));
        Assert.NotEmpty((await workspace.ReadHistoryAsync("Visits", TestContext.Current.CancellationToken)).Runs);
        Assert.Contains("name: Referring websites", (await workspace.ExportFileAsync(TestContext.Current.CancellationToken)).Text, StringComparison.Ordinal);
        await using var result = await workspace.QueryAsync("SELECT count(*) FROM visits", TestContext.Current.CancellationToken);
        await foreach (var row in result.Rows)
        {
            Assert.Equal((long)visitPartitions, row[0]);
        }
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("0.3")]
    [InlineData("0.4")]
    public async Task The_token_of_an_earlier_version_can_still_be_decrypted(string version)
    {
        using var folder = new TemporaryFolder();
        await UnpackAsync(version, folder.Path);
        var store = await StoreDatabase.OpenAsync(folder.File("tributary.db"), TestContext.Current.CancellationToken);
        var accounts = new AccountStore(store, TimeProvider.System);
        var account = Assert.Single(await accounts.ListAsync(TestContext.Current.CancellationToken));
        var cipher = await accounts.TokenAsync(account.Id, TestContext.Current.CancellationToken);

        var token = new SecretBox(folder.File("keys")).Unprotect(cipher!, account.Name);

        Assert.Equal(32, token.Reveal().Length);
    }

    private static async Task UnpackAsync(string version, string folder, [CallerFilePath] string here = "")
    {
        await using var file = File.OpenRead(Path.Combine(Path.GetDirectoryName(here)!, "..", "Fixtures", $"workspace-{version}.tar.br"));
        await using var brotli = new BrotliStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(brotli, folder, overwriteFiles: false, TestContext.Current.CancellationToken);
    }
}
