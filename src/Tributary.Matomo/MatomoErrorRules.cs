using System.Text.RegularExpressions;
using static Tributary.Matomo.MatomoErrorKind;

namespace Tributary.Matomo;

/// <summary>The one ordered table from an answer to the kind of error it is: the body decides before the status.</summary>
internal static class MatomoErrorRules
{
    /// <summary>Matomo's own messages, in English: of an answer in another language whose words fit none, the client asks for the English ones. The first rule that fits decides.</summary>
    public static IReadOnlyList<MatomoErrorRule> Messages { get; } =
    [
        new(LockedOut) { Pattern = "too many failed logins" },
        new(OutOfMemory) { Pattern = "Allowed memory size of|Out of memory" },
        new(ServerTimeout) { Pattern = "Maximum execution time|took too long to execute|max_execution_time|max_statement_time|maximum statement execution time|Query execution was interrupted|Lock wait timeout" },
        new(SecureOnlyToken) { Pattern = "Unable to authenticate.*required to be sent as a POST parameter" },
        new(Authentication) { Pattern = "Unable to authenticate with the provided token|Token is invalid or has expired" },
        new(AddressNotAllowed) { Pattern = @"\bIP\b.*\bnot\b.*(allow|whitelist|permit)" },
        new(NoAccess) { Pattern = "You can't access this resource|must be logged in to access|has to be either a Super User", From = 400, To = 499 },
        new(AuthenticationOrNoAccess) { Pattern = "You can't access this resource|must be logged in to access|has to be either a Super User" },
        new(RateLimited) { From = 429, To = 429 },
        new(PluginMissing) { Pattern = "plugin .* is not (enabled|activated|installed)|is deactivated.*plugin" },
        new(UnknownMethod) { Pattern = "^The method '.*' does not exist|^The method name is invalid|^Requested report .* not found in the list of available reports" },
        new(UnknownDimension) { Pattern = @"^Dimension \d+ for website \d+ does not exist" },
        new(UnknownSite) { Pattern = "unexpected website was found in the request" },
        new(MetricNotProcessed) { Pattern = "^The metric .* is not enabled for the requested period" },
        new(NoDataForAction) { Pattern = "^NoDataForAction" },
        new(VisitLogDisabled) { Pattern = "(visits? log|visitor log|visitor profile).*(disabled|deactivated|not enabled|not activated)" },
        new(SegmentNotProcessed) { Pattern = "has not yet been processed by the system|not currently configured to process segmented reports|has not yet been created in the Segment Editor|configuration prevents a rearchiving" },
        new(InvalidSegment) { Pattern = "^The segment condition '|^Segment '.*' is not a supported segment|^The segment .*(not valid|invalid)" },

        // Matomo says the same of a period it does not know and of one the administrator switched off; we only ask for these five.
        new(PeriodDisabled) { Pattern = "^The period '(?-i:day|week|month|year|range)' is not supported" },
        new(InvalidParameter) { Pattern = "^Please specify a value for|^Date format must be|is a date before first website was online|is not a correct date range|^The period '.*' is not supported|^The parameter '.*(isn't set|is missing)|^Unknown action type|needs to be a number|without any idSite|Multiple periods are not supported|not support multiple|with multiple (sites|dates)|The DataTable cannot be manipulated" },
        new(Maintenance) { Pattern = "maintenance|database.*(upgrade|update)d?|upgrade.*database", From = 500, To = 599 },
        new(ServerError) { Pattern = "SQLSTATE|Mysqli|Call to (a member|undefined)|Uncaught|Undefined (index|variable|array key|property|offset)|must be of( the)? type|deadlock|gone away" },
        new(Maintenance) { From = 503, To = 503 },
        new(Unavailable) { From = 502, To = 504 },
        new(ServerError) { From = 500, To = 599 },
        new(AuthenticationOrNoAccess) { From = 401, To = 401 },
        new(NoAccess) { From = 403, To = 403 },
        new(UnknownMethod) { From = 404, To = 404 },
        new(InvalidParameter) { From = 400, To = 400 },
        new(Api),
    ];

    /// <summary>PHP's fatal messages, wherever they stand.</summary>
    public static IReadOnlyList<MatomoErrorRule> PhpMessages { get; } =
    [
        new(OutOfMemory) { Pattern = @"Allowed memory size of \d+ bytes exhausted|\bOut of memory\b" },
        new(ServerTimeout) { Pattern = "Maximum execution time of .* exceeded" },
        new(ServerError) { Pattern = @"(Fatal|Parse) error\s*(</b>)?\s*:|Uncaught (Error|\S*Exception)" },
    ];

    /// <summary>Bodies that are no JSON, and answers that are no success. The first rule that fits decides.</summary>
    public static IReadOnlyList<MatomoErrorRule> Texts { get; } =
    [
        new(SignInPage) { Location = "log-?in|sign-?in|sso|saml|oauth|openid", From = 300, To = 399 },
        new(Redirected) { From = 300, To = 399 },
        new(RateLimited) { From = 429, To = 429 },
        new(FirewallPage) { Pattern = @"cf-browser-verification|cf_chl_|__cf_|challenge-platform|<title>\s*(Just a moment|Attention Required)|_Incapsula_|Sucuri WebSite Firewall|Wordfence|ddos-guard|awsWaf|perimeterx|datadome" },
        new(SignInPage) { Pattern = @"<title>\s*(Sign in|Log ?in)\b|id=""login_form|module=Login\b|<input[^>]*type=[""']?password" },
        new(InstallerPage) { Pattern = @"module=Installation\b|<title>[^<]*(Installation|Install Matomo|Setup)\b|\bid=""installation" },
        new(Maintenance) { Pattern = @"\bmaintenance\b|Database Upgrade Required|database .{0,60}(upgraded|out-of-date)", },
        new(HttpAuthentication) { AsksForHttpCredentials = true },
        new(HttpAuthentication) { From = 407, To = 407 },
        .. PhpMessages,
        new(ServerError) { Pattern = "Error establishing a database connection|SQLSTATE|requires at least PHP|PHP version .{0,40}(too old|at least|required)" },
        new(Unavailable) { From = 420, To = 420 },
        new(Unavailable) { From = 502, To = 504 },
        new(Unavailable) { From = 520, To = 530 },
        new(ServerTimeout) { From = 408, To = 408 },
        new(InvalidParameter) { From = 413, To = 414 },
        new(ServerError) { From = 500, To = 599 },
        new(FirewallPage) { Pattern = @"Access Denied|Request (blocked|rejected|denied)|requested URL was rejected|has been blocked|Web Application Firewall|mod_?security|Not Acceptable|captcha|are you (a )?(human|robot)|\bForbidden\b|Incapsula|Imperva|Akamai|bot (check|detection)" },
        new(FirewallPage) { From = 403, To = 403 },
        new(FirewallPage) { From = 406, To = 406 },
        new(HttpAuthentication) { From = 401, To = 401 },
        new(EmptyBody) { Pattern = @"^\s*$", From = 200, To = 299 },

        // Transitions.getTransitionsForAction with parts=followingActions leaves out the outer braces (5.2 and 4.16).
        new(CutOff) { Pattern = @"^\s*""\w+"":", From = 200, To = 299 },
        new(UnexpectedReply) { ContentType = "vnd.ms-excel|/xml", From = 200, To = 299 },
        new(NotMatomo),
    ];

    public static MatomoErrorRule ForMessage(string message, MatomoAnswer answer) =>
        Messages.First(rule => rule.Fits(message, answer));

    public static MatomoErrorRule? ForPhpMessage(string text, MatomoAnswer answer) =>
        PhpMessages.FirstOrDefault(rule => rule.Fits(text, answer));

    /// <summary>The rule for a body that is no JSON. Matomo's own error page, and its errors as plain text, hold a message that says more than any page rule.</summary>
    public static MatomoErrorRule ForText(string text, MatomoAnswer answer)
    {
        if ((answer.Status is < 300 or >= 400) && (ErrorPage.IsMatch(text) || (text.Length < 2000 && !text.TrimStart().StartsWith('<'))))
        {
            var message = AnswerText.Clean(text);
            var rule = Messages.FirstOrDefault(rule => rule.Pattern is not null && rule.Fits(message, answer));
            if (rule is not null)
            {
                return rule;
            }
        }

        return Texts.First(rule => rule.Fits(text, answer));
    }

    public static MatomoErrorRule ForKind(MatomoErrorKind kind) => new(kind);

    public static bool IsTransient(MatomoErrorKind kind) => kind
        is Connection
        or MatomoErrorKind.Timeout
        or RateLimited
        or Maintenance
        or Unavailable
        or ServerTimeout
        or CutOff
        or EmptyBody
        or OutOfMemory
        or ServerError;

    public static bool IsTooMuch(MatomoErrorKind kind) => kind
        is OutOfMemory
        or ServerTimeout
        or MatomoErrorKind.Timeout
        or CutOff
        or EmptyBody
        or Unavailable;

    /// <summary>
    /// How often the client itself asks again. What is too much for the server seldom becomes less by asking again, and each try may take minutes:
    /// once, because the first try may have left the archive built; the caller then asks for less.
    /// </summary>
    public static int Retries(MatomoErrorKind kind, int allowed) => kind switch
    {
        OutOfMemory or MatomoErrorKind.Timeout => 0,
        ServerTimeout or CutOff or EmptyBody => Math.Min(allowed, 1),
        _ => IsTransient(kind) ? allowed : 0,
    };

    private static readonly Regex ErrorPage = new("<title>(Matomo|Piwik)[^<]*Error\\s*</title>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}
