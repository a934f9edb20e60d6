using Tributary.SampleMatomo;

namespace Tributary.Cli.Tests;

/// <summary>A small sample Matomo, and a workspace with the account Main on it and the DataSet Pages, read once.</summary>
public sealed class SampleWorkspace : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-cli-").FullName;
    private SampleMatomo.SampleMatomo? _sample;

    public SampleMatomo.SampleMatomo Sample => _sample!;

    public async ValueTask InitializeAsync()
    {
        _sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Days = 10, VisitsPerDay = 20, Sites = 2 }, CancellationToken.None);
        await ExpectAsync("account", "add", "Main", "--url", Url, "--token-env", "MATOMO_TOKEN");
        await ExpectAsync("dataset", "add", "Pages", "--account", "Main", "--report", "Actions.getPageUrls", "--start-days-back", "3", "--end-days-back", "1", "--tag", "web");
        await ExpectAsync("dataset", "run", "Pages");
    }

    public async ValueTask DisposeAsync()
    {
        await Sample.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public string Url => Sample.Address.ToString();

    /// <summary>A path beside the workspace, inside the folder that goes away.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    internal Task<Cli> RunAsync(params string[] words) => RealProgram.RunAsync(Variables, words);

    internal Dictionary<string, string> Variables => new(StringComparer.Ordinal)
    {
        ["TRIBUTARY_WORKSPACE"] = PathOf("workspace"),
        ["MATOMO_TOKEN"] = Sample.Tokens.SecureOnly,
        ["WRONG_TOKEN"] = Cli.Token,
    };

    private async Task ExpectAsync(params string[] words)
    {
        var run = await RunAsync(words);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', words)}: {run.ExitCode}\n{run.Out}\n{run.Error}");
    }
}
