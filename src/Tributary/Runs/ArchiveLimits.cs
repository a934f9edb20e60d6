using System.Globalization;
using Tributary.Matomo.Catalog;

namespace Tributary.Runs;

/// <summary>The server settings that make Matomo sum rows up into Others, by module (matomo-org/matomo 5.2, <c>config/global.ini.php</c>).</summary>
internal static class ArchiveLimits
{
    /// <summary>How much of a report lies in Others, and what can be done: "23.7% of Page URLs. An administrator can raise … on the server."</summary>
    public static string ShareOf(double share, ReportDefinition report) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#}% of {report.Name}. An administrator can raise {SettingOf(report.Method)} on the server.");

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
