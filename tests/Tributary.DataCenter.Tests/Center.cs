using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;

[assembly: AssemblyFixture(typeof(Tributary.DataCenter.Tests.Center))]

namespace Tributary.DataCenter.Tests;

/// <summary>A Data Center at work over a workspace with the account Main on a sample Matomo, and the DataSet Pages, read once.</summary>
public sealed partial class Center : IAsyncLifetime
{
    public const string Password = "a few plain words";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private SampleMatomo.SampleMatomo? _sample;
    private DataCenterServer? _server;

    public Workspace Workspace { get; private set; } = null!;

    public string Folder => _folder.File("workspace");

    public Uri Address => _server!.Address;

    public Uri Matomo => _sample!.Address;

    /// <summary>Keys by scope.</summary>
    public IReadOnlyDictionary<KeyScope, string> Keys { get; private set; } = new Dictionary<KeyScope, string>();

    /// <summary>The link of the first start, before anybody could sign in.</summary>
    public Uri FirstStart { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Days = 10, VisitsPerDay = 20, Sites = 2, SecureOnlyToken = CanaryToken.Value }, CancellationToken.None);
        Workspace = await Workspace.OpenAsync(Folder, TimeProvider.System, CancellationToken.None);
        var test = await Workspace.Accounts.AddAsync(new NewAccount { Name = "Main", Url = Matomo.ToString(), Token = new AccessToken(CanaryToken.Value) }, CancellationToken.None);
        Assert.All(test.Steps, s => Assert.NotEqual(ConnectionStepResult.Failed, s.Result));
        await AddPagesAsync("Pages");
        _server = await DataCenterServer.StartAsync(Workspace, new DataCenterOptions { Port = 0, HasWorker = false }, TimeProvider.System, CancellationToken.None);
        FirstStart = (await _server.FirstStartLinkAsync(CancellationToken.None))!;
        await Workspace.Access.AddFirstUserAsync("ann", Password, CancellationToken.None);
        await Workspace.Access.AddUserAsync("vic", UserRole.Viewer, Password, CancellationToken.None);
        var keys = new Dictionary<KeyScope, string>();
        foreach (var scope in Enum.GetValues<KeyScope>())
        {
            keys[scope] = (await Workspace.Access.AddKeyAsync($"test {scope}", scope, "ann", null, CancellationToken.None)).Secret;
        }

        Keys = keys;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await Workspace.DisposeAsync();
        await _sample!.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    /// <summary>A DataSet of a test of its own, read once.</summary>
    public async Task<DataSet> AddPagesAsync(string name)
    {
        await Workspace.AddDataSetAsync(
            new NewDataSet { Name = name, Account = "Main", Details = new DetailsInput { Report = "Actions.getPageUrls", StartDaysBack = "3", EndDaysBack = "1" }, Settings = new DataSetSettings { Tags = ["web"] } },
            CancellationToken.None);
        var run = Assert.Single(await Workspace.RunAsync(new RunRequest { Names = [name] }, null, CancellationToken.None));
        Assert.True(run.Rows > 0, run.Error?.Message);
        return await Workspace.GetDataSetAsync(name, CancellationToken.None);
    }

    /// <summary>A client that brings a key; null for none.</summary>
    public HttpClient Client(KeyScope? scope) => Client(scope is { } s ? new AuthenticationHeaderValue("Bearer", Keys[s]) : null);

    public HttpClient Client(AuthenticationHeaderValue? authorization)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address, Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = authorization;
        return client;
    }

    /// <summary>A browser with nobody signed in.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address, Timeout = Patience };

    /// <summary>A browser in which somebody has signed in.</summary>
    public async Task<HttpClient> BrowserOfAsync(string name)
    {
        var browser = Browser();
        var reply = await SignInAsync(browser, name, Password);
        Assert.Equal("/", reply.Headers.Location?.OriginalString);
        return browser;
    }

    public static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string name, string password) =>
        await PostFormAsync(browser, "/sign-in", "/sign-in", ("name", name), ("password", password));

    /// <summary>Posts a form of a page as a browser does.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient browser, string page, string action, params (string Name, string Value)[] fields)
    {
        var html = await browser.GetStringAsync(page);
        var token = AntiforgeryToken().Match(html).Groups[1].Value;
        using var form = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        return await browser.PostAsync(new Uri(action, UriKind.Relative), form);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AntiforgeryToken();
}
