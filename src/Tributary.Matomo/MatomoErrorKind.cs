namespace Tributary.Matomo;

/// <summary>The kinds of failure, told apart by what a caller would do about them.</summary>
public enum MatomoErrorKind
{
    /// <summary>The host name does not resolve.</summary>
    HostNotFound,

    /// <summary>Nothing answers at the address, or the connection broke.</summary>
    Connection,

    /// <summary>The TLS handshake or the certificate failed.</summary>
    Tls,

    /// <summary>No answer within the client's time limit.</summary>
    Timeout,

    /// <summary>The server redirects; a token is never sent after it. The message names the address to use.</summary>
    Redirected,

    /// <summary>The token is wrong or expired (Matomo 5: status 401, "Unable to authenticate").</summary>
    Authentication,

    /// <summary>The token must be sent in the body, or is wrong: Matomo's message does not say which.</summary>
    SecureOnlyToken,

    /// <summary>The token is right but has no view access to the site.</summary>
    NoAccess,

    /// <summary>Wrong token or no access: Matomo 4 answers both alike, with status 200.</summary>
    AuthenticationOrNoAccess,

    /// <summary>Too many failed logins from this address: Matomo refuses valid tokens too for up to an hour.</summary>
    LockedOut,

    /// <summary>The address is not on the server's allow list.</summary>
    AddressNotAllowed,

    /// <summary>HTTP basic credentials are missing or wrong.</summary>
    HttpAuthentication,

    /// <summary>Status 429.</summary>
    RateLimited,

    /// <summary>Matomo is in maintenance, or a database upgrade is pending.</summary>
    Maintenance,

    /// <summary>An HTML sign-in page instead of the API.</summary>
    SignInPage,

    /// <summary>A firewall, proxy or bot check answered.</summary>
    FirewallPage,

    /// <summary>Matomo is not installed yet.</summary>
    InstallerPage,

    /// <summary>An HTML page or other text that is none of the known ones.</summary>
    NotMatomo,

    /// <summary>Status 502, 503, 504 or 420 without a page we know.</summary>
    Unavailable,

    /// <summary>PHP ran out of memory.</summary>
    OutOfMemory,

    /// <summary>PHP, the web server or a database query ran out of time.</summary>
    ServerTimeout,

    /// <summary>The body ended before the JSON did.</summary>
    CutOff,

    /// <summary>Status 200 with no body.</summary>
    EmptyBody,

    /// <summary>The body is JSON of another shape than the request asks for, or not valid JSON.</summary>
    UnexpectedReply,

    /// <summary>A PHP error, a database error, or any other status 500.</summary>
    ServerError,

    /// <summary>A parameter is missing or not accepted; the message names it.</summary>
    InvalidParameter,

    /// <summary>The segment is not valid or not supported.</summary>
    InvalidSegment,

    /// <summary>The period is switched off on the server (<c>enabled_periods_API</c>).</summary>
    PeriodDisabled,

    /// <summary>The site does not exist, or this token may not see that it does.</summary>
    UnknownSite,

    /// <summary>The method does not exist in this Matomo.</summary>
    UnknownMethod,

    /// <summary>The plugin is missing or switched off.</summary>
    PluginMissing,

    /// <summary>The custom dimension does not exist on this site.</summary>
    UnknownDimension,

    /// <summary>Unique visitors are not processed for this period (year and range by default).</summary>
    MetricNotProcessed,

    /// <summary><c>NoDataForAction</c>: Transitions have nothing for this page. Not a failure: zero rows.</summary>
    NoDataForAction,

    /// <summary>The visits log or visitor profiles are switched off for this site or server.</summary>
    VisitLogDisabled,

    /// <summary>The segment has not been processed and the server does not process on request.</summary>
    SegmentNotProcessed,

    /// <summary>Matomo answered with an error none of the rules knows; its message is kept.</summary>
    Api,
}
