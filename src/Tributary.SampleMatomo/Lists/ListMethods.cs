using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;
using Tributary.SampleMatomo.Reports;

namespace Tributary.SampleMatomo.Lists;

/// <summary>Methods that are not reports: sites, goals, dimensions, versions, plugins.</summary>
internal sealed class ListMethods(SampleMatomoOptions options, ArchiveStore store)
{
    private static readonly HashSet<string> Active = new(StringComparer.Ordinal)
    {
        "API", "Actions", "Contents", "CustomDimensions", "DevicesDetection", "Events", "Goals", "Live", "MarketingCampaignsReporting", "MultiSites", "PagePerformance", "DevicePlugins", "Referrers", "Resolution",
        "Bandwidth", "CustomVariables", "Provider", "SegmentEditor", "SitesManager", "Transitions", "UserCountry", "UserId", "UserLanguage", "VisitFrequency", "VisitTime", "VisitorInterest", "VisitsSummary", "Ecommerce",
    };

    public bool IsActive(string plugin) => Active.Contains(plugin) && !options.PluginsOff.Contains(plugin);

    /// <summary>The answer, or null when the method is not one of these.</summary>
    public object? Answer(string method, Parameters p, User user)
    {
        switch (method)
        {
            case "API.getMatomoVersion" or "API.getPiwikVersion":
                AtLeastOne(user);
                return new Scalar(options.Version);
            case "API.getPhpVersion":
                AtLeastOne(user);
                return new Obj().Add("version", "8.2.36").Add("major", 8).Add("minor", 2).Add("release", 36).Add("versionId", 80236).Add("extra", "");
            case "API.isPluginActivated":
                AtLeastOne(user);
                return new Scalar(IsActive(p.Required("pluginName")));
            case "API.getReportMetadata":
                return Limited(Metadata.Reports(One(p, user, "idSites"), store.Version).Where(r => IsActive((string)r["module"]!)).ToList(), p);
            case "API.getSegmentsMetadata":
                return Limited(Metadata.Segments, p);
            case "SegmentEditor.getAll":
                AtLeastOne(user);
                return Limited(options.Segments.Select(StoredSegment).ToList(), p);
            case "SitesManager.getSitesWithAtLeastViewAccess" or "SitesManager.getPatternMatchSites":
                return Limited(Visible(user).Select(s => Site(s, user)).ToList(), p);
            case "SitesManager.getSitesIdWithAtLeastViewAccess" or "SitesManager.getSitesIdWithViewAccess":
                return Limited(Visible(user).Select(s => Id(s.Id)).ToList(), p);
            case "SitesManager.getAllSites":
                Super(user);
                return Keyed(store.Log.Sites.Select(s => (s.Id, (object)Site(s, user))).ToList(), p);
            case "SitesManager.getAllSitesId":
                Super(user);
                return Limited(store.Log.Sites.Select(s => Id(s.Id)).ToList(), p);
            case "SitesManager.getSitesGroups":
                Super(user);
                return Limited(store.Log.Sites.Select(s => s.Group).Distinct(StringComparer.Ordinal).ToList(), p);
            case "SitesManager.getSiteFromId":
                return Site(One(p, user), user);
            case "SitesManager.getSiteUrlsFromId":
                return new[] { One(p, user).Url };
            case "Goals.getGoals":
                return Goals(p, user);
            case "Goals.getGoal":
                var site = One(p, user);
                return site.Goals.FirstOrDefault(g => g.Id == p.Integer("idGoal")) is { } goal ? Definition(site, goal) : new Obj().Add("result", "success").Add("message", "ok");
            case "CustomDimensions.getConfiguredCustomDimensions":
                return Limited(One(p, user) is var at ? at.Dimensions.Select(d => Dimension(at, d)).ToList() : [], p);
            case "CustomDimensions.getConfiguredCustomDimensionsHavingScope":
                var having = One(p, user);
                return Limited(having.Dimensions.Where(d => d.Scope == p.Required("scope")).Select(d => Dimension(having, d)).ToList(), p);
            case "CustomDimensions.getAvailableScopes":
                return Scopes(One(p, user));
            default:
                return null;
        }
    }

    public SiteProfile One(Parameters p, User user, string name = "idSite")
    {
        var text = p[name] ?? p["idSite"] ?? throw ApiException.Missing("idSite");
        return Sites(text.Split(',')[0], user)[0];
    }

    /// <summary>The sites of a request, every one of them allowed.</summary>
    public IReadOnlyList<SiteProfile> Sites(string idSite, User user)
    {
        if (idSite == "all")
        {
            var all = Visible(user);
            return all.Count > 0 ? all : throw ApiException.NoAccess("The parameter 'idSite=' is missing");
        }

        List<SiteProfile> sites = [];
        foreach (var text in idSite.Split(','))
        {
            var id = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
            if (!user.IsSuper && !user.Sites.Contains(id))
            {
                throw ApiException.NoAccess($"You can't access this resource as it requires 'view' access for the website id = {id}.");
            }

            sites.Add(store.Log.Sites.FirstOrDefault(s => s.Id == id)
                ?? throw ApiException.Parameter($"An unexpected website was found in the request: website id was set to '{id}' ."));
        }

        return sites;
    }

    /// <summary>The default limit cuts lists too.</summary>
    public static List<T> Limited<T>(IReadOnlyList<T> list, Parameters p)
    {
        var rest = list.Skip(p.Integer("filter_offset") ?? 0);
        return [.. p.Integer("filter_limit") is >= 0 and var limit ? rest.Take(limit) : rest];
    }

    /// <summary>With filter_limit=-1 these lists come as an object by id (measured on 5.2).</summary>
    private static object Keyed(IReadOnlyList<(int Id, object Item)> items, Parameters p)
    {
        if (p.Integer("filter_limit") is >= 0)
        {
            return Limited(items, p).ConvertAll(i => i.Item);
        }

        var o = new Obj();
        foreach (var (id, item) in items)
        {
            o[id.ToString(CultureInfo.InvariantCulture)] = item;
        }

        return o;
    }

    private object Goals(Parameters p, User user)
    {
        var byId = new SortedDictionary<int, object>();
        foreach (var site in Sites(p.Required("idSite"), user))
        {
            foreach (var goal in site.Goals)
            {
                // Goals of several sites with equal ids overwrite each other (5.2, mended in 5.3).
                byId[goal.Id] = Definition(site, goal);
            }
        }

        return byId.Count == 0 ? Array.Empty<object>() : Keyed([.. byId.Select(g => (g.Key, g.Value))], p);
    }

    private IReadOnlyList<SiteProfile> Visible(User user) => [.. store.Log.Sites.Where(s => user.MayView(s.Id))];

    private Obj Site(SiteProfile s, User user)
    {
        var o = new Obj().Add("idsite", Id(s.Id)).Add("name", s.Name).Add("main_url", s.Url).Add("ts_created", $"{Span.Iso(store.Log.FirstDayOf(s))} 00:00:00").Add("ecommerce", s.Ecommerce ? 1 : 0)
            .Add("sitesearch", 1).Add("sitesearch_keyword_parameters", "q,query").Add("sitesearch_category_parameters", "cat").Add("timezone", s.Zone.Name).Add("currency", s.Currency)
            .Add("exclude_unknown_urls", 0).Add("excluded_ips", "").Add("excluded_parameters", "").Add("excluded_user_agents", "").Add("excluded_referrers", "").Add("group", s.Group)
            .Add("type", "website").Add("keep_url_fragment", 0);
        if (user.IsSuper)
        {
            o.Add("creator_login", "super user was set");
        }

        return o.Add("timezone_name", s.Zone.Name.Replace("/", " - ", StringComparison.Ordinal)).Add("currency_name", Currencies.Name(s.Currency));
    }

    private Obj StoredSegment(SampleSegment segment, int index)
    {
        var created = $"{Span.Iso(store.Log.FirstDay)} 00:00:00";
        return new Obj().Add("idsegment", Id(index + 1)).Add("name", segment.Name).Add("definition", segment.Definition).Add("login", "admin").Add("enable_all_users", Id(1))
            .Add("enable_only_idsite", Id(0)).Add("auto_archive", Id(segment.AutoArchive ? 1 : 0)).Add("ts_created", created).Add("ts_last_edit", created).Add("deleted", Id(0));
    }

    private Obj Definition(SiteProfile site, Goal goal)
    {
        var o = GoalReports.Definition(site, goal);
        o["idsite"] = Id(site.Id);
        o["idgoal"] = Id(goal.Id);
        return o;
    }

    /// <summary>PHP 8.0 and older read every number of a database as text.</summary>
    private object Id(int id) => options.IdsAsText ? GoalReports.Plain(id) : id;

    private static Obj Dimension(SiteProfile site, CustomDimension d) => new Obj()
        .Add("idcustomdimension", GoalReports.Plain(d.Id)).Add("idsite", GoalReports.Plain(site.Id)).Add("name", d.Name).Add("index", GoalReports.Plain(d.Index)).Add("scope", d.Scope)
        .Add("active", true).Add("extractions", Array.Empty<object>()).Add("case_sensitive", true);

    private static List<Obj> Scopes(SiteProfile site) => [.. new[] { ("visit", "Visit", false), ("action", "Action", true) }.Select(s =>
    {
        var used = site.Dimensions.Count(d => d.Scope == s.Item1);
        return new Obj().Add("value", s.Item1).Add("name", s.Item2).Add("numSlotsAvailable", 5).Add("numSlotsUsed", used).Add("numSlotsLeft", 5 - used).Add("supportsExtractions", s.Item3);
    })];

    private static void Super(User user)
    {
        if (!user.IsSuper)
        {
            throw ApiException.NoAccess("You can't access this resource as it requires a 'superuser' access.");
        }
    }

    private static void AtLeastOne(User user)
    {
        if (!user.IsSuper && user.Sites.Count == 0)
        {
            throw ApiException.NoAccess("You can't access this resource as it requires view access for at least one website.");
        }
    }
}
