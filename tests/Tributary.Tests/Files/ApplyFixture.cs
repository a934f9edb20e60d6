using Tributary.Accounts;
using Tributary.Applying;
using Tributary.Files;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Files;

/// <summary>A workspace with one account that files are applied to; the variables are those of a test alone.</summary>
internal sealed class ApplyFixture(WorkspaceFixture inner) : IAsyncDisposable
{
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal) { ["TRIBUTARY_TOKEN_SHOP"] = CanaryToken.Value };

    public WorkspaceFixture Inner => inner;

    public Workspace Workspace => inner.Workspace;

    /// <summary>The account of the workspace as a file names it.</summary>
    public string Account => $"""
        accounts:
          - name: Shop
            url: {inner.Matomo.Address}
            token_env: TRIBUTARY_TOKEN_SHOP
        """;

    public static async Task<ApplyFixture> CreateAsync(WorkspaceOptions? options = null) => new(await WorkspaceFixture.CreateAsync(options));

    public Task<FileResult> ApplyAsync(string text, bool dryRun = false, bool prune = false, bool keepData = false) => ApplyToAsync(Workspace, text, dryRun, prune, keepData);

    public Task<FileResult> ApplyToAsync(Workspace workspace, string text, bool dryRun = false, bool prune = false, bool keepData = false) => workspace.ApplyFileAsync(
        new FileRequest { Text = text, Folder = inner.Folder, Variable = Variables.GetValueOrDefault, DryRun = dryRun, Prune = prune, KeepData = keepData },
        TestContext.Current.CancellationToken);

    public async Task<string> ExportAsync() => (await Workspace.ExportFileAsync(TestContext.Current.CancellationToken)).Text;

    public async Task<IReadOnlyList<string>> NamesAsync() => [.. (await Workspace.ListDataSetsAsync(TestContext.Current.CancellationToken)).Select(d => d.Definition.Name)];

    public PretendMatomo Matomo => inner.Matomo;

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
