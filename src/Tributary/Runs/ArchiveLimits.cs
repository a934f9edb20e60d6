using System.Globalization;
using Tributary.Matomo.Catalog;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>The server settings that make Matomo sum rows up into Others, by module (matomo-org/matomo 5.2, <c>config/global.ini.php</c>).</summary>
internal static class ArchiveLimits
{
    /// <summary>How much of a report lies in Others, and what can be done: "23.7% of page views. An administrator can raise … on the server."</summary>
    public static string ShareOf(double share, ReportDefinition report) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#}% of {MetricOf(report)}. An administrator can raise {SettingOf(report.Method)} on the server.");

    /// <summary>What the share is of, as people call it.</summary>
    public static string MetricOf(ReportDefinition report) => (OthersTally.NameOf(report), report.Method) switch
    {
        ("nb_hits", "Actions.getDownloads" or "Actions.getDownload") => "downloads",
        ("nb_hits", "Actions.getOutlinks" or "Actions.getOutlink") => "clicks",
        (_, var method) when method.Contains("SiteSearch", StringComparison.Ordinal) => "searches",
        ("nb_hits", var method) => method.StartsWith("Actions.", StringComparison.Ordinal) ? "page views" : "actions",
        ("nb_events", _) => "events",
        ("nb_impressions", _) => "impressions",
        ("quantity", _) => "products sold",
        ("entry_nb_visits", _) => "entrances",
        ("exit_nb_visits", _) => "exits",
        _ => "visits",
    };

    /// <summary>The setting to raise for a method's rows.</summary>
    public static string SettingOf(string method) => method.Split('.')[0] switch
    {
        "Actions" when method.Contains("SiteSearch", StringComparison.Ordinal) => "datatable_archiving_maximum_rows_site_search",
        "Actions" => "datatable_archiving_maximum_rows_actions",
        "Referrers" or "MarketingCampaignsReporting" or "AdvancedCampaignReporting" => "datatable_archiving_maximum_rows_referrers",
        "Events" => "datatable_archiving_maximum_rows_events",
        "CustomDimensions" => "datatable_archiving_maximum_rows_custom_dimensions",
        "CustomVariables" => "datatable_archiving_maximum_rows_custom_variables",
        "Goals" => "datatable_archiving_maximum_rows_products",
        "UserId" => "datatable_archiving_maximum_rows_userid_users",
        _ => "datatable_archiving_maximum_rows_standard",
    };
}
