using System.Collections.Concurrent;
using Microsoft.Playwright;
using Tributary.DataCenter;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Browser.Tests;

/// <summary>
/// A Data Center at work over a workspace with the sample Matomo, a worker, a manager and a viewer, and the browser to look at it with.
/// <see cref="OnPageAsync"/> opens a page and fails on whatever the browser complains of.
/// </summary>
public sealed class DataCenterFixture : IAsyncLifetime
{
    private const string Password = "four plain words here";

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _defects = new();
    private readonly Dictionary<UserRole, string> _signedIn = [];
    private SampleMatomo.SampleMatomo? _sample;
    private Workspace? _workspace;
    private DataCenterServer? _server;
    private Task _worker = Task.CompletedTask;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The sample Matomo the account Company Matomo stands on.</summary>
    public SampleMatomo.SampleMatomo Sample => _sample!;

    /// <summary>A Matomo whose every text is meant to do harm; the account Hostile stands on it.</summary>
    public HostileMatomo Hostile { get; } = new();

    /// <summary>The workspace.</summary>
    public Workspace Workspace => _workspace!;

    /// <summary>A file of a test's own, in a folder that goes with the fixture.</summary>
    public string File(string name) => _folder.File(name);

    /// <summary>Where the Data Center answers.</summary>
    public Uri Address => _server!.Address;

    public async ValueTask InitializeAsync()
    {
        _sample = await SampleMatomo.SampleMatomo.StartAsync(SampleDataSets.Options, CancellationToken.None);
        _workspace = await Workspace.OpenAsync(_folder.File("workspace"), TimeProvider.System, new WorkspaceOptions { Kinds = [new SecondFileKind()] }, CancellationToken.None);
        await SampleDataSets.FillAsync(Workspace, Sample, Hostile);
        _server = await DataCenterServer.StartAsync(Workspace, new DataCenterOptions { Port = 0, Defect = _defects.Enqueue }, TimeProvider.System, CancellationToken.None);
        _worker = Workspace.WorkAsync(2, _ => { }, _end.Token);
        Assertions.SetDefaultExpectTimeout(15_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("TRIBUTARY_CHROMIUM") ?? "/usr/bin/chromium",
            // Chromium's own sandbox cannot be made inside most containers; every page is ours.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
        await SignInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
        await _end.CancelAsync();
        await _worker.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_workspace?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_sample?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Hostile.DisposeAsync();
        _end.Dispose();
        _folder.Dispose();
    }

    /// <summary>Opens a page of the Data Center, waits until it is filled, and looks at it; fails when the browser reported an error, a broken policy or a failed request, or the server a defect.</summary>
    /// <param name="path">The address below the Data Center's.</param>
    /// <param name="look">What is done with it.</param>
    /// <param name="screen">The screen; a desktop in light colours when none is given.</param>
    /// <param name="who">Who looks; null for nobody.</param>
    /// <param name="mayFail">Whether the page itself is one that says something is not there.</param>
    public async Task OnPageAsync(string path, Func<IPage, Task> look, Screen? screen = null, UserRole? who = UserRole.Manager, bool mayFail = false)
    {
        screen ??= Screen.Desktop;
        await using var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(),
            ViewportSize = new ViewportSize { Width = screen.Width, Height = screen.Height },
            ColorScheme = screen.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = who is { } role ? _signedIn[role] : null,
        });
        context.SetDefaultTimeout(15_000);
        var page = await context.NewPageAsync();
        var complaints = await PageWatch.OnAsync(page);
        try
        {
            await page.GotoAsync(path);
            await page.FilledAsync();
            await look(page);
        }
        catch (Exception) when (!complaints.IsEmpty || !_defects.IsEmpty)
        {
            // What the browser complained of is most likely why it went wrong.
            Assert.Fail(string.Join(Environment.NewLine, complaints.Concat(_defects)));
        }
        catch (Exception error) when (!page.IsClosed)
        {
            throw new InvalidOperationException($"{error.Message}{Environment.NewLine}The page stood at {page.Url} and said:{Environment.NewLine}{await page.SaysAsync()}", error);
        }

        Assert.DoesNotContain(complaints, c => !mayFail || !c.Contains("404", StringComparison.Ordinal));
        Assert.Empty(_defects);
    }

    /// <summary>Opens a page once, and looks at it on every screen, light and dark; a phone's page is loaded anew, since some of it is made for the room there is.</summary>
    public async Task OnEveryScreenAsync(string path, Func<IPage, Screen, Task> look, UserRole? who = UserRole.Manager, bool mayFail = false)
    {
        foreach (var light in Screen.All.Where(s => !s.IsDark))
        {
            await OnPageAsync(
                path,
                async page =>
                {
                    await look(page, light);
                    await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
                    await look(page, light with { IsDark = true });
                },
                light,
                who,
                mayFail);
        }
    }

    /// <summary>An empty page, signed in nowhere, for a Data Center of the test's own.</summary>
    /// <param name="look">What is done with it.</param>
    /// <param name="mayComplain">Whether the browser may: of a server that goes away.</param>
    public async Task OnNewPageAsync(Func<IPage, Task> look, bool mayComplain = false)
    {
        await using var context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(20_000);
        var page = await context.NewPageAsync();
        var complaints = await PageWatch.OnAsync(page);
        await look(page);
        Assert.True(mayComplain || complaints.IsEmpty, string.Join(Environment.NewLine, complaints));
    }

    /// <summary>Runs a DataSet by the worker and waits for its end.</summary>
    public async Task<RunResult> RunAsync(string name, CancellationToken cancellationToken) =>
        (await Workspace.RunAsync(new RunRequest { Names = [name] }, null, cancellationToken))[0];

    /// <summary>The first person comes in by the one-time link, as a person does; a viewer is added.</summary>
    private async Task SignInAsync()
    {
        await using (var context = await _browser!.NewContextAsync())
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync((await _server!.FirstStartLinkAsync(CancellationToken.None))!.ToString());
            await page.GetByLabel("Name").FillAsync("manager");
            await page.GetByLabel("Password").FillAsync(Password);
            await page.GetByLabel("The same again").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
            await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
            _signedIn[UserRole.Manager] = await context.StorageStateAsync();
        }

        await Workspace.Access.AddUserAsync("viewer", UserRole.Viewer, Password, CancellationToken.None);
        await using (var context = await _browser.NewContextAsync())
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync(new Uri(Address, "/sign-in").ToString());
            await page.GetByLabel("Name").FillAsync("viewer");
            await page.GetByLabel("Password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.ShouldBeAtAsync("/");
            _signedIn[UserRole.Viewer] = await context.StorageStateAsync();
        }
    }
}
