using System.Globalization;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>What came before and after a page, from the visits themselves.</summary>
internal static class TransitionReports
{
    public static IEnumerable<Report> All() =>
    [
        Make("getTransitionsForPageUrl", (q, p) => Bare(p.Url) == Bare(q.Parameters.Required("pageUrl"))),
        Make("getTransitionsForPageTitle", (q, p) => p.Title == q.Parameters.Required("pageTitle").Trim()),
        Make("getTransitionsForAction", (q, p) => q.Parameters.Required("actionType") switch
        {
            "url" => Bare(p.Url) == Bare(q.Parameters.Required("actionName")),
            "title" => p.Title == q.Parameters.Required("actionName").Trim(),
            _ => throw ApiException.Parameter("Unknown action type"),
        }),
        new ScalarReport("Transitions.isPeriodAllowed", _ => true),
    ];

    private static FreeReport Make(string method, Func<Query, Page, bool> isIt) => new($"Transitions.{method}", q => Part(q, Write(q, p => isIt(q, p), method.EndsWith("Title", StringComparison.Ordinal) || q.Parameters["actionType"] == "title")))
    {
        OneStretch = true,
        FirstSiteOnly = true,
        Refuse = (_, all, _) =>
        {
            if (all)
            {
                throw ApiException.Parameter("An unexpected website was found in the request: website id was set to 'all' .");
            }
        },
    };

    /// <summary>Some parts only: 5.2 forgets the outer braces.</summary>
    private static object Part(Query q, Obj all)
    {
        string[]? wanted = q.Parameters["parts"] switch
        {
            "followingActions" => ["date", "followingPages", "followingSiteSearches", "outlinks", "downloads"],
            "internalReferrers" => ["date", "previousPages", "previousSiteSearches", "pageMetrics"],
            "externalReferrers" => ["date", "referrers"],
            _ => null,
        };
        if (wanted is null)
        {
            return all;
        }

        all.RemoveAll(m => !wanted.Contains(m));
        return new Raw(Php.Json(all)[1..^1]);
    }

    /// <summary>The protocol is ignored, a trailing slash is not.</summary>
    private static string Bare(string url) => url.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? url[(at + 3)..] : url;

    private static Obj Write(Query q, Func<Page, bool> isIt, bool byTitle)
    {
        Dictionary<string, int> before = [], searchedBefore = [], after = [], searchedAfter = [], left = [], taken = [];
        Dictionary<(Channel Channel, string Detail), int> entries = [];
        int loops = 0, views = 0, entryCount = 0, exits = 0;
        foreach (var visit in q.Store.Visits(q.Key))
        {
            var steps = visit.Actions.Where(a => a.Kind is not (ActionKind.Event or ActionKind.Content)).ToList();
            for (var i = 0; i < steps.Count; i++)
            {
                if (steps[i].Kind != ActionKind.Page || !isIt(steps[i].Page!))
                {
                    continue;
                }

                views++;
                var previous = i == 0 ? null : steps[i - 1];
                var next = i == steps.Count - 1 ? null : steps[i + 1];
                if (previous is null)
                {
                    entryCount++;
                    Count(entries, (visit.Referrer.Channel, Detail(visit.Referrer, q.Store.Version)));
                }
                else if (previous.Kind == ActionKind.Page && isIt(previous.Page!))
                {
                    loops++;
                }
                else if (previous.Kind is ActionKind.Page)
                {
                    Count(before, Name(previous, byTitle));
                }
                else if (previous.Kind is ActionKind.Search)
                {
                    Count(searchedBefore, previous.Name);
                }

                if (next is null)
                {
                    exits++;
                }
                else if (next.Kind != ActionKind.Page || !isIt(next.Page!))
                {
                    Count(next.Kind switch { ActionKind.Page => after, ActionKind.Search => searchedAfter, ActionKind.Outlink => left, _ => taken }, next.Kind == ActionKind.Search ? next.Name : Name(next, byTitle));
                }
            }
        }

        if (views == 0)
        {
            throw ApiException.Parameter("NoDataForAction");
        }

        var limit = q.Parameters.Integer("limitBeforeGrouping") is > 0 and var asked ? asked : 5;
        return new Obj().Add("date", q.Span.Start.ToString("ddd, MMM d", CultureInfo.InvariantCulture))
            .Add("previousPages", Top(before, limit)).Add("previousSiteSearches", Top(searchedBefore, limit))
            .Add("pageMetrics", new Obj().Add("loops", loops).Add("pageviews", views).Add("entries", entryCount).Add("exits", exits))
            .Add("followingPages", Top(after, limit)).Add("followingSiteSearches", Top(searchedAfter, limit)).Add("outlinks", Top(left, limit)).Add("downloads", Top(taken, limit))
            .Add("referrers", Referrers(entries));
    }

    private static string Name(VisitAction action, bool byTitle) => action.Kind == ActionKind.Page && byTitle ? action.Page!.Title : action.Kind == ActionKind.Page ? Bare(action.Url) : action.Url;

    private static string Detail(Referrer r, ServerVersion version) => r.Channel switch { Channel.Search when version.IsFour => r.Keyword is { Length: > 0 } keyword ? keyword : "Keyword not defined", Channel.Campaign => $"{r.Name} {r.Keyword}", Channel.Website => r.Url!, _ => r.Name };

    private static void Count<T>(Dictionary<T, int> counts, T key)
        where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static List<Obj> Top(Dictionary<string, int> counts, int limit)
    {
        var sorted = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).ToList();
        List<Obj> rows = [.. sorted.Take(limit).Select(c => new Obj().Add("label", c.Key).Add("referrals", c.Value))];
        if (sorted.Count > limit)
        {
            // English whatever the language (measured on 5.2).
            rows.Add(new Obj().Add("label", "Others").Add("referrals", sorted.Skip(limit).Sum(c => c.Value)));
        }

        return rows;
    }

    private static List<Obj> Referrers(Dictionary<(Channel Channel, string Detail), int> entries)
    {
        (Channel, string, string)[] names =
        [
            (Channel.Direct, "direct", "Direct entries"), (Channel.Search, "search", "From search engines"), (Channel.Social, "social", "From social networks"),
            (Channel.Website, "website", "From websites"), (Channel.Campaign, "campaign", "From campaigns"),
        ];
        List<Obj> rows = [];
        foreach (var (channel, name, label) in names)
        {
            var own = entries.Where(e => e.Key.Channel == channel).OrderByDescending(e => e.Value).ThenBy(e => e.Key.Detail, StringComparer.Ordinal).ToList();
            if (own.Count > 0)
            {
                List<Obj> details = channel == Channel.Direct ? [] : own.ConvertAll(e => new Obj().Add("label", e.Key.Detail).Add("referrals", e.Value.ToString(CultureInfo.InvariantCulture)));
                rows.Add(new Obj().Add("label", label).Add("shortName", name).Add("visits", own.Sum(e => e.Value)).Add("details", details));
            }
        }

        return rows;
    }
}
