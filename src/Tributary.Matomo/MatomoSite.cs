namespace Tributary.Matomo;

/// <summary>A site (Matomo also says website, measurable) the token may view.</summary>
/// <param name="Id">Matomo's id.</param>
/// <param name="Name">Its name, HTML entities decoded.</param>
/// <param name="TimeZone">The zone name as Matomo gives it: an IANA name, or an offset form such as <c>UTC+5.5</c>.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record MatomoSite(int Id, string Name, string TimeZone, string Currency)
{
    /// <summary>When the site was created, UTC; null when Matomo does not say. Matomo moves it back when older visits are imported.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Whether the site is a shop.</summary>
    public bool Ecommerce { get; init; }

    /// <summary>The main URL; empty when unknown.</summary>
    public string MainUrl { get; init; } = "";

    /// <summary>The group the site is filed under; empty for none.</summary>
    public string Group { get; init; } = "";

    /// <summary>website, mobileapp, intranet, …; empty when unknown.</summary>
    public string Type { get; init; } = "";
}
