using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Tributary.Browser.Tests;

/// <summary>Looks every test takes at its pages.</summary>
internal static class PageWatch
{
    /// <summary>Collects what the browser complains of from now on: errors, broken content security policies, requests that fail or leave the machine.</summary>
    public static async Task<ConcurrentQueue<string>> OnAsync(IPage page)
    {
        var complaints = new ConcurrentQueue<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => complaints.Enqueue("script: " + error);
        page.Dialog += async (_, dialog) =>
        {
            complaints.Enqueue("dialog: " + dialog.Message);
            await dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { IsLoopback: false, Scheme: "http" or "https" })
            {
                complaints.Enqueue("left the machine: " + request.Url);
            }
        };
        await page.AddInitScriptAsync("document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))");
        return complaints;
    }

    /// <summary>Waits until the page stands and nothing of it is still on its way.</summary>
    public static async Task FilledAsync(this IPage page)
    {
        await page.Locator("h1").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await Assertions.Expect(page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
        if (await page.Locator(".chart .canvas").CountAsync() > 0)
        {
            await page.Locator(".chart .canvas canvas").First.WaitForAsync();
        }
    }

    /// <summary>Waits until the page is at an address. The library's own waiting for one misses a change that comes between its first look and its listening.</summary>
    /// <param name="page">The page.</param>
    /// <param name="address">The path and query.</param>
    public static Task ShouldBeAtAsync(this IPage page, string address) =>
        Assertions.Expect(page).ToHaveURLAsync(new Regex($"^http://[^/]+{Regex.Escape(address)}$"));

    /// <summary>What stands on the page, what is on top of it first; for the message of a test that fails.</summary>
    public static Task<string> SaysAsync(this IPage page) =>
        page.EvaluateAsync<string>("[...document.querySelectorAll('dialog[open]'), document.querySelector('main'), document.body].filter(e => e).map(e => e.innerText.trim()).join('\\n--\\n').slice(0, 3000)");

    /// <summary>Fails on whatever axe finds against the rules of accessibility.</summary>
    /// <param name="page">The page.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <param name="coloursAlone">Whether everything else was looked at before, in other colours.</param>
    public static async Task ShouldBeAccessibleAsync(this IPage page, string what, bool coloursAlone = false)
    {
        var options = new AxeRunOptions { ResultTypes = [ResultType.Violations] };
        if (coloursAlone)
        {
            options.RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block");
        }

        var found = await page.RunAxe(options);
        Assert.True(found.Violations.Length == 0, what + Environment.NewLine + string.Join(Environment.NewLine, found.Violations.Select(v =>
            $"{v.Id} ({v.Impact}): {v.Help}{string.Concat(v.Nodes.Take(4).Select(n => Environment.NewLine + "    " + n.Html[..Math.Min(n.Html.Length, 260)] + " " + n.Any.FirstOrDefault()?.Message))}")));
    }

    /// <summary>Fails when the page is wider than the screen.</summary>
    public static async Task ShouldNotScrollSidewaysAsync(this IPage page, string what)
    {
        var wide = await page.EvaluateAsync<string[]>("document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => `${e.localName}.${e.className} to ${Math.round(e.getBoundingClientRect().right)}`).concat('the page')");
        Assert.True(wide.Length == 0, $"{what} scrolls sideways: {string.Join(", ", wide.Take(8))}.");
    }

    /// <summary>Writes a picture of the page into the folder that TRIBUTARY_SHOTS names; without it, nothing.</summary>
    public static async Task ShotAsync(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("TRIBUTARY_SHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), Animations = ScreenshotAnimations.Disabled });
        }
    }
}
