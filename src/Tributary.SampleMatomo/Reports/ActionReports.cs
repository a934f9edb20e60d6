using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>Pages, titles, downloads, outlinks, searches and custom dimensions.</summary>
internal static class ActionReports
{
    public static IEnumerable<Report> All() =>
    [
        Pages("getPageUrls", "PageUrl", "nb_visits", _ => true),
        Pages("getEntryPageUrls", "EntryPageUrl", "entry_nb_visits", Has("entry_nb_visits")),
        Pages("getExitPageUrls", "ExitPageUrl", "exit_nb_visits", Has("exit_nb_visits")),
        Pages("getPageUrlsFollowingSiteSearch", "DestinationPage", "nb_hits_following_search", Has("nb_hits_following_search"), segment: false),
        Titles("getPageTitles", "PageTitle", "nb_visits", _ => true),
        Titles("getEntryPageTitles", "EntryPageTitle", "entry_nb_visits", Has("entry_nb_visits")),
        Titles("getExitPageTitles", "ExitPageTitle", "exit_nb_visits", Has("exit_nb_visits")),
        Titles("getPageTitlesFollowingSiteSearch", "DestinationPage", "nb_hits_following_search", Has("nb_hits_following_search"), segment: false),
        Files("getDownloads", "Downloads", "DownloadUrl", "downloadUrl"),
        Files("getOutlinks", "Outlinks", "ClickedUrl", "outlinkUrl"),
        One("getPageUrl", "Pages", "pageUrl", url => PathTree.OfPage(url), PageMetrics.OnePage),
        One("getDownload", "Downloads", "downloadUrl", url => PathTree.OfFile(url), PageMetrics.File),
        One("getOutlink", "Outlinks", "outlinkUrl", url => PathTree.OfFile(url), PageMetrics.File),
        One("getPageTitle", "Titles", "pageName", title => [title], PageMetrics.OnePage),
        Searches("getSiteSearchKeywords", "Searches", "Keyword"),
        Searches("getSiteSearchNoResultKeywords", "EmptySearches", "KeywordwithNoSearchResult"),
        new TableReport("Actions.getSiteSearchCategories", _ => "SearchCategories", new Level("Actions_SearchCategory", (r, _) => r.Key, (o, r, _) => o.Add("segment", $"siteSearchCategory=={Php.UrlEncode(r.Key)}")))
        {
            Metrics = (o, line, q) =>
            {
                o.Add("nb_visits", line.Row.Values[0]).Add("nb_actions", line.Row.Values[1]);
                if (!q.IsDay)
                {
                    o.Add("sum_daily_nb_uniq_visitors", line.Row.Values[0]);
                }

                o.Add("nb_pages_per_search", Php.Quotient(line.Row.Values[1], line.Row.Values[0], 1));
            },
        },
        Dimension(),
    ];

    private static Func<Row, bool> Has(string column)
    {
        var at = ActionTables.Columns[column];
        return row => row.Values[at] > 0;
    }

    private static TableReport Pages(string method, string dimension, string sort, Func<Row, bool> only, bool segment = true) => new($"Actions.{method}", _ => "Pages", new Level(
        $"Actions_{dimension}", (r, _) => Php.UrlDecode(r.Key), (o, r, q) =>
        {
            if (r.Url is { } url)
            {
                o.Add("url", url);
            }

            if (segment || !q.Flat)
            {
                o.Add("segment", r.Url is { } leaf ? $"pageUrl=={Twice(leaf)}" : $"pageUrl=^{Twice(Folder(r))}");
            }
        }))
    {
        Metrics = PageMetrics.Page,
        HasSubtables = true,
        DefaultSort = _ => sort,
        Separator = "/",
        FlatLabel = (line, q) => FlatPage(line, q, !segment, Php.UrlDecode),
        FlatEntry = (line, q) => FlatPage(line, q, !segment, key => key),
        FlatBeside = (o, line) =>
        {
            // The summary row of a folder names the folder (recorded on 5.2).
            if (segment && line is { Row.IsOthers: true, Above: [.., var folder] })
            {
                o.Add("segment", $"pageUrl=^{Twice(Folder(folder))}");
            }
        },
        Only = only,
        DecoratesBelow = true,
    };

    private static TableReport Titles(string method, string dimension, string sort, Func<Row, bool> only, bool segment = true) => new($"Actions.{method}", _ => "Titles", new Level(
        $"Actions_{dimension}", (r, q) => (q.Flat ? "" : " ") + TitleOf(r), (o, r, q) =>
        {
            if (segment)
            {
                o.Add("segment", $"pageTitle=={Twice(r.Key)}");
            }
        }))
    {
        Metrics = PageMetrics.Page,
        DefaultSort = _ => sort,
        Only = only,
        FlatEntry = (line, q) => line.Row.IsOthers ? q.Words.Others : line.Row.Key.Length == 0 ? NoTitle : line.Row.Key,
    };

    private static TableReport Files(string method, string record, string dimension, string segment) => new($"Actions.{method}", _ => record, new Level(
        $"Actions_{dimension}", (r, _) => r.Key, (o, r, _) =>
        {
            if (r.Url is { } url)
            {
                o.Add("url", url).Add("segment", $"{segment}=={Twice(url)}");
            }
        }))
    {
        Metrics = PageMetrics.File,
        HasSubtables = true,
        DecoratesBelow = true,
        FlatLabel = (line, q) => (line.Row.IsOthers, line.Above.Count) switch
        {
            (true, 0) => q.Words.Others,
            (true, _) => $"{line.Above[0].Key}/ - {q.Words.Others}",
            _ => string.Concat(line.Above.Select(a => a.Key)) + line.Row.Key,
        },
    };

    private static TableReport One(string method, string record, string parameter, Func<string, IReadOnlyList<string>> path, Action<Obj, Line, Query> metrics) =>
        new($"Actions.{method}", q => q.Parameters[parameter] is null ? throw ApiException.Missing(parameter) : record, new Level("", (r, q) => record == "Titles" ? (q.Flat ? "" : " ") + TitleOf(r) : r.Key, (o, r, _) =>
        {
            if (r.Url is { } url)
            {
                o.Add("url", url);
            }
        }))
        {
            Metrics = metrics,
            MergesDatesOfSites = true,
            Single = q =>
            {
                var table = q.Table(record);
                Row? row = null;
                foreach (var part in path(q.Parameters[parameter]!))
                {
                    if ((row is null ? table : row.Sub)?.Find(part) is not { } found)
                    {
                        return null;
                    }

                    row = found;
                }

                return row;
            },
            FlatLabel = (line, q) => line.Row.Url is { } url && record == "Pages" ? new Uri(url).PathAndQuery : record == "Titles" ? TitleOf(line.Row) : line.Row.Key,
        };

    private static TableReport Searches(string method, string record, string dimension) => new($"Actions.{method}", _ => record, new Level(
        $"Actions_{dimension}", (r, _) => r.Key, (o, r, _) => o.Add("segment", $"siteSearchKeyword=={Php.UrlEncode(r.Key)}")))
    {
        Metrics = PageMetrics.Search,
    };

    private static TableReport Dimension() => new("CustomDimensions.getCustomDimension", Record, new Level("CustomDimension", (r, _) => r.Key.Length == 0 ? "Value not defined" : r.Key, (o, r, q) =>
        o.Add("segment", $"dimension{q.Parameters["idDimension"]}=={Php.UrlEncode(r.Key)}")), new Level("CustomDimension", (r, _) => r.Key, (o, r, q) => o
            .Add("segment", $"dimension{q.Parameters["idDimension"]}=={Php.UrlEncode(ValueAbove(r, q))};actionUrl=${Php.UrlEncode(r.Key)}").Add("url", Php.UrlEncode(r.Key))))
    {
        Metrics = (o, line, q) => (Find(q).Scope == "visit" ? DimensionMetrics.Visit : DimensionMetrics.Action)(o, line, q),
        HasSubtables = true,
        JoinedDimension = true,
        DecoratesBelow = true,
        DimensionName = q => $"CustomDimension_CustomDimension{q.Parameters["idDimension"]}",
    };

    private static string ValueAbove(Row row, Query q) => q.Table(Record(q)).Rows.FirstOrDefault(r => r.Sub?.Find(row.Key) == row)?.Key ?? "";

    /// <summary>Of several sites the first one must have the dimension; "all" is taken for a site 0 (measured on 5.2).</summary>
    private static string Record(Query q)
    {
        var asked = q.Parameters["idSite"] ?? "";
        if (asked == "all")
        {
            throw ApiException.Parameter($"Dimension {q.Parameters.Required("idDimension")} for website 0 does not exist.");
        }

        var isFirst = asked.Split(',')[0] == q.Site.Id.ToString(CultureInfo.InvariantCulture);
        return !isFirst && !q.Site.Dimensions.Any(d => d.Id.ToString(CultureInfo.InvariantCulture) == q.Parameters["idDimension"]) ? Records.NoDimension : Records.Dimension(Find(q));
    }

    private static CustomDimension Find(Query q)
    {
        var id = q.Parameters.Required("idDimension");
        return q.Site.Dimensions.FirstOrDefault(d => d.Id.ToString(CultureInfo.InvariantCulture) == id)
            ?? throw ApiException.Parameter($"Dimension {id} for website {q.Site.Id} does not exist.");
    }

    private const string NoTitle = "Page Name not defined";

    private static string TitleOf(Row r) => r.Key.Length == 0 ? NoTitle : Php.UrlDecode(r.Key);

    private static string FlatPage(Line line, Query q, bool following, Func<string, string> read)
    {
        var folders = string.Concat(line.Above.Select(a => "/" + read(a.Key)));
        if (line.Row.IsOthers)
        {
            return line.Above.Count == 0 ? q.Words.Others : $"{folders}/ - {q.Words.Others}";
        }

        var label = line.Row.Sub is not null ? $"{folders}/{read(line.Row.Key)}" : line.Row.Key == "/index" ? $"{folders}/" : folders + read(line.Row.Key);
        return following && line.Above.Count > 0 ? label[1..] : label;
    }

    private static string Folder(Row r)
    {
        var url = r.Sub!.Rows.Select(Leaf).First(u => u is not null)!;
        var at = url.IndexOf($"/{r.Key}/", StringComparison.Ordinal);
        return at < 0 ? url : url[..(at + r.Key.Length + 1)];
    }

    private static string? Leaf(Row r) => r.Url ?? r.Sub?.Rows.Select(Leaf).FirstOrDefault(u => u is not null);

    private static string Twice(string text) => Php.UrlEncode(Php.UrlEncode(text));
}
