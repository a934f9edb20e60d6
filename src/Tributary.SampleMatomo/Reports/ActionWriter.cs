using System.Globalization;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>The items of a visit's actionDetails.</summary>
internal static class ActionWriter
{
    private const string Images = "plugins/Morpheus/images";

    public static Obj Action(Visit v, VisitAction a, int index)
    {
        var o = new Obj();
        // Contents carry their type as a number (recorded on 5.2).
        o.Add("type", a.Kind switch { ActionKind.Page => "action", ActionKind.Content => 13, _ => a.Kind.ToString().ToLowerInvariant() });
        o.Add("url", a.Kind == ActionKind.Search ? null : a.Url);
        if (a.Kind is not (ActionKind.Search or ActionKind.Event))
        {
            o.Add("pageTitle", a.Kind == ActionKind.Page ? a.Page!.Title : null);
        }

        o.Add("pageIdAction", a.Kind == ActionKind.Search ? null : (long)(Rng.Mix([.. a.Url.Select(c => (ulong)c)]) % 100_000)).Add("idpageview", Id(v, index))
            .Add("serverTimePretty", v.Site.Zone.Local(a.Time).ToString("MMM d, yyyy HH:mm:ss", CultureInfo.InvariantCulture)).Add("pageId", (v.Id * 1000) + index).Add("bandwidth", a.Bandwidth);
        switch (a.Kind)
        {
            case ActionKind.Page:
                Page(o, a);
                break;
            case ActionKind.Event:
                o.Add("eventCategory", a.Category).Add("eventAction", a.Action);
                if (a.Name.Length > 0)
                {
                    o.Add("eventName", a.Name);
                }

                if (a.Value is not null)
                {
                    o.Add("eventValue", a.Value);
                }

                Face(o, "event", "Event", $"Category: \"{a.Category}', Action: \"{a.Action}\"");
                break;
            case ActionKind.Search:
                o.Add("siteSearchKeyword", a.Name).Add("siteSearchCategory", a.Category.Length == 0 ? null : a.Category).Add("siteSearchCount", a.SearchCount);
                Face(o, "search", "Site Search", a.Name);
                break;
            case ActionKind.Content:
                o.Add("contentName", a.Name).Add("contentPiece", a.Action).Add("contentTarget", v.Site.Url).Add("contentInteraction", a.Interacted ? "click" : null);
                Face(o, "contentimpression", "Content Impression", $"{a.Name} - {a.Action}");
                break;
            case ActionKind.Download:
                Face(o, "download", "Download", a.Url);
                break;
            default:
                Face(o, "link", "Outlink", a.Url);
                break;
        }

        o.Add("pageviewPosition", v.Actions.Take(index + 1).Count(b => b.Kind == ActionKind.Page));
        Finish(o, v, a.Time, a.Kind == ActionKind.Page ? a.Page : null);
        return o.Add("bandwidth_pretty", a.Bandwidth is { } b && b > 0 ? $"{Php.Round(b / 1024.0, 0).ToString(CultureInfo.InvariantCulture)} K" : "0 M");
    }

    public static Obj Conversion(Visit v, Conversion c)
    {
        var symbol = Currencies.Symbol(v.Site.Currency);
        var o = new Obj();
        var at = v.Site.Zone.Local(c.Time).ToString("MMM d, yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        if (c.GoalId > 0)
        {
            var goal = v.Site.Goals.First(g => g.Id == c.GoalId);
            o.Add("type", "goal").Add("goalName", goal.Name).Add("goalId", c.GoalId).Add("idpageview", Id(v, 0)).Add("revenue", c.Revenue).Add("goalPageId", v.Id * 1000).Add("serverTimePretty", at).Add("url", c.Trigger?.Url ?? v.Actions[^1].Url);
        }
        else if (c.GoalId == 0)
        {
            o.Add("type", "ecommerceOrder").Add("orderId", c.OrderId).Add("revenue", c.Revenue).Add("revenueSubTotal", c.Subtotal).Add("revenueTax", c.Tax).Add("revenueShipping", c.Shipping).Add("revenueDiscount", c.Discount);
        }
        else
        {
            o.Add("type", "ecommerceAbandonedCart").Add("revenue", c.Revenue);
        }

        if (c.GoalId <= 0)
        {
            o.Add("items", c.ItemCount).Add("serverTimePretty", at).Add("idpageview", null);
        }

        o.Add("referrerType", VisitWriter.ChannelName(v.Referrer.Channel)).Add("referrerName", v.Referrer.Name.Length == 0 ? null : v.Referrer.Name).Add("referrerKeyword", v.Referrer.Keyword);
        if (c.GoalId <= 0)
        {
            o.Add("itemDetails", c.Items.Select(i => new Obj().Add("itemSKU", i.Product.Sku).Add("itemName", i.Product.Name).Add("itemCategory", i.Product.Categories[0])
                .Add("price", i.Product.Price).Add("quantity", i.Quantity).Add("categories", i.Product.Categories)).ToList());
        }

        var (icon, title) = c.GoalId switch { 0 => ("ecommerceOrder", $"Ordered ({c.OrderId})"), -1 => ("ecommerceAbandonedCart", "Abandoned Cart"), _ => ("goal", "Goal conversion") };
        Face(o, icon, title, $"{symbol}{c.Revenue.ToString(CultureInfo.InvariantCulture)} revenue");
        Finish(o, v, c.Time, null);
        return o;
    }

    private static void Page(Obj o, VisitAction a)
    {
        o.Add("timeSpent", a.TimeSpent).Add("timeSpentPretty", Words.Duration(a.TimeSpent));
        if (a.Timings is { } timings)
        {
            var all = timings.Sum();
            o.Add("pageLoadTime", $"{Php.Round(all / 1000.0, 2).ToString(CultureInfo.InvariantCulture)}s").Add("pageLoadTimeMilliseconds", all);
        }

        if (a.Page!.Product is { } product)
        {
            o.Add("productViewName", product.Name).Add("productViewSku", product.Sku).Add("productViewPrice", product.Price);
        }

        if ((a.Page.Product?.Categories ?? a.Page.ProductCategories) is { } categories)
        {
            o.Add("productViewCategories", categories);
        }

        o.Add("title", a.Page.Title).Add("subtitle", a.Url).Add("icon", "").Add("iconSVG", $"{Images}/action.svg");
    }

    private static void Face(Obj o, string icon, string title, string subtitle) => o.Add("icon", $"{Images}/{icon}.png").Add("iconSVG", $"{Images}/{icon}.svg").Add("title", title).Add("subtitle", subtitle);

    private static void Finish(Obj o, Visit v, long time, Page? page)
    {
        // An action's timestamp is shifted by the site's offset: not a Unix time (measured on 5.2).
        o.Add("timestamp", time + (long)v.Site.Zone.Local(time).Offset.TotalSeconds);
        foreach (var dimension in v.Site.Dimensions.Where(d => d.Scope == "action"))
        {
            o.Add($"dimension{dimension.Id}", page is null ? null : dimension.Id == 3 ? page.Author : page.Type);
        }
    }

    private static string Id(Visit v, int index) => (Rng.Mix((ulong)v.Id, (ulong)index) & 0xFFFFFF).ToString("x6", CultureInfo.InvariantCulture);
}
