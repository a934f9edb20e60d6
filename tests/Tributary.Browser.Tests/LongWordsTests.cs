using Microsoft.Playwright;

namespace Tributary.Browser.Tests;

/// <summary>Other languages need more room: with every word of the page made longer by two fifths nothing runs out of it.</summary>
public sealed class LongWordsTests(DataCenterFixture center)
{
    // What comes from Matomo stays as it is: it stands in bdi or in a grid.
    private const string Lengthen = """
        () => {
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const nodes = [];
            while (walk.nextNode()) nodes.push(walk.currentNode);
            for (const node of nodes) {
                const text = node.textContent.trim();
                if (text.length < 3 || node.parentElement.closest('script, style, svg, bdi, .grid td, code, time')) continue;
                const words = ['verwaltung', 'einstellung', 'berichte', 'zeitraum', 'auswertung'];
                let more = '';
                while (more.length < text.length * 0.4) more += ' ' + words[(text.length + more.length) % words.length];
                node.textContent += text.includes(' ') ? more : more.slice(1, Math.ceil(text.length * 0.4) + 1);
            }
        }
        """;

    public static TheoryData<string, string> Pages { get; } = new()
    {
        { "list", "/" }, { "connector", "/new?account=Company%20Matomo&report=Actions.getPageUrls" }, { "overview", "/datasets/pages_per_day" }, { "data", "/datasets/pages_per_day/data" },
        { "history", "/datasets/keywords/history" }, { "accounts", "/accounts" }, { "runs", "/runs" }, { "sql", "/sql" }, { "destinations", "/destinations" }, { "settings", "/settings" }, { "starter", "/starter" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Longer_words_stay_in_the_page(string name, string path)
    {
        foreach (var screen in (Screen[])[Screen.Desktop, Screen.Phone])
        {
            await center.OnPageAsync(
                path,
                async page =>
                {
                    await page.EvaluateAsync(Lengthen);
                    await page.ShotAsync($"long-{name}-{screen}");
                    await page.ShouldNotScrollSidewaysAsync($"{name} {screen}");
                },
                screen);
        }
    }
}
