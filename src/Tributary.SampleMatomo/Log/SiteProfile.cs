namespace Tributary.SampleMatomo.Log;

internal enum SiteKind
{
    Shop,
    Blog,
    Docs,
    Empty,
    Campaigns,
}

internal sealed record Goal(int Id, string Name, string Description, string Attribute, string? Pattern, string? PatternType, bool AllowMultiple, decimal Revenue, bool ValueAsRevenue = false)
{
    /// <summary>One visit in so many reaches it, whatever it does; 0 for goals that are reached by what a visit does.</summary>
    public int OneIn { get; init; }
}

internal sealed record CustomDimension(int Id, string Name, int Index, string Scope);

/// <summary>One site of the sample: what it is and what it measures.</summary>
internal sealed record SiteProfile(int Id, string Name, SiteKind Kind, string Url, SiteZone Zone, string Currency, string Group, double Weight, int LeastGoals)
{
    private static readonly Goal[] ShopGoals =
    [
        new(1, "Newsletter signup", "Manual trigger, 5 EUR", "manually", null, null, false, 5),
        new(2, "Contact page", "", "url", "/about/contact", "contains", false, 2.5m),
        new(3, "Download catalogue, \"PDF\" & more", "", "file", "catalogue", "contains", true, 0),
        new(4, "Video watched", "", "event_action", "complete", "contains", true, 1, true),
        new(5, "Partner outlink", "", "external_website", "partner.example", "contains", false, 0.75m),
        new(6, "Long visit – 长访问", "", "visit_duration", "5", "greater_than", false, 0),
    ];

    private static readonly (string Zone, string Currency)[] FurtherPlaces =
    [
        ("UTC+5.5", "INR"), ("America/Sao_Paulo", "BRL"), ("Asia/Tokyo", "JPY"), ("Europe/London", "GBP"), ("Australia/Lord_Howe", "AUD"), ("UTC-3", "ARS"), ("Africa/Cairo", "EGP"),
        ("Pacific/Kiritimati", "AUD"), ("Pacific/Pago_Pago", "USD"),
    ];

    private static readonly string[] MoreNames = ["Goal N", "Say \"yes\" N", "Brochure, price list, N", "資料請求 N", "L'offre n° N", "Chat & call <N>", "N\\back; slash"];

    private const int MostGoals = 120;

    public bool Ecommerce => Kind is SiteKind.Shop or SiteKind.Empty;

    public string Host => new Uri(Url).Host;

    public IReadOnlyList<Goal> Goals { get; } = [.. OwnGoals(Kind), .. Enumerable.Range(1, LeastGoals).Skip(OwnGoals(Kind).Count).Select(MoreGoal)];

    public IReadOnlyList<CustomDimension> Dimensions => Kind switch
    {
        SiteKind.Shop =>
        [
            new(1, "Customer type", 1, "visit"), new(2, "Membership, level", 2, "visit"),
            new(3, "Page author", 1, "action"), new(4, "Page \"type\"", 2, "action"),
        ],
        SiteKind.Blog => [new(1, "Reader type", 1, "visit")],
        _ => [],
    };

    public static IReadOnlyList<SiteProfile> MakeAll(int count, int goals) => [.. Enumerable.Range(1, count).Select(id => Make(id, Math.Min(goals, MostGoals)))];

    private static SiteProfile Make(int id, int goals) => id switch
    {
        1 => new(1, "Shop", SiteKind.Shop, "https://shop.example.com", new("Pacific/Auckland"), "EUR", "retail", 1.5, goals),
        2 => new(2, "Blog", SiteKind.Blog, "https://blog.example.org", new("America/Los_Angeles"), "USD", "", 0.8, goals),
        3 => new(3, "Docs 日本語 é \"quoted\"", SiteKind.Docs, "https://docs.example.net", new("UTC"), "JPY", "", 0.7, goals),
        4 => new(4, "Empty", SiteKind.Empty, "https://empty.example.com", new("UTC"), "USD", "", 0, goals),
        5 => new(5, "Campaigns", SiteKind.Campaigns, "https://campaigns.example.fr", new("Europe/Paris"), "EUR", "", 0.9, goals),
        _ => Further(id, goals),
    };

    private static IReadOnlyList<Goal> OwnGoals(SiteKind kind) => kind switch
    {
        SiteKind.Shop => ShopGoals,
        SiteKind.Blog => [new(1, "Subscribe", "", "manually", null, null, false, 3), new(2, "Read a long post", "", "url", "/long-", "contains", false, 0)],
        SiteKind.Docs => [new(1, "Found the answer", "", "event_action", "complete", "contains", false, 0)],
        SiteKind.Empty => [new(1, "Never reached", "", "manually", null, null, false, 1)],
        _ => [new(1, "Lead", "", "manually", null, null, true, 12.34m)],
    };

    private static Goal MoreGoal(int id) => new(id, MoreNames[id % MoreNames.Length].Replace("N", $"{id}", StringComparison.Ordinal), "", "manually", null, null, false, id % 4 * 1.25m)
    {
        OneIn = 8 + (id % 9),
    };

    private static SiteProfile Further(int id, int goals)
    {
        var (zone, currency) = FurtherPlaces[(id - 6) % FurtherPlaces.Length];
        var kind = ((id - 6) % 3) switch { 0 => SiteKind.Blog, 1 => SiteKind.Shop, _ => SiteKind.Campaigns };
        return new(id, $"Site {id}", kind, $"https://site{id}.example.com", new(zone), currency, "", 0.8, goals);
    }
}
