using System.Globalization;
using Polly;

namespace Tributary.Matomo;

/// <summary>
/// Tells from two requests which step of the way to a report fails. One request passes all steps up to the token, so its error says how far it came:
/// asking again for each step would only count failed logins.
/// </summary>
internal static class ConnectionCheck
{
    private const string Address = "Address";
    private const string Encryption = "Encryption";
    private const string Api = "Matomo";
    private const string Version = "Version";
    private const string Token = "Access token";
    private const string Sites = "Sites";

    private static readonly string[] Order = [Address, Encryption, Api, Version, Token, Sites];

    public static async Task<IReadOnlyList<ConnectionStep>> RunAsync(MatomoClient client, CancellationToken cancellationToken)
    {
        string version;
        try
        {
            version = await client.GetVersionAsync(ResiliencePipeline.Empty, cancellationToken);
        }
        catch (MatomoException error)
        {
            return FailedAt(StepOf(error.Kind, client.IsAnonymous), error, client, version: null);
        }

        try
        {
            var sites = await client.GetSitesAsync(ResiliencePipeline.Empty, cancellationToken);
            return sites.Count > 0
                ? [.. Passed(Sites, client, version), new ConnectionStep(Sites, WithoutZone(sites).Length == 0 ? ConnectionStepResult.Ok : ConnectionStepResult.Warning, (sites.Count == 1 ? $"One site: {sites[0].Name}." : string.Create(CultureInfo.InvariantCulture, $"{sites.Count} sites.")) + WithoutZone(sites))]
                : FailedAt(Sites, NoSites(), client, version);
        }
        catch (MatomoException error)
        {
            return FailedAt(Sites, error, client, version);
        }
    }

    private static string WithoutZone(IReadOnlyList<MatomoSite> sites) => sites.FirstOrDefault(s => !SiteZone.Knows(s.TimeZone)) is { } first
        ? $" The time zone '{first.TimeZone}' of {first.Name} is not known on this machine: reports of it are left out."
        : "";

    private static string StepOf(MatomoErrorKind kind, bool anonymous) => kind switch
    {
        MatomoErrorKind.HostNotFound or MatomoErrorKind.Connection => Address,
        MatomoErrorKind.Tls => Encryption,

        // Matomo 5 tells a valid token without any site (401, "view access for at least one website") from a wrong one.
        MatomoErrorKind.NoAccess when !anonymous => Sites,
        MatomoErrorKind.NoAccess
            or MatomoErrorKind.Authentication
            or MatomoErrorKind.SecureOnlyToken
            or MatomoErrorKind.AuthenticationOrNoAccess
            or MatomoErrorKind.LockedOut
            or MatomoErrorKind.AddressNotAllowed => Token,
        MatomoErrorKind.UnknownMethod => Version,
        _ => Api,
    };

    private static IReadOnlyList<ConnectionStep> FailedAt(string step, MatomoException error, MatomoClient client, string? version)
    {
        var failed = Array.IndexOf(Order, step);
        return
        [
            .. Passed(step, client, version),
            new ConnectionStep(step, ConnectionStepResult.Failed, error.Message, error),
            .. Order.Skip(failed + 1).Select(name => new ConnectionStep(name, ConnectionStepResult.NotReached, $"Not tried, because {step.ToLowerInvariant()} failed.")),
        ];
    }

    private static IEnumerable<ConnectionStep> Passed(string before, MatomoClient client, string? version) =>
        Order.TakeWhile(name => name != before).Select(name => name switch
        {
            Address => Ok(name, $"{client.Endpoint.Address.Host} answers."),
            Encryption when client.Endpoint.IsPlainHttp => new ConnectionStep(name, ConnectionStepResult.Warning, "Not encrypted: whoever sits between can read the token. Use https:// if the server has it."),
            Encryption => Ok(name, "The connection is encrypted and the certificate trusted."),
            Api => Ok(name, "Matomo's API answers."),
            Version when version is null => new ConnectionStep(name, ConnectionStepResult.NotReached, "Matomo tells its version only to a token that may see a site."),
            Version => Ok(name, $"Matomo {version}."),
            _ => Ok(name, client.IsAnonymous ? "The server lets anonymous visitors read." : "Accepted."),
        });

    private static ConnectionStep Ok(string name, string sentence) => new(name, ConnectionStepResult.Ok, sentence);

    private static MatomoException NoSites() => new(
        MatomoErrorKind.NoAccess,
        "The token's user may not view any site. A Matomo administrator must give the user view access (Administration › System › Users).")
    {
        Method = "SitesManager.getSitesWithAtLeastViewAccess",
        HttpStatus = 200,
    };
}
