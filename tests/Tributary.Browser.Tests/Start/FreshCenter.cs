using Microsoft.Playwright;
using Tributary.DataCenter;
using Tributary.Testing;

namespace Tributary.Browser.Tests.Start;

/// <summary>A Data Center over a workspace with nothing in it, with a worker; it can be ended and started anew on the same port.</summary>
internal sealed class FreshCenter : IAsyncDisposable
{
    public const string Password = "four plain words here";

    private readonly TemporaryFolder _folder = new();
    private readonly Func<CancellationToken, Task<SampleServer>>? _sample;
    private CancellationTokenSource _end = new();
    private Workspace? _workspace;
    private DataCenterServer? _server;
    private Task _worker = Task.CompletedTask;

    private FreshCenter(Func<CancellationToken, Task<SampleServer>>? sample) => _sample = sample;

    public Workspace Workspace => _workspace!;

    public Uri Address => _server!.Address;

    public static async Task<FreshCenter> StartAsync(Func<CancellationToken, Task<SampleServer>>? sample = null)
    {
        var center = new FreshCenter(sample);
        await center.BeginAsync(port: 0);
        return center;
    }

    public async Task<string> FirstLinkAsync() => (await _server!.FirstStartLinkAsync(CancellationToken.None))!.ToString();

    /// <summary>Ends it as a stop of the program does, and starts it again over the same folder.</summary>
    public async Task RestartAsync()
    {
        var port = Address.Port;
        await EndAsync();
        _end = new CancellationTokenSource();
        await BeginAsync(port);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _folder.Dispose();
    }

    /// <summary>The first person comes in by the one-time link.</summary>
    public async Task EnterAsync(IPage page)
    {
        await page.GotoAsync(await FirstLinkAsync());
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByLabel("The same again").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
    }

    private async Task BeginAsync(int port)
    {
        _workspace = await Workspace.OpenAsync(_folder.File("workspace"), TimeProvider.System, CancellationToken.None);
        _server = await DataCenterServer.StartAsync(_workspace, new DataCenterOptions { Port = port, Sample = _sample }, TimeProvider.System, CancellationToken.None);
        _worker = _workspace.WorkAsync(2, _ => { }, _end.Token);
    }

    private async Task EndAsync()
    {
        await _end.CancelAsync();
        await _worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _server!.DisposeAsync();
        await _workspace!.DisposeAsync();
        _end.Dispose();
    }
}
