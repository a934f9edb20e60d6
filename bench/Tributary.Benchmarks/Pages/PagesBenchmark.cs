using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Tributary.Accounts;
using Tributary.Benchmarks.Scale;
using Tributary.DataCenter;

namespace Tributary.Benchmarks.Pages;

/// <summary>How long after a click a page of the Data Center can be used, over a workspace that has seen years, and what the server holds meanwhile.</summary>
internal static class PagesBenchmark
{
    private const double MostMedian = 200;
    private const double Most95th = 500;
    private const double MostMemory = 400;

    // What DuckDB may use is its own setting; the rest is the server's.
    private const string EngineMemory = "1GB";

    // A click on a link, and the moment the page shows what it is for; both told by the browser's own clock.
    private const string Timed = """
        async ([link, title, shown]) => {
            const start = performance.now();
            document.querySelector(link).click();
            for (;;) {
                await new Promise(requestAnimationFrame);
                const heading = document.querySelector('h1')?.textContent ?? '';
                const found = document.querySelector(shown);
                if (heading.startsWith(title) && found && !found.closest('[aria-busy=true]')) return performance.now() - start;
                if (performance.now() - start > 20000) throw new Error(`${shown} did not come after ${link}`);
            }
        }
        """;

    /// <summary>From where, by which link, to the page of which heading, with what that was not there before.</summary>
    private static readonly (string Name, string From, string Link, string Title, string Shown)[] Clicks =
    [
        ("DataSets, 1,000 of them", "/runs", "nav a[href='/']", "DataSets", "table.ds tbody tr:nth-child(50)"),
        ("DataSets, the next page", "/", ".pager a:last-of-type", "DataSets", ".pager a:first-of-type + span"),
        ("DataSets, those by hand", "/", "nav.seg a:nth-child(4)", "DataSets", "nav.seg a:nth-child(4)[aria-current=true]"),
        ("Overview, 10 million rows", "/?find=Big", "a.n[href='/datasets/big']", "Big", ".tabs + * .card"),
        ("Data, 10 million rows", "/datasets/big", ".tabs a:nth-child(2)", "Big", "table.grid tbody tr:nth-child(50)"),
        ("Data, sorted by a column", "/datasets/big/data", "th:nth-child(6) a, th:nth-child(6) button", "Big", "th:nth-child(6)[aria-sort=descending], th:nth-child(6)[aria-sort=ascending]"),
        ("History, 100 runs", "/datasets/big", ".tabs a:nth-child(3)", "Big", ".hist tbody tr:nth-child(20), .hist > *:nth-child(20)"),
        ("Runs, 100,000 of them", "/", "nav a[href='/runs']", "Runs", "main table:not(.ds) tbody tr:nth-child(20)"),
        ("SQL", "/", "nav a[href='/sql']", "SQL", "textarea"),
        ("Accounts", "/", "nav a[href='/accounts']", "Accounts", "table.acc tbody tr"),
        ("Destinations", "/", "nav a[href='/destinations']", "Destinations", "main .sheet"),
        ("Settings", "/", "nav a[href='/settings']", "Settings", "main .sheet input, main .card input"),
        ("New DataSet", "/", "a[href='/new']", "New DataSet", "#report"),
    ];

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var folder = arguments["--workspace"] ?? Directory.CreateTempSubdirectory("tributary-bench-").FullName;
        try
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                await Child.RunAsync(CancellationToken.None, FilledWorkspace.Argument, folder);
            }

            using var server = Child.Start(ServeArgument, folder);
            var address = (await server.StandardOutput.ReadLineAsync())!;
            try
            {
                return await MeasureAsync(address, server, arguments.Number("--clicks", 20));
            }
            finally
            {
                server.Kill();
                await server.WaitForExitAsync();
            }
        }
        finally
        {
            if (arguments["--workspace"] is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    public const string ServeArgument = "serve-pages";

    /// <summary>The child process: the Data Center with its worker, until it is killed.</summary>
    public static async Task<int> ServeAsync(string folder)
    {
        await using var matomo = await TinyMatomo.StartAsync(sites: 1);
        await using var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
        await workspace.Accounts.EditAsync(ScaleRun.Account, new AccountEdit { Url = matomo.Address.ToString(), Token = ScaleRun.Token }, CancellationToken.None);
        await using var server = await DataCenterServer.StartAsync(workspace, new DataCenterOptions { Port = 0, Defect = Console.Error.WriteLine }, TimeProvider.System, CancellationToken.None);
        Console.WriteLine(server.Address);
        await workspace.WorkAsync(2, _ => { }, CancellationToken.None);
        return 0;
    }

    private static async Task<int> MeasureAsync(string address, Process server, int clicks)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { BaseURL = address, ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#name", FilledWorkspace.Person);
        await page.FillAsync("#password", FilledWorkspace.Password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForSelectorAsync("table.ds");

        var table = new Table("page", "median ms", "95th ms");
        var all = new List<double>();
        var medians = new List<(string Name, double Median, double Late)>();
        foreach (var (name, from, link, title, shown) in Clicks)
        {
            var times = new List<double>();
            for (var i = 0; i <= clicks; i++)
            {
                await page.GotoAsync(from);
                await page.WaitForSelectorAsync(link);
                await page.WaitForFunctionAsync("() => !document.querySelector('main [aria-busy=true]')");
                var time = await page.EvaluateAsync<double>(Timed, new[] { link, title, shown });

                // The first compiles what it runs.
                if (i > 0)
                {
                    times.Add(time);
                }
            }

            all.AddRange(times);
            medians.Add((name, Verdict.Median(times), At95(times)));
            table.Add(name, F(medians[^1].Median), F(medians[^1].Late));
        }

        server.Refresh();
        var memory = server.WorkingSet64 / 1e6;
        table.Print();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The server holds {memory:0} MB after it, of which DuckDB may use {EngineMemory}."));
        var verdict = new Verdict();
        foreach (var (name, median, late) in medians)
        {
            verdict.AtMost($"{name}, median", median, MostMedian);
            verdict.AtMost($"{name}, 95th", late, Most95th);
        }

        verdict.AtMost("megabytes of the server beyond DuckDB's setting", memory - 1_000, MostMemory);
        return verdict.ExitCode;
    }

    private static double At95(List<double> times) => times.Order().ElementAt((int)Math.Ceiling(times.Count * 0.95) - 1);

    private static string F(double figure) => figure.ToString("0", CultureInfo.InvariantCulture);
}
