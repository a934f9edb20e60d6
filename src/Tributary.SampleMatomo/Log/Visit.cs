namespace Tributary.SampleMatomo.Log;

internal enum ActionKind
{
    Page,
    Download,
    Outlink,
    Search,
    Event,
    Content,
}

internal enum Channel
{
    Direct = 1,
    Search = 2,
    Website = 3,
    Campaign = 6,
    Social = 7,
}

internal sealed record Product(string Sku, string Name, IReadOnlyList<string> Categories, decimal Price);

internal sealed record Page(string Url, string Title, string Author, string Type, Product? Product = null, IReadOnlyList<string>? ProductCategories = null);

internal sealed record Campaign(string Name, string Keyword, string Source, string Medium, string Content, string Group, string Placement, string Id);

/// <summary>Where a visit came from; <paramref name="Keyword"/> is null where there can be none and empty where it was withheld.</summary>
internal sealed record Referrer(Channel Channel, string Name, string? Keyword, string? Url, Campaign? Campaign = null);

internal sealed class VisitAction
{
    public required ActionKind Kind { get; init; }

    public required long Time { get; init; }

    public required string Url { get; init; }

    public Page? Page { get; init; }

    public int TimeSpent { get; set; }

    public bool FollowsSearch { get; init; }

    /// <summary>Milliseconds of the six page performance phases; null when the browser sent none.</summary>
    public IReadOnlyList<int>? Timings { get; init; }

    public int? Bandwidth { get; init; }

    public string Category { get; init; } = "";

    public string Action { get; init; } = "";

    public string Name { get; init; } = "";

    public double? Value { get; init; }

    public int SearchCount { get; init; }

    public bool Interacted { get; init; }

    /// <summary>Contents are recorded but not counted as actions of a visit (measured on 5.2).</summary>
    public bool Counts => Kind != ActionKind.Content;
}

internal sealed record OrderItem(Product Product, int Quantity);

/// <summary>A goal reached, an order (<see cref="GoalId"/> 0) or an abandoned cart (-1).</summary>
internal sealed record Conversion(int GoalId, long Time, decimal Revenue, int PagesBefore)
{
    public IReadOnlyList<OrderItem> Items { get; init; } = [];

    public string OrderId { get; init; } = "";

    public decimal Subtotal { get; init; }

    public decimal Tax { get; init; }

    public decimal Shipping { get; init; }

    public decimal Discount { get; init; }

    public VisitAction? Trigger { get; init; }

    public int ItemCount => Items.Sum(i => i.Quantity);
}

internal sealed record Visitor(ulong Id, string? UserId, Device Device, City City, string Language, string Ip)
{
    private static readonly string[] Providers = ["", "Comcast", "Bt", "Vodafone", "Orange", "Example, Net"];

    /// <summary>Who the visitor reaches the network by; empty where it is not known.</summary>
    public string Provider => Providers[Rng.Mix(Id, 11) % (ulong)Providers.Length];
}

internal sealed class Visit
{
    public required SiteProfile Site { get; init; }

    public required DateOnly Day { get; init; }

    public required long Id { get; init; }

    public required Visitor Visitor { get; init; }

    public required Referrer Referrer { get; init; }

    public required int VisitCount { get; init; }

    public required int DaysSinceFirst { get; init; }

    public required int DaysSinceLast { get; init; }

    public required IReadOnlyList<VisitAction> Actions { get; init; }

    public required IReadOnlyList<Conversion> Conversions { get; init; }

    public required int LocalHour { get; init; }

    public required int UtcHour { get; init; }

    public required int VisitorHour { get; init; }

    public string CustomerType { get; init; } = "";

    public string Membership { get; init; } = "";

    public long Start => Actions[0].Time;

    public long End => Actions[^1].Time;

    public int Duration => (int)(End - Start);

    public int ActionCount { get; init; }

    public bool Bounced => ActionCount == 1;

    public bool IsNew => VisitCount == 1;

    public bool Converted { get; init; }
}
