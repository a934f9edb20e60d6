using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Lists;
using Tributary.SampleMatomo.Log;
using Tributary.SampleMatomo.Reports;

namespace Tributary.SampleMatomo.Http;

/// <summary>Finds the method, walks sites and dates, and nests the answers in maps.</summary>
internal sealed class Dispatcher
{
    private readonly Dictionary<string, Report> _reports;
    private readonly ArchiveStore _store;
    private readonly ListMethods _lists;
    private readonly SampleMatomoOptions _options;
    private readonly HashSet<string> _unarchived;

    public Dispatcher(SampleMatomoOptions options, VisitLog log)
    {
        _options = options;
        _store = new ArchiveStore(log, new Records(options), ServerVersion.Parse(options.Version));
        _unarchived = [.. options.UnarchivedSegments.Select(s => Segment.Parse(s).Plain)];
        _lists = new ListMethods(options, _store);
        _reports = new[]
        {
            SummaryReports.All(), PluginReports.All(), VisitorReports.All(), TimeReports.All(), ReferrerReports.All(), ActionReports.All(), EventReports.All(), GoalReports.All(), TransitionReports.All(),
        }.SelectMany(r => r).ToDictionary(r => r.Method, StringComparer.Ordinal);
    }

    public IReadOnlyCollection<string> ReportMethods => _reports.Keys;

    /// <summary>Whether the method reads visits: what the report faults are for.</summary>
    public bool IsReport(string method) => _reports.ContainsKey(method) || method is "Live.getLastVisitsDetails" or "Live.getMostRecentVisitsDateTime" or "Live.getCounters";

    public object? Call(Parameters p, User user, Faults.FaultsNow faults)
    {
        var method = p["method"] ?? throw ApiException.Parameter("The parameter 'method' isn't set in the Request, and a default value wasn't provided.");
        if (!p.Has("filter_limit"))
        {
            p = p.With("filter_limit", _options.DefaultLimit.ToString(CultureInfo.InvariantCulture));
        }

        if (method == "API.getBulkRequest")
        {
            return Bulk(p, user, faults);
        }

        var dot = method.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            throw ApiException.Parameter("The method name is invalid. Expected 'module.methodName'");
        }

        var plugin = method[..dot];
        if (!_lists.IsActive(plugin))
        {
            throw ApiException.Parameter($"The plugin {plugin} is not enabled. You can activate the plugin on Settings > Plugins page in Matomo.");
        }

        if (method is "MultiSites.getAll" or "MultiSites.getOne")
        {
            return Sites(method, p, user);
        }

        if (plugin == "Live")
        {
            return Live(method, p, user);
        }

        if (_reports.TryGetValue(method, out var report))
        {
            return Report(report, p, user, faults);
        }

        return _lists.Answer(method, p, user)
            ?? throw new ApiException(400, $"The method '{method[(dot + 1)..]}' does not exist or is not available in the module '\\Piwik\\Plugins\\{plugin}\\API'.");
    }

    private object? Report(Report report, Parameters p, User user, Faults.FaultsNow faults)
    {
        if (report.Method == "Transitions.isPeriodAllowed")
        {
            return new Scalar(true);
        }

        var idSite = p.Required("idSite");
        var (period, date) = (p.Required("period"), p.Required("date"));
        var sites = _lists.Sites(idSite, user);
        var free = report as FreeReport;
        if (free?.FirstSiteOnly == true)
        {
            sites = [sites[0]];
        }

        var siteMap = (idSite == "all" || idSite.Contains(',', StringComparison.Ordinal)) && free?.FirstSiteOnly != true;
        var today = sites.Count == 1 ? _store.Log.Today(sites[0]) : DateOnly.FromDateTime(_store.Log.Clock.GetUtcNow().UtcDateTime);
        var (spans, dateMap) = Dates.Read(p, today);
        if (free?.OneStretch == true)
        {
            (spans, dateMap) = ([Dates.Stretch(p, today)], false);
        }

        var segment = Segment.Parse(p["segment"]);
        if (_unarchived.Contains(segment.Plain) && free?.OneStretch != true)
        {
            segment = segment.Unarchived();
        }

        if (_store.Version.IsFour)
        {
            if (report.Method == "VisitFrequency.get" && siteMap && !dateMap)
            {
                return Array.Empty<object>();
            }

            if (report.Method == "API.get" && siteMap && !dateMap)
            {
                throw ApiException.Php("Call to undefined method Piwik\\DataTable\\Map::getMetadata()");
            }
        }

        report.Refuse?.Invoke(sites.Count, idSite == "all", dateMap);
        var words = Words.In(p["language"]);
        var inMap = siteMap || dateMap;
        object? One(SiteProfile site, Span span)
        {
            var answer = report.Answer(new Query(p, new ArchiveKey(site, span, segment, faults.SilentDay), _store, words), inMap);
            return inMap && answer is Scalar bare ? bare.Value : answer;
        }

        dateMap &= !(siteMap && report.MergesDatesOfSites);
        object? Of(SiteProfile site) => dateMap ? Map(spans.Select(s => (s.Label, One(site, s)))) : One(site, spans[0]);
        return siteMap ? Map(sites.Select(s => (s.Id.ToString(CultureInfo.InvariantCulture), Of(s)))) : Of(sites[0]);
    }

    private object Sites(string method, Parameters p, User user)
    {
        var one = method == "MultiSites.getOne" ? OneOf(p.Required("idSite"), user) : null;
        var (spans, map) = Dates.Read(p, DateOnly.FromDateTime(_store.Log.Clock.GetUtcNow().UtcDateTime));
        object Of(Span span) => one is null ? MultiSiteReports.All(p, _store, _lists.Sites("all", user), span) : MultiSiteReports.One(_store, one, span, withLabel: false);
        return map ? Map(spans.Select(s => (s.Label, (object?)Of(s)))) : Of(spans[0]);
    }

    /// <summary>A list of sites is taken for a site 0; 4.16 takes the first one.</summary>
    private SiteProfile OneOf(string idSite, User user) =>
        _lists.Sites(idSite == "all" || (idSite.Contains(',', StringComparison.Ordinal) && !_store.Version.IsFour) ? "0" : idSite, user)[0];

    private object Live(string method, Parameters p, User user)
    {
        var sites = _lists.Sites(p.Required("idSite"), user);
        return method switch
        {
            "Live.getLastVisitsDetails" => LiveReports.LastVisits(p, _store, CheckLog(sites), Segment.Parse(p["segment"]), _options.ActionsShown),
            "Live.getMostRecentVisitsDateTime" when _store.Version.HasMostRecentVisits => new Scalar(LiveReports.MostRecent(p, _store, sites)),
            "Live.getCounters" => LiveReports.Counters(p, _store, sites),
            _ => throw new ApiException(400, $"The method '{method[5..]}' does not exist or is not available in the module '\\Piwik\\Plugins\\Live\\API'."),
        };
    }

    private IReadOnlyList<SiteProfile> CheckLog(IReadOnlyList<SiteProfile> sites) => sites.FirstOrDefault(s => _options.VisitsLogOffSites.Contains(s.Id)) is { } off
        ? throw ApiException.Parameter($"Visits log is deactivated in website settings. A user with at least admin access can enable this feature in the settings for this website (idSite={off.Id}).")
        : sites;

    private object Bulk(Parameters p, User user, Faults.FaultsNow faults)
    {
        if (p.Array("urls") is not { } urls)
        {
            return p["urls"] is null ? throw ApiException.Missing("urls") : Array.Empty<object>();
        }

        List<object?> answers = [];
        foreach (var url in urls)
        {
            var item = p.ForItem(new Parameters(Parameters.Parse(url)));
            if (item["method"] == "API.getBulkRequest")
            {
                continue;
            }

            try
            {
                answers.Add(Plain(Call(item, user, faults)));
            }
            catch (ApiException error) when (error.Status < 500)
            {
                answers.Add(Error(error.Message));
            }
        }

        return ListMethods.Limited(answers, p);
    }

    public static Obj Error(string message) => new Obj().Add("result", "error").Add("message", Php.Html(message));

    /// <summary>A value alone stands in an object of its own.</summary>
    public static object? Plain(object? answer) => answer is Scalar scalar ? new Obj().Add("value", scalar.Value) : answer;

    private static Obj Map(IEnumerable<(string Key, object? Value)> entries)
    {
        var map = new Obj();
        foreach (var (key, value) in entries)
        {
            map.Add(key, value);
        }

        return map;
    }
}
