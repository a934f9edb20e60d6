using System.Net.Sockets;
using System.Security.Authentication;

namespace Tributary.Matomo.Transport;

/// <summary>From the ways .NET says that no answer came to the kind of error it is.</summary>
internal static class TransportFailures
{
    public static MatomoErrorKind Kind(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => MatomoErrorKind.HostNotFound,
        HttpRequestError.SecureConnectionError => MatomoErrorKind.Tls,
        HttpRequestError.InvalidResponse => MatomoErrorKind.NotMatomo,
        HttpRequestError.ResponseEnded => MatomoErrorKind.CutOff,
        _ when Causes(error).OfType<AuthenticationException>().Any() => MatomoErrorKind.Tls,
        _ when Causes(error).OfType<SocketException>().Any(e => e.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData) => MatomoErrorKind.HostNotFound,
        _ => MatomoErrorKind.Connection,
    };

    /// <summary>The innermost reason, which names the certificate's fault or the system's error.</summary>
    public static string Detail(Exception error) => Causes(error).Last().Message;

    private static IEnumerable<Exception> Causes(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
