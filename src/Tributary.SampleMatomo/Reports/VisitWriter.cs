using System.Globalization;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>A visit as Live.getLastVisitsDetails writes it.</summary>
internal static class VisitWriter
{
    private const string Icons = "plugins/Morpheus/icons/dist";
    private const string Images = "plugins/Morpheus/images";

    public static Obj Write(Visit v, int? actionsShown)
    {
        var o = new Obj().Add("idSite", v.Site.Id).Add("idVisit", v.Id).Add("visitIp", v.Visitor.Ip).Add("visitorId", Hex(v.Visitor.Id)).Add("fingerprint", Hex(Rng.Mix(v.Visitor.Id, 9)));
        if (actionsShown is { } most)
        {
            o.Add("actionDetails", Details(v, most));
        }

        o.Add("goalConversions", v.Conversions.Count(c => c.GoalId > 0)).Add("siteCurrency", v.Site.Currency).Add("siteCurrencySymbol", Currencies.Symbol(v.Site.Currency));
        Times(o, v);
        People(o, v);
        Came(o, v);
        Device(o, v);
        Commerce(o, v);
        Place(o, v);
        foreach (var dimension in v.Site.Dimensions.Where(d => d.Scope == "visit"))
        {
            o.Add($"dimension{dimension.Id}", dimension.Id == 1 ? v.CustomerType : v.Membership);
        }

        var c = v.Referrer.Campaign;
        return o.Add("customVariables", Array.Empty<object>()).Add("campaignId", c?.Id ?? "").Add("campaignContent", c?.Content ?? "").Add("campaignKeyword", c?.Keyword ?? "")
            .Add("campaignMedium", c?.Medium ?? "").Add("campaignName", c?.Name ?? "").Add("campaignSource", c?.Source ?? "").Add("campaignGroup", c?.Group ?? "").Add("campaignPlacement", c?.Placement ?? "");
    }

    private static void Times(Obj o, Visit v)
    {
        var (first, last) = (v.Site.Zone.Local(v.Start), v.Site.Zone.Local(v.End));
        var utc = DateTimeOffset.FromUnixTimeSeconds(v.End);
        o.Add("serverDate", Format(utc, "yyyy-MM-dd")).Add("visitServerHour", Number(utc.Hour)).Add("lastActionTimestamp", v.End).Add("lastActionDateTime", Format(utc, "yyyy-MM-dd HH:mm:ss"))
            .Add("siteName", v.Site.Name).Add("serverTimestamp", v.End).Add("firstActionTimestamp", v.Start).Add("serverTimePretty", Format(last, "HH:mm:ss"))
            .Add("serverDatePretty", Format(last, "dddd, MMMM d, yyyy")).Add("serverDatePrettyFirstAction", Format(first, "dddd, MMMM d, yyyy")).Add("serverTimePrettyFirstAction", Format(first, "HH:mm:ss"));
    }

    private static void People(Obj o, Visit v)
    {
        var ordered = v.Conversions.Any(c => c.GoalId == 0);
        var abandoned = v.Conversions.Any(c => c.GoalId == -1);
        o.Add("userId", v.Visitor.UserId).Add("visitorType", v.IsNew ? "new" : "returning").Add("visitorTypeIcon", v.IsNew ? null : "plugins/Live/images/returningVisitor.png")
            .Add("visitConverted", v.Converted ? 1 : 0).Add("visitConvertedIcon", v.Converted ? $"{Images}/goal.svg" : null).Add("visitCount", v.VisitCount)
            .Add("visitEcommerceStatus", ordered ? "ordered" : abandoned ? "abandonedCart" : "none")
            .Add("visitEcommerceStatusIcon", ordered ? $"{Images}/ecommerceOrder.svg" : abandoned ? $"{Images}/ecommerceAbandonedCart.svg" : null)
            .Add("daysSinceFirstVisit", v.DaysSinceFirst).Add("secondsSinceFirstVisit", v.DaysSinceFirst * 86400L).Add("daysSinceLastEcommerceOrder", 0).Add("secondsSinceLastEcommerceOrder", null)
            .Add("visitDuration", v.Duration).Add("visitDurationPretty", Words.Duration(v.Duration)).Add("searches", v.Actions.Count(a => a.Kind == ActionKind.Search))
            .Add("actions", v.ActionCount).Add("interactions", v.ActionCount);
    }

    private static void Came(Obj o, Visit v)
    {
        var r = v.Referrer;
        var engine = ReferrerFactory.Engines.FirstOrDefault(e => r.Channel == Channel.Search && e.Name == r.Name);
        var network = ReferrerFactory.Networks.FirstOrDefault(n => r.Channel == Channel.Social && n.Name == r.Name);
        o.Add("referrerType", ChannelName(r.Channel)).Add("referrerTypeName", r.Channel switch
        {
            Channel.Direct => "Direct Entry",
            Channel.Search => "Search Engines",
            Channel.Website => "Websites",
            Channel.Campaign => "Campaigns",
            _ => "Social Networks",
        }).Add("referrerName", r.Name).Add("referrerKeyword", r.Channel == Channel.Search && r.Keyword == "" ? "Keyword not defined" : r.Keyword ?? "").Add("referrerKeywordPosition", null).Add("referrerUrl", r.Url)
            .Add("referrerSearchEngineUrl", engine is null ? null : $"http://{engine.Host}").Add("referrerSearchEngineIcon", engine is null ? null : $"{Icons}/searchEngines/{engine.Host}.png")
            .Add("referrerSocialNetworkUrl", network?.Host).Add("referrerSocialNetworkIcon", network is null ? null : $"{Icons}/socials/{network.Host}.png");
    }

    private static void Device(Obj o, Visit v)
    {
        var d = v.Visitor.Device;
        o.Add("languageCode", v.Visitor.Language).Add("language", $"Language code {v.Visitor.Language}").Add("deviceType", Log.Device.TypeNames[d.Type])
            .Add("deviceTypeIcon", $"{Icons}/devices/{(d.Type.Length == 0 ? "unknown" : d.Type.Replace(' ', '_'))}.png").Add("deviceBrand", d.Brand.Length == 0 ? "Unknown" : d.Brand)
            .Add("deviceModel", d.Model).Add("operatingSystem", $"{d.OsName} {d.OsVersion}".Trim()).Add("operatingSystemName", d.OsName).Add("operatingSystemIcon", $"{Icons}/os/{d.OsCode}.png")
            .Add("operatingSystemCode", d.OsCode).Add("operatingSystemVersion", d.OsVersion).Add("browserFamily", d.Engine.Length == 0 ? "Unknown" : d.Engine).Add("browserFamilyDescription", Log.Device.Engines[d.Engine])
            .Add("browser", $"{d.BrowserName} {d.BrowserVersion}".Trim()).Add("browserName", d.BrowserName).Add("browserIcon", $"{Icons}/browsers/{d.BrowserCode}.png").Add("browserCode", d.BrowserCode)
            .Add("browserVersion", d.BrowserVersion);
    }

    private static void Commerce(Obj o, Visit v)
    {
        var orders = v.Conversions.Where(c => c.GoalId == 0).ToList();
        var carts = v.Conversions.Where(c => c.GoalId == -1).ToList();
        o.Add("totalEcommerceRevenue", orders.Sum(c => c.Revenue)).Add("totalEcommerceConversions", orders.Count).Add("totalEcommerceItems", orders.Sum(c => c.ItemCount))
            .Add("totalAbandonedCartsRevenue", carts.Sum(c => c.Revenue)).Add("totalAbandonedCarts", carts.Count).Add("totalAbandonedCartsItems", carts.Sum(c => c.ItemCount))
            .Add("events", v.Actions.Count(a => a.Kind == ActionKind.Event));
    }

    private static void Place(Obj o, Visit v)
    {
        var c = v.Visitor.City;
        var known = c.Country != "xx";
        var local = DateTimeOffset.FromUnixTimeSeconds(v.Start);
        o.Add("continent", Geo.Continents[c.Continent]).Add("continentCode", c.Continent).Add("country", c.CountryName).Add("countryCode", c.Country).Add("countryFlag", $"{Icons}/flags/{c.Country}.png")
            .Add("region", known ? c.RegionName : null).Add("regionCode", known ? c.Region : null).Add("city", known ? c.Name : null).Add("location", known ? $"{c.Name}, {c.RegionName}, {c.CountryName}" : "Unknown")
            .Add("latitude", known ? c.Latitude.ToString("0.000000", CultureInfo.InvariantCulture) : null).Add("longitude", known ? c.Longitude.ToString("0.000000", CultureInfo.InvariantCulture) : null)
            .Add("visitLocalTime", $"{v.VisitorHour:00}:{local.Minute:00}:{local.Second:00}").Add("visitLocalHour", Number(v.VisitorHour)).Add("daysSinceLastVisit", v.DaysSinceLast).Add("secondsSinceLastVisit", v.DaysSinceLast * 86400L)
            .Add("resolution", v.Visitor.Device.Resolution).Add("plugins", v.Visitor.Device.Plugins)
            .Add("pluginsIcons", v.Visitor.Device.Plugins.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(p => new Obj().Add("pluginIcon", $"{Icons}/plugins/{p}.png").Add("pluginName", p)).ToList());
    }

    private static List<Obj> Details(Visit v, int most)
    {
        // The limit is on actions alone: conversions come on top.
        var actions = v.Actions.Take(most).Select((a, i) => (a.Time, Order: 0, Item: ActionWriter.Action(v, a, i)));
        var conversions = v.Conversions.Select(c => (c.Time, Order: 1, Item: ActionWriter.Conversion(v, c)));
        return [.. actions.Concat(conversions).OrderBy(x => x.Time).ThenBy(x => x.Order).Select(x => x.Item)];
    }

    public static string ChannelName(Channel channel) => channel.ToString().ToLowerInvariant();

    private static string Hex(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Format(DateTimeOffset at, string format) => at.ToString(format, CultureInfo.InvariantCulture);
}
