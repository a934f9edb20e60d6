using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>Which runs are made again by themselves.</summary>
internal static class Retries
{
    /// <summary>Failures that stay until a person did something, beside all that are on the side of the setup.</summary>
    private static readonly HashSet<string> NeedPerson =
    [
        .. new[]
        {
            MatomoErrorKind.Authentication, MatomoErrorKind.SecureOnlyToken, MatomoErrorKind.AuthenticationOrNoAccess, MatomoErrorKind.NoAccess, MatomoErrorKind.LockedOut,
            MatomoErrorKind.AddressNotAllowed, MatomoErrorKind.HttpAuthentication, MatomoErrorKind.UnknownMethod, MatomoErrorKind.PluginMissing, MatomoErrorKind.PeriodDisabled,
            MatomoErrorKind.VisitLogDisabled, MatomoErrorKind.NotMatomo, MatomoErrorKind.InstallerPage,
        }.Select(RunErrors.CodeOf),
        "account.needs_attention",
        "workspace.key_missing",
        "workspace.newer_version",
        "destination.newer_version",
    ];

    /// <summary>The next try of a run that ended; null when there is none.</summary>
    public static NewRun? After(NewRun run, RunResult result, RetryPolicy policy, DateTimeOffset now) =>
        run.Trigger == RunTriggers.Scheduled
        && result.Status is RunStatus.Failed or RunStatus.Partial
        && run.Attempt <= policy.Times
        && !NeedsPerson(result.Error)
            ? run with { Attempt = run.Attempt + 1, NotBefore = now + policy.After }
            : null;

    /// <summary>Whether trying again is of no use before a person did something.</summary>
    public static bool NeedsPerson(RunError? error) => error is { Fault: Fault.Setup } || (error is not null && NeedPerson.Contains(error.Code));
}
