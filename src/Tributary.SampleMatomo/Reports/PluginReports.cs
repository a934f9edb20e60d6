using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>The reports of the free plugins Bandwidth, Provider and CustomVariables; nobody sets a custom variable.</summary>
internal static class PluginReports
{
    private static readonly int Bytes = ActionTables.Columns["sum_bandwidth"];

    public static IEnumerable<Report> All() =>
    [
        new RowReport("Bandwidth.get", Bandwidth),
        new TableReport("Provider.getProvider", _ => "Provider", new Level("Provider_Provider", (r, q) => r.Key.Length == 0 ? q.Words.Unknown : r.Key, (o, r, _) => o
            .Add("url", r.Key.Length == 0 ? null : $"http://{Php.UrlEncode(r.Key.ToLowerInvariant())}.example/").Add("segment", $"provider=={Php.UrlEncode(r.Key)}")))
        {
            Metrics = Metrics.Visits(Text.OfOneSource),
        },
        new FreeReport("CustomVariables.getCustomVariables", _ => Array.Empty<object>()),
        new FreeReport("CustomVariables.getCustomVariablesValuesFromNameId", _ => Array.Empty<object>()),
    ];

    private static Obj Bandwidth(Query q)
    {
        var (pages, downloads) = (Sum(q.Table("Pages")), Sum(q.Table("Downloads")));
        return new Obj().Add("nb_total_overall_bandwidth", pages + downloads).Add("nb_total_pageview_bandwidth", pages).Add("nb_total_download_bandwidth", downloads);
    }

    private static double Sum(Table table) => table.All.Select(r => r.Values[Bytes]).Where(v => !double.IsNaN(v)).Sum();
}
