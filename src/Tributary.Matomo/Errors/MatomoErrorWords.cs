using static Tributary.Matomo.MatomoErrorKind;

namespace Tributary.Matomo;

/// <summary>What each kind of error says to people: what happened, whose side, what to do.</summary>
internal static class MatomoErrorWords
{
    private const string TokenPlace = "Administration › Personal › Security › Auth tokens";

    public static string For(MatomoErrorKind kind) => kind switch
    {
        HostNotFound => "The host name of the Matomo address does not exist. Check the address for a typing error.",
        Connection => "Nothing answers at the Matomo address, or the connection broke. Check that the server runs and that a firewall or proxy lets this machine reach it.",
        Tls => "No trusted TLS connection could be made. If the server uses a certificate of its own authority, name the authority's file; otherwise its administrator must renew the certificate.",
        MatomoErrorKind.Timeout => "The server stayed silent for longer than the time limit. It may still be computing the report: ask for fewer days, or set a longer limit.",
        Redirected => "The server sends us on to {address}. A token is never sent after a redirect: set that as the Matomo address.",
        Authentication => $"Matomo refuses the access token: it is wrong or has expired. Create a new one in Matomo under {TokenPlace} and replace it here.",
        SecureOnlyToken => $"Matomo refuses the access token: it is wrong, has expired, or did not arrive in the body of the request, which a proxy or redirect before Matomo can cause. Create a new one under {TokenPlace}; if that is refused too, look at the proxy.",
        NoAccess => "The token's user has no access to this. A Matomo administrator must give the user view access to the site (Administration › System › Users).",
        AuthenticationOrNoAccess => $"Matomo refuses: either the access token is wrong or has expired, or its user has no view access to the site. Matomo 4 and older answer both alike. Check the token under {TokenPlace} and the user's access under Administration › System › Users.",
        LockedOut => "Too many failed logins came from this address, and Matomo now refuses valid tokens too, for up to an hour. Wait, or have an administrator lift the block (Administration › System › General settings › Brute force). Nothing is tried again by itself.",
        AddressNotAllowed => "This machine's address is not on the list of addresses that may use this Matomo. Its administrator must add it (login_allowlist_ip).",
        HttpAuthentication => "The web server before Matomo wants a user name and password of its own (HTTP authentication). Add them to the account, or correct them.",
        RateLimited => "The server takes no more requests for now. {wait} Set a lower number of requests per minute if this happens often.",
        Maintenance => "Matomo is in maintenance or waits for its database to be upgraded. Try again later, or ask its administrator.",
        SignInPage => "A sign-in page came instead of the API. Either the address leads to another page than Matomo's index.php, or a single sign-on stands before it.",
        FirewallPage => "A firewall, proxy or bot check answered instead of Matomo. Its administrator must let this machine through to index.php with POST requests.",
        InstallerPage => "This Matomo is not installed yet, or has lost its configuration: its installer answers.",
        NotMatomo => "What answers at this address is not the Matomo API. Give the address at which Matomo itself opens in a browser.",
        Unavailable => "The server, or a proxy before it, could not answer in time. It may still be computing the report.",
        OutOfMemory => "PHP ran out of memory on the server. Ask for less at a time, or have the administrator raise memory_limit.",
        ServerTimeout => "The server ran out of time. Ask for fewer days at a time, or have the administrator raise the limit.",
        CutOff => "The answer was cut off before its end. The server may have run out of memory or time, or a proxy closed the connection.",
        EmptyBody => "The answer is empty. The server may have run out of memory, or the data holds text that PHP cannot write as JSON.",
        UnexpectedReply => "The answer is not of the form this report has.",
        ServerError => "An error on the Matomo server. Its administrator finds more in the server's error log.",
        InvalidParameter => "Matomo does not accept a parameter.",
        InvalidSegment => "Matomo does not accept the segment. Try it in Matomo's own segment editor.",
        PeriodDisabled => "This period is switched off on the server (enabled_periods_API). Choose another, or ask its administrator.",
        UnknownSite => "There is no such site, or this token may not see it.",
        UnknownMethod => "This Matomo has no such report. Another version or another plugin may have it.",
        PluginMissing => "The plugin of this report is missing or switched off on the server. An administrator can activate it (Administration › System › Plugins).",
        UnknownDimension => "The site has no such custom dimension. Dimensions are counted per site: look at the site's own list.",
        MetricNotProcessed => "The server does not compute unique visitors for this period (by default for years and ranges).",
        NoDataForAction => "Matomo has no visits for this page in this period.",
        VisitLogDisabled => "The visits log is switched off for this site or server, and with it everything read from single visits.",
        SegmentNotProcessed => "The server has not processed this segment yet and does not do so on request. Store it in Matomo's segment editor as processed in advance, and try again some hours later.",
        _ => "Matomo answers with an error.",
    };
}
