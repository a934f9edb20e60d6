using System.Text;

namespace Tributary.Shaping;

/// <summary>
/// The written list of what a reply carries and a table does not. Everything else a reply carries ends up in a cell.
/// Shown in docs/architecture.md; a test holds recorded replies against it.
/// </summary>
internal static class LeftOut
{
    /// <summary>Name of the property, and why it is left out.</summary>
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["logo"] = "path of an icon on the Matomo server",
        ["logoWidth"] = "size of an icon",
        ["logoHeight"] = "size of an icon",
        ["idsubdatatable"] = "number of an archive blob: means another row, or none, once Matomo archives again",
        ["icon"] = "path of an icon",
        ["iconSVG"] = "path of an icon",
        ["visitorTypeIcon"] = "path of an icon",
        ["visitConvertedIcon"] = "path of an icon",
        ["visitEcommerceStatusIcon"] = "path of an icon",
        ["countryFlag"] = "path of an icon",
        ["deviceTypeIcon"] = "path of an icon",
        ["operatingSystemIcon"] = "path of an icon",
        ["browserIcon"] = "path of an icon",
        ["browserFamilyIcon"] = "path of an icon",
        ["pluginsIcons"] = "paths of icons",
        ["referrerSearchEngineIcon"] = "path of an icon",
        ["referrerSocialNetworkIcon"] = "path of an icon",
    };

    private static readonly HashSet<byte[]> Names = new(Reasons.Keys.Select(Encoding.UTF8.GetBytes), Utf8Comparer.Instance);

    private static readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> Lookup = Names.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Whether a property of a row is left out.</summary>
    public static bool Contains(ReadOnlySpan<byte> name) => Lookup.Contains(name);
}
