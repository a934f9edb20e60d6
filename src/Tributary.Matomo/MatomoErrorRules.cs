namespace Tributary.Matomo;

/// <summary>The one ordered table from an answer to the kind of error it is: the body decides before the status.</summary>
internal static class MatomoErrorRules
{
    public static bool IsTransient(MatomoErrorKind kind) => kind
        is MatomoErrorKind.Connection
        or MatomoErrorKind.Timeout
        or MatomoErrorKind.RateLimited
        or MatomoErrorKind.Maintenance
        or MatomoErrorKind.Unavailable
        or MatomoErrorKind.ServerTimeout
        or MatomoErrorKind.CutOff
        or MatomoErrorKind.EmptyBody
        or MatomoErrorKind.OutOfMemory
        or MatomoErrorKind.ServerError;

    public static bool IsTooMuch(MatomoErrorKind kind) => kind
        is MatomoErrorKind.OutOfMemory
        or MatomoErrorKind.ServerTimeout
        or MatomoErrorKind.Timeout
        or MatomoErrorKind.CutOff
        or MatomoErrorKind.EmptyBody
        or MatomoErrorKind.Unavailable;
}
