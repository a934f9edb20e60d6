namespace Tributary.Matomo.Catalog;

/// <summary>Plugins by the way a server comes to have them.</summary>
internal static class PluginNames
{
    public const string Campaigns = "MarketingCampaignsReporting";
    public const string LegacyCampaigns = "AdvancedCampaignReporting";
    public const string UsersFlow = "UsersFlow";

    // CustomVariables and Provider were core up to 3.14 and come separately from 4.0.
    private static readonly string[] Separate = [Campaigns, LegacyCampaigns, UsersFlow, "CustomVariables", "Provider", "Bandwidth"];

    /// <summary>Whether Matomo 5 ships with it. Its reports are not looked for in an announcement, which lists no scalars, lists or raw logs.</summary>
    public static bool IsCore(string plugin) => !Separate.Contains(plugin);

    public static string NotKnown(string plugin) =>
        $"The report needs the paid plugin {plugin}, and whether the account's Matomo has it was not asked yet. Test the account to find out.";

    public static string Missing(string plugin) => plugin == UsersFlow
        ? $"The account's Matomo does not have the paid plugin {plugin} active. Its administrator can buy it in Matomo's Marketplace and activate it under Settings > Plugins."
        : IsCore(plugin)
            ? $"The plugin {plugin} is switched off on the account's Matomo. Its administrator can activate it under Settings > Plugins."
            : $"The account's Matomo does not have the plugin {plugin} active. Its administrator can install it from Matomo's Marketplace and activate it under Settings > Plugins.";

    public static string NotInLegacy(string method) =>
        $"The account's Matomo has the older plugin {LegacyCampaigns}, which knows no {method}. Its successor {Campaigns} does.";
}
