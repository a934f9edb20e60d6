namespace Tributary.SampleMatomo.Log;

/// <summary>What a visit must contain, so that no report of a day is ever empty.</summary>
[Flags]
internal enum Must
{
    Nothing = 0,
    Search = 1,
    EmptySearch = 2,
    Event = 4,
    Content = 8,
    Download = 16,
    Outlink = 32,
    Order = 64,
    Cart = 128,
    Goal = 256,
    Long = 512,
    Interaction = 1024,
}

/// <summary>Writes the actions and conversions of one visit, from its first second on.</summary>
internal sealed class ActionScript(Rng rng, SiteProfile site, PageCatalog pages, int spread, Must must, double nameless)
{
    private static readonly string[] EventCategories = ["Video", "Menu", "Player, audio", "フォーム"];
    private static readonly string[] EventActions = ["play", "click", "complete", "set", "100%"];
    private static readonly string[] ContentNames = ["Hero banner", "Side ad, \"left\"", "バナー"];
    private static readonly string[] SearchCategories = ["shoes", "help & faq", "カテゴリ"];

    private readonly List<VisitAction> _actions = [];
    private readonly List<OrderItem> _cart = [];
    private long _clock;
    private int _pagesBefore;
    private ulong _luck;
    private bool _searched;
    private Page _page = pages.Home;

    public (List<VisitAction> Actions, List<Conversion> Conversions) Write(long start, string orderId)
    {
        _clock = start;
        _luck = Rng.Mix([.. orderId.Select(c => (ulong)c)]);
        View(rng.Chance(0.35) ? pages.Home : rng.Chance(0.5) ? rng.PickSkewed(pages.Popular) : rng.PickSkewed(pages.Tail));
        var more = must == Must.Nothing && rng.Chance(0.35) ? 0 : 1 + rng.Next(rng.Next(8) + 1);
        for (var i = 0; i < more; i++)
        {
            Step();
        }

        Fulfil();
        List<Conversion> conversions = [];
        if (site.Kind == SiteKind.Shop)
        {
            Buy(conversions, orderId);
        }

        ReachGoals(conversions);
        return (_actions, conversions);
    }

    private void Step()
    {
        var d = rng.NextDouble();
        if (d < 0.70)
        {
            View(rng.Chance(0.4) ? rng.PickSkewed(pages.Popular) : rng.PickSkewed(pages.Tail));
        }
        else if (d < 0.78)
        {
            Search(rng.Chance(0.2));
        }
        else if (d < 0.88)
        {
            Fire();
        }
        else if (d < 0.92)
        {
            Download();
        }
        else if (d < 0.96)
        {
            Leave();
        }
        else
        {
            Show(rng.Chance(0.3));
        }
    }

    private void Fulfil()
    {
        if (must.HasFlag(Must.Search))
        {
            Search(false);
            View(rng.PickSkewed(pages.Tail));
        }

        if (must.HasFlag(Must.EmptySearch))
        {
            Search(true);
        }

        if (must.HasFlag(Must.Event))
        {
            Fire(complete: true);
        }

        if (must.HasFlag(Must.Content))
        {
            Show(false);
        }

        if (must.HasFlag(Must.Interaction))
        {
            Show(true);
        }

        if (must.HasFlag(Must.Download))
        {
            Download();
        }

        if (must.HasFlag(Must.Outlink))
        {
            Leave();
        }

        if (must.HasFlag(Must.Long))
        {
            _clock += 400;
            View(pages.Home);
        }
    }

    private void View(Page page)
    {
        Wait();
        _page = page;
        _pagesBefore++;
        var timed = rng.Chance(0.75);
        Add(new VisitAction
        {
            Kind = ActionKind.Page,
            Time = _clock,
            Url = page.Url,
            Page = page,
            FollowsSearch = _searched,
            Timings = timed ? [rng.Between(20, 200), rng.Between(60, 850), rng.Between(5, 300), rng.Between(100, 1400), rng.Between(30, 800), rng.Between(15, 200)] : null,
            Bandwidth = rng.Chance(0.6) ? rng.Between(10_000, 900_000) : null,
        });
        _searched = false;
        if (page.Product is { } product && rng.Chance(must.HasFlag(Must.Order) || must.HasFlag(Must.Cart) ? 0.8 : 0.25))
        {
            _cart.Add(new OrderItem(product, 1 + rng.Next(3)));
        }
    }

    private void Search(bool nothingFound)
    {
        Wait();
        var words = PageCatalog.Word(rng.Next(PageCatalog.WordCount));
        if (rng.Chance(0.6))
        {
            words += $" {PageCatalog.Word(rng.Next(PageCatalog.WordCount))}";
        }

        Add(new VisitAction
        {
            Kind = ActionKind.Search,
            Time = _clock,
            Url = _page.Url,
            Name = nothingFound ? $"{words} {rng.Next(Math.Max(200, spread))}" : words,
            Category = rng.Chance(0.6) || must.HasFlag(Must.Search) ? rng.Pick(SearchCategories) : "",
            SearchCount = nothingFound ? 0 : 1 + rng.Next(300),
        });
        _searched = true;
    }

    private void Fire(bool complete = false)
    {
        Wait();
        var action = complete ? "complete" : rng.PickSkewed(EventActions);
        Add(new VisitAction
        {
            Kind = ActionKind.Event,
            Time = _clock,
            Url = _page.Url,
            Page = _page,
            Category = rng.PickSkewed(EventCategories),
            Action = action,
            // Whether an event has a name goes by its action, so that names below actions add up to the actions.
            Name = action is not ("set" or "100%") && !(nameless > 0 && rng.Chance(nameless)) ? $"thing {rng.Next(Math.Max(60, spread / 4)):000}" : "",
            Value = complete || rng.Chance(0.4) ? Math.Round(rng.NextDouble() * 100, 2) - 3 : null,
        });
    }

    private void Download()
    {
        Wait();
        var file = rng.Chance(0.5) || must.HasFlag(Must.Download) ? "catalogue-2026.pdf" : rng.Chance(0.5) ? "size-chart.xlsx" : $"manual-{rng.Next(40):00}.pdf";
        Add(new VisitAction { Kind = ActionKind.Download, Time = _clock, Url = $"{site.Url}/files/{file}", Bandwidth = rng.Between(500_000, 9_000_000) });
    }

    private void Leave()
    {
        Wait();
        var url = must.HasFlag(Must.Outlink) || rng.Chance(0.4) ? "https://partner.example/b?x=1,2" : $"https://out{rng.Next(25)}.example/p/{rng.Next(4)}";
        Add(new VisitAction { Kind = ActionKind.Outlink, Time = _clock, Url = url });
    }

    private void Show(bool interacted) => Add(new VisitAction
    {
        Kind = ActionKind.Content,
        Time = _clock,
        Url = _page.Url,
        Name = rng.Pick(ContentNames),
        Action = rng.Chance(0.7) ? $"{site.Url}/img/{(char)('a' + rng.Next(4))}.jpg" : "Buy, now!",
        Interacted = interacted,
    });

    private void Buy(List<Conversion> conversions, string orderId)
    {
        if (_cart.Count == 0 && (must.HasFlag(Must.Order) || must.HasFlag(Must.Cart)))
        {
            _cart.Add(new OrderItem(rng.Pick(pages.Products), 1 + rng.Next(3)));
        }

        if (_cart.Count == 0)
        {
            return;
        }

        List<OrderItem> items = [.. _cart.DistinctBy(i => i.Product.Sku)];
        var subtotal = items.Sum(i => i.Quantity * i.Product.Price);
        if (must.HasFlag(Must.Order) || (!must.HasFlag(Must.Cart) && rng.Chance(0.45)))
        {
            View(pages.ByPath("/cart")!);
            View(pages.ByPath("/checkout/pay")!);
            View(pages.ByPath("/checkout/thanks")!);
            var shipping = rng.Chance(0.5) ? 4.9m : 0;
            var discount = rng.Chance(0.3) ? 5m : 0;
            var tax = Math.Round(subtotal * 0.15m, 2);
            conversions.Add(new Conversion(0, _clock, subtotal + tax + shipping - discount, _pagesBefore)
            {
                Items = items,
                OrderId = orderId,
                Subtotal = subtotal,
                Tax = tax,
                Shipping = shipping,
                Discount = discount,
            });
        }
        else
        {
            View(pages.ByPath("/cart")!);
            conversions.Add(new Conversion(-1, _clock, subtotal, _pagesBefore) { Items = items });
        }
    }

    private void ReachGoals(List<Conversion> conversions)
    {
        foreach (var goal in site.Goals)
        {
            IEnumerable<VisitAction> triggers = goal.Attribute switch
            {
                _ when goal.OneIn > 0 => Rng.Mix(_luck, (ulong)goal.Id) % (ulong)goal.OneIn == 0 ? [_actions[^1]] : [],
                "manually" => rng.Chance(0.06) || must.HasFlag(Must.Goal) ? [_actions[^1]] : [],
                "url" => _actions.Where(a => a.Kind == ActionKind.Page && a.Url.Contains(goal.Pattern!, StringComparison.OrdinalIgnoreCase)),
                "file" => _actions.Where(a => a.Kind == ActionKind.Download && a.Url.Contains(goal.Pattern!, StringComparison.OrdinalIgnoreCase)),
                "event_action" => _actions.Where(a => a.Kind == ActionKind.Event && a.Action.Contains(goal.Pattern!, StringComparison.OrdinalIgnoreCase)),
                "external_website" => _actions.Where(a => a.Kind == ActionKind.Outlink && a.Url.Contains(goal.Pattern!, StringComparison.OrdinalIgnoreCase)),
                _ => _actions.Where(a => a.Time - _actions[0].Time > 300).TakeLast(1),
            };
            conversions.AddRange((goal.AllowMultiple ? triggers : triggers.Take(1)).Select(a => new Conversion(
                goal.Id, a.Time, goal.ValueAsRevenue ? (decimal)(a.Value ?? (double)goal.Revenue) : goal.Revenue, _actions.Count(b => b.Kind == ActionKind.Page && b.Time <= a.Time))
            {
                Trigger = a,
            }));
        }
    }

    private void Wait()
    {
        if (_actions.Count == 0)
        {
            return;
        }

        var seconds = 3 + rng.Next(1 + rng.Next(180));
        _clock += seconds;
        if (_actions.LastOrDefault(a => a.Kind is ActionKind.Page or ActionKind.Search) is { } last)
        {
            last.TimeSpent += seconds;
        }
    }

    private void Add(VisitAction action) => _actions.Add(action);
}
