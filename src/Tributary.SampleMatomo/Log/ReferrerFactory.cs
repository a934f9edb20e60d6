namespace Tributary.SampleMatomo.Log;

internal sealed record SearchEngine(string Name, string Host);

internal sealed record SocialNetwork(string Name, string Host);

internal static class ReferrerFactory
{
    public static readonly IReadOnlyList<SearchEngine> Engines =
    [
        new("Google", "google.com"), new("Bing", "bing.com"), new("DuckDuckGo", "duckduckgo.com"), new("Yahoo!", "search.yahoo.com"),
        new("Yandex", "yandex.ru"), new("Baidu", "www.baidu.com"), new("Ecosia", "ecosia.org"), new("Brave", "search.brave.com"),
    ];

    public static readonly IReadOnlyList<SocialNetwork> Networks =
    [
        new("Facebook", "facebook.com"), new("reddit", "reddit.com"), new("Hacker News", "news.ycombinator.com"), new("Twitter", "twitter.com"), new("YouTube", "youtube.com"),
    ];

    private static readonly string[] CampaignNames =
    [
        "summer-2026", "spring sale", "newsletter_2026-11", "black friday", "brand – 日本", "retarget & win", "été", "partner, inc",
    ];

    private static readonly string[] Sources = ["google", "facebook", "newsletter", "partner, inc", "bing", "québec.ca"];
    private static readonly string[] Mediums = ["cpc", "email", "display", "social"];
    private static readonly string[] Contents = ["banner-a", "banner-b", "text link", "広告"];
    private static readonly string[] Groups = ["always-on", "seasonal", "test"];
    private static readonly string[] Placements = ["top", "sidebar", "footer, left"];

    public static Referrer Make(Rng rng, SiteProfile site, Channel channel, int spread, bool complete) => channel switch
    {
        Channel.Search => Search(rng, spread, complete),
        Channel.Website => Website(rng),
        Channel.Social => Social(rng, spread),
        Channel.Campaign => FromCampaign(rng, spread, complete || rng.Chance(site.Kind == SiteKind.Campaigns ? 0.7 : 0.4)),
        _ => new Referrer(Channel.Direct, "", null, null),
    };

    public static Channel PickChannel(Rng rng, SiteProfile site)
    {
        var d = rng.NextDouble();
        return site.Kind == SiteKind.Campaigns
            ? d switch { < 0.78 => Channel.Campaign, < 0.86 => Channel.Direct, < 0.94 => Channel.Search, < 0.97 => Channel.Website, _ => Channel.Social }
            : d switch { < 0.32 => Channel.Search, < 0.62 => Channel.Direct, < 0.77 => Channel.Website, < 0.91 => Channel.Campaign, _ => Channel.Social };
    }

    private static Referrer Search(Rng rng, int spread, bool complete)
    {
        var engine = rng.PickSkewed(Engines);
        var keyword = !complete && rng.Chance(0.35) ? "" : Phrase(rng, spread);
        return new Referrer(Channel.Search, engine.Name, keyword, $"https://{engine.Host}/");
    }

    private static Referrer Website(Rng rng)
    {
        var site = rng.Next(20);
        var host = (site % 3) switch { 0 => $"site{site:00}.example", 1 => $"news.site{site:00}.example", _ => $"www.site{site:00}.example" };
        return new Referrer(Channel.Website, host, null, $"https://{host}/{(site % 2 == 0 ? "forum/t" : "links")}/{rng.Next(30)}");
    }

    private static Referrer Social(Rng rng, int spread)
    {
        var network = rng.PickSkewed(Networks);
        return new Referrer(Channel.Social, network.Name, null, $"https://{network.Host}/item?id={rng.Next(Math.Max(300, spread))}");
    }

    private static Referrer FromCampaign(Rng rng, int spread, bool complete)
    {
        var name = rng.PickSkewed(CampaignNames);
        var keyword = complete || rng.Chance(0.6) ? Phrase(rng, spread) : "";
        var campaign = complete
            ? new Campaign(name, keyword, rng.PickSkewed(Sources), rng.PickSkewed(Mediums), rng.Pick(Contents), rng.Pick(Groups), rng.Pick(Placements), $"cid-{rng.Next(12)}")
            : new Campaign(name, keyword, rng.Chance(0.6) ? rng.PickSkewed(Sources) : "", rng.Chance(0.6) ? rng.PickSkewed(Mediums) : "", "", "", "", "");
        return new Referrer(Channel.Campaign, name, keyword, null, campaign);
    }

    private static string Phrase(Rng rng, int spread)
    {
        var first = PageCatalog.Word(rng.Next(PageCatalog.WordCount));
        return rng.Next(4) switch
        {
            0 => first,
            1 => $"{first} {PageCatalog.Word(rng.Next(PageCatalog.WordCount))}",
            2 => $"a \"quoted\" {first}",
            _ => $"{first} {PageCatalog.Word(rng.Next(PageCatalog.WordCount))} {rng.Next(Math.Max(100, spread / 4)):000}",
        };
    }
}
