using System.Text;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>From an exception to what a run says of it: one table of whose side a failure of Matomo is on.</summary>
internal static class RunErrors
{
    /// <summary>Kinds that the person who set the DataSet up can mend there; all others are Matomo's side.</summary>
    private static readonly HashSet<MatomoErrorKind> Setup =
    [
        MatomoErrorKind.InvalidParameter,
        MatomoErrorKind.InvalidSegment,
        MatomoErrorKind.UnknownSite,
        MatomoErrorKind.UnknownDimension,
    ];

    /// <summary>Kinds after which nothing more may be asked of the account: Matomo locks out addresses that keep failing.</summary>
    private static readonly HashSet<MatomoErrorKind> Account =
    [
        MatomoErrorKind.Authentication,
        MatomoErrorKind.SecureOnlyToken,
        MatomoErrorKind.LockedOut,
        MatomoErrorKind.AddressNotAllowed,
        MatomoErrorKind.HttpAuthentication,
    ];

    /// <summary>The error of an exception.</summary>
    public static RunError Of(Exception exception) => exception switch
    {
        MatomoException matomo => new RunError(CodeOf(matomo.Kind), matomo.Message, Setup.Contains(matomo.Kind) ? Fault.Setup : Fault.Source),
        TributaryException ours => new RunError(ours.Code, ours.Message, ours.Fault),
        IOException io => new RunError("workspace.io", $"The workspace could not be read or written: {io.Message}", Fault.Workspace),
        _ => new RunError("defect", $"Tributary made a mistake it should not make ({exception.GetType().Name}: {exception.Message}). Please report it.", Fault.Defect),
    };

    /// <summary>Whether the account must not be asked again before a person mended it.</summary>
    public static bool StopsAccount(Exception exception) => exception switch
    {
        // Whoever may not even ask for the version may see no site at all.
        MatomoException { Kind: MatomoErrorKind.NoAccess or MatomoErrorKind.AuthenticationOrNoAccess, Method: "API.getMatomoVersion" } => true,
        MatomoException matomo => Account.Contains(matomo.Kind),
        TributaryException ours => ours.Code == "account.needs_attention",
        _ => false,
    };

    /// <summary>The stable code of a kind, <c>matomo.rate_limited</c>.</summary>
    public static string CodeOf(MatomoErrorKind kind)
    {
        var name = new StringBuilder("matomo.");
        foreach (var letter in kind.ToString())
        {
            if (char.IsUpper(letter) && name[^1] != '.')
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
