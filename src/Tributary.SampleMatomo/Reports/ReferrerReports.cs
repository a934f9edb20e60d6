using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>Where visits came from: Referrers and MarketingCampaignsReporting.</summary>
internal static class ReferrerReports
{
    private const string NotDefined = "Keyword not defined";

    private static readonly (Channel Channel, string Name, string Plural, string Record)[] Channels =
    [
        (Channel.Direct, "direct", "Direct Entry", ""), (Channel.Search, "search", "Search Engines", "Keyword"), (Channel.Website, "website", "Websites", "Website"),
        (Channel.Campaign, "campaign", "Campaigns", "Campaign"), (Channel.Social, "social", "Social Networks", "Social"),
    ];

    private static readonly Level Keyword = new("Referrers_Keyword", (r, q) => r.Key.Length > 0 || q.Flat ? r.Key : NotDefined, (o, r, q) => o.Add("segment", $"referrerType==search;referrerKeyword=={Php.UrlEncode(r.Key)}"));
    private static readonly Level Engine = new("Referrers_SearchEngine", (r, _) => r.Key, (o, r, _) => o
        .Add("segment", $"referrerType==search;referrerName=={Php.UrlEncode(r.Key)}").Add("url", $"http://{Host(r.Key)}").Add("logo", EngineLogo(r.Key)));

    private static readonly Level Website = new("Referrers_Website", (r, _) => r.Key, (o, r, _) => o.Add("segment", $"referrerName=={Php.UrlEncode(r.Key)}"));
    private static readonly Level Page = new("Referrers_WebsitePage", (r, _) => r.Key[(r.Key.IndexOf("://", StringComparison.Ordinal) + 3)..] is var rest && rest.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? rest[(slash + 1)..] : rest, PageBeside);
    private static readonly Level Network = new("Referrers_SocialNetwork", (r, _) => r.Key, (o, r, _) => o
        .Add("url", NetworkHost(r.Key)).Add("logo", $"plugins/Morpheus/icons/dist/socials/{NetworkHost(r.Key)}.png").Add("segment", $"referrerType==social;referrerName=={Php.UrlEncode(r.Key)}"));

    private static readonly Level SocialPage = new("Referrers_WebsitePage", (r, q) => q.Flat && q.Parameters["method"] == "Referrers.getSocials" ? r.Key : r.Key[(r.Key.IndexOf("://", StringComparison.Ordinal) + 3)..], PageBeside);
    private static readonly Level CampaignLevel = new("Referrers_Campaign", (r, _) => r.Key, (o, r, _) => o.Add("segment", $"referrerType==campaign;referrerName=={Php.UrlEncode(r.Key)}"));
    private static readonly Level CampaignKeyword = new("Referrers_Keyword", (r, _) => r.Key, (o, r, _) => o.Add("segment", $"referrerType==campaign;referrerKeyword=={Php.UrlEncode(r.Key)}"));

    public static IEnumerable<Report> All() =>
    [
        new RowReport("Referrers.get", Overview) { Refuse = OneSite },
        new FreeReport("Referrers.getReferrerType", Types) { Refuse = OneSite },
        new FreeReport("Referrers.getAll", Everything) { Refuse = OneSiteAndDate },
        Top("Referrers.getKeywords", "Keyword", Keyword, Engine with { Decorate = EngineBelow }),
        Below("Referrers.getSearchEnginesFromKeywordId", "Keyword", Keyword, Engine with { Decorate = (o, r, _) => o.Add("segment", $"referrerType==search;referrerName=={Php.UrlEncode(r.Key)}").Add("url", Faq).Add("logo", EngineLogo(r.Key)) },
            () => ApiException.Php("Call to a member function getColumn() on bool")),
        Top("Referrers.getSearchEngines", "SearchEngine", Engine, Keyword with { Decorate = KeywordBelow }),
        Below("Referrers.getKeywordsFromSearchEngineId", "SearchEngine", Engine, Keyword with { Decorate = (o, r, _) => o.Add("segment", $"referrerType==search;referrerKeyword=={Php.UrlEncode(r.Key)}").Add("url", Faq) }),
        Top("Referrers.getWebsites", "Website", Website, Page with { Decorate = (o, r, q) => { if (!q.Flat) { PageBeside(o, r, q); } else { o.Add("url", r.Key); } } }),
        Below("Referrers.getUrlsFromWebsiteId", "Website", Website, Page),
        Top("Referrers.getSocials", "Social", Network, SocialPage with { Decorate = null }),
        Urls(),
        Top("Referrers.getCampaigns", "Campaign", CampaignLevel, CampaignKeyword, NoFlat),
        Below("Referrers.getKeywordsFromCampaignId", "Campaign", CampaignLevel, CampaignKeyword),
        Distinct("SearchEngines", "SearchEngine"), Distinct("SocialNetworks", "Social"), Distinct("Keywords", "Keyword"), Distinct("Campaigns", "Campaign"), Distinct("Websites", "Website"),
        new ScalarReport("Referrers.getNumberOfDistinctWebsitesUrls", Pages),
        Campaign("getName", "CampaignName", "CampaignName", "campaignName", "CombinedKeywordContent"),
        Campaign("getKeywordContentFromNameId", "CampaignName", "CampaignName", "campaignName", "CombinedKeywordContent", below: true, refuse: NotManySites),
        Campaign("getSourceMedium", "CampaignSourceMedium", "CampaignSourceMedium", null, "CampaignName"),
        Campaign("getNameFromSourceMediumId", "CampaignSourceMedium", "CampaignSourceMedium", null, "CampaignName", below: true),
        Campaign("getKeyword", "CampaignKeyword", "CampaignKeyword", "campaignKeyword"),
        Campaign("getSource", "CampaignSource", "CampaignSource", "campaignSource"),
        Campaign("getMedium", "CampaignMedium", "CampaignMedium", "campaignMedium"),
        Campaign("getContent", "CampaignContent", "CampaignContent", "campaignContent"),
        Campaign("getGroup", "CampaignGroup", "CampaignGroup", "campaignGroup"),
        Campaign("getPlacement", "CampaignPlacement", "CampaignPlacement", "campaignPlacement"),
        Campaign("getId", "CampaignId", "CampaignId", "campaignId"),
    ];

    private const string Faq = "https://matomo.org/faq/general/faq_144";

    private static TableReport Top(string method, string record, Level level, Level below, Action<Query>? check = null) => new(method, q => Checked(q, record, check), level, below)
    {
        Metrics = Metrics.Visits(Text.Never),
        HasSubtables = true,
        Separator = record == "Website" ? "/" : " - ",
        FlatBeside = record != "SearchEngine" ? null : (o, line) =>
        {
            if (line.Above.Count > 0)
            {
                o.Add("logo", EngineLogo(line.Above[0].Key));
            }
        },
    };

    private static string Checked(Query q, string record, Action<Query>? check)
    {
        check?.Invoke(q);
        return record;
    }

    private static TableReport Below(string method, string record, Level level, Level below, Func<ApiException>? wrong = null) => new(method, _ => record, level, below)
    {
        Metrics = Metrics.Visits(Text.Never),
        SubtableOnly = true,
        WrongSubtable = wrong,
    };

    private static void NoFlat(Query q)
    {
        if (q.Flat)
        {
            throw ApiException.Parameter("The DataTable cannot be manipulated: Metadata for report Referrers.getCampaigns could not be found. You can define the metadata in a hook, see example at: https://developer.matomo.org/api-reference/events#apigetreportmetadata");
        }
    }

    private static TableReport Campaign(string method, string record, string dimension, string? segment, string? second = null, bool below = false, Action<int, bool, bool>? refuse = null)
    {
        Level first = new($"MarketingCampaignsReporting_{dimension}", (r, _) => r.Key, segment is null ? null : (o, r, _) => o.Add("segment", $"{segment}=={Php.UrlEncode(r.Key)}"));
        Level[] levels = second is null ? [first] : [first, new Level($"MarketingCampaignsReporting_{second}", (r, _) => r.Key)];
        return new TableReport($"MarketingCampaignsReporting.{method}", _ => record, levels)
        {
            Metrics = Metrics.Visits(Text.OfOneSource),
            HasSubtables = second is not null,
            SubtableOnly = below,
            Refuse = refuse,
        };
    }

    /// <summary>All pages of all networks, or those of one.</summary>
    private static TableReport Urls() => new("Referrers.getUrlsForSocial", _ => "Social", Network, SocialPage)
    {
        Metrics = Metrics.Visits(Text.Never),
        Rows = (table, _) => table.Rows.Where(r => r.Sub is not null).SelectMany(r => r.Sub!.All),
        Depth = 1,
    };

    private static ScalarReport Distinct(string name, string record) => new($"Referrers.getNumberOfDistinct{name}", q => q.Table(record).Rows.Count);

    private static object Pages(Query q) => q.Table("Website").Rows.Sum(r => r.Sub?.Rows.Count ?? 0);

    private static void PageBeside(Obj o, Row r, Query q) => o.Add("segment", $"referrerUrl=={Php.UrlEncode(r.Key)}").Add("url", r.Key);

    private static void EngineBelow(Obj o, Row r, Query q) => o.Add("url", Faq).Add("logo", EngineLogo(r.Key));

    private static void KeywordBelow(Obj o, Row r, Query q) => o.Add("url", Faq);

    private static Obj Overview(Query q)
    {
        var types = q.Table("ReferrerType");
        double Of(Channel c) => types.Find(((int)c).ToString(CultureInfo.InvariantCulture))?.Values[1] ?? 0;
        var all = types.Rows.Sum(r => r.Values[1]);
        (string Name, Channel Channel)[] parts =
        [
            ("SearchEngines", Channel.Search), ("SocialNetworks", Channel.Social), ("DirectEntry", Channel.Direct), ("Websites", Channel.Website), ("Campaigns", Channel.Campaign),
        ];
        var o = new Obj();
        foreach (var (name, channel) in parts)
        {
            o.Add($"Referrers_visitorsFrom{name}", Of(channel));
        }

        o.Add("Referrers_distinctSearchEngines", q.Table("SearchEngine").Rows.Count).Add("Referrers_distinctSocialNetworks", q.Table("Social").Rows.Count)
            .Add("Referrers_distinctKeywords", q.Table("Keyword").Rows.Count).Add("Referrers_distinctWebsites", q.Table("Website").Rows.Count)
            .Add("Referrers_distinctWebsitesUrls", Pages(q)).Add("Referrers_distinctCampaigns", q.Table("Campaign").Rows.Count);
        foreach (var (name, channel) in parts)
        {
            o.Add($"Referrers_visitorsFrom{name}_percent", q.Percent(Of(channel), all, 2));
        }

        return o;
    }

    /// <summary>The subtable number is the channel's; a wrong one answers the whole table.</summary>
    private static object? Types(Query q)
    {
        var chosen = Channels.FirstOrDefault(c => ((int)c.Channel).ToString(CultureInfo.InvariantCulture) == q.Parameters["idSubtable"]);
        return chosen.Record is { Length: > 0 } record ? BelowType(record).Answer(q with { Parameters = q.Parameters.Without("idSubtable") }, false) : TypeTable.Answer(q with { Parameters = q.Parameters.Without("idSubtable") }, false);
    }

    private static TableReport BelowType(string record) => new("", _ => record, record switch { "Keyword" => Keyword, "Website" => Website, "Campaign" => CampaignLevel, _ => Network }) { Metrics = Metrics.Visits(Text.Never), FlatWorks = false };

    private static readonly TableReport TypeTable = new("", _ => "ReferrerType", new Level("Referrers_ReferrerType", (r, _) => Type(r).Plural, (o, r, q) =>
    {
        o.Add("segment", $"referrerType=={Type(r).Name}").Add("referrer_type", (int)Type(r).Channel);
        if (Type(r).Record.Length > 0 && !q.Flat)
        {
            o.Add("idsubdatatable", (int)Type(r).Channel);
            if (q.Parameters.Flag("expanded"))
            {
                o.Add("subtable", BelowType(Type(r).Record).Answer(q, false));
            }
        }
    }))
    {
        Metrics = Metrics.Visits(Text.Never),
        FlatWorks = false,
    };

    private static (Channel Channel, string Name, string Plural, string Record) Type(Row row) => Channels.First(c => ((int)c.Channel).ToString(CultureInfo.InvariantCulture) == row.Key);

    private static object? Everything(Query q)
    {
        var table = new Table(VisitTables.Columns);
        foreach (var channel in Channels.Where(c => c.Record.Length > 0))
        {
            var part = new Table(VisitTables.Columns);
            foreach (var row in q.Table(channel.Record).Rows)
            {
                var copy = part.Get($"{(int)channel.Channel}|{row.Key}");
                row.Values.CopyTo(copy.Values, 0);
                copy.Goals = row.Goals;
            }

            table.Add(part);
        }

        return new TableReport("Referrers.getAll", _ => "", new Level("Referrers_Referrer", (r, _) => r.Key[2..] is { Length: > 0 } l ? l : NotDefined, (o, r, query) =>
        {
            var channel = Channels.First(c => (int)c.Channel == r.Key[0] - '0');
            var inner = new Row(r.Key[2..], 0);
            (channel.Channel switch { Channel.Search => Keyword, Channel.Website => Website, Channel.Campaign => CampaignLevel, _ => Network }).Decorate!(o, inner, query);
            o.Add("referer_type", (int)channel.Channel);
        }))
        {
            Metrics = Metrics.Visits(Text.Never),
            Given = table,
        }.Answer(q, false);
    }

    private static void OneSite(int sites, bool all, bool dates)
    {
        if (all || sites > 1)
        {
            throw ApiException.Parameter("Referrers.getReferrerType with multiple sites is not supported (yet).");
        }
    }

    private static void OneSiteAndDate(int sites, bool all, bool dates)
    {
        if (all || sites > 1)
        {
            throw ApiException.Parameter("Referrers.getAll with multiple sites is not supported (yet).");
        }

        if (dates)
        {
            throw ApiException.Parameter("Referrers.getAll with multiple sites or dates is not supported (yet).");
        }
    }

    private static void NotManySites(int sites, bool all, bool dates)
    {
        if (all || (sites > 1 && dates))
        {
            throw ApiException.Php("Call to undefined method Piwik\\DataTable\\Map::getRowFromIdSubDataTable()");
        }
    }

    private static string Host(string engine) => ReferrerFactory.Engines.First(e => e.Name == engine).Host;

    private static string EngineLogo(string engine) => $"plugins/Morpheus/icons/dist/searchEngines/{Host(engine)}.png";

    private static string NetworkHost(string network) => ReferrerFactory.Networks.First(n => n.Name == network).Host;
}
