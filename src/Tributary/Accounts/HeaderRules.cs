using Tributary.Model;

namespace Tributary.Accounts;

/// <summary>Which headers and proxies a person may give to a connection.</summary>
internal static class HeaderRules
{
    /// <exception cref="InputException">The header is one that the connection itself needs.</exception>
    public static void Check(string name)
    {
        var reason = name.ToUpperInvariant() switch
        {
            "AUTHORIZATION" => "it carries the HTTP basic credentials, and Matomo may take it for a token. Give credentials with --basic-env.",
            "PROXY-AUTHORIZATION" => "it belongs to the proxy. Write the credentials into --proxy http://user:password@host:port.",
            "HOST" => "it follows from the address. Change the address with --url.",
            "USER-AGENT" => "it has a flag of its own: --user-agent.",
            "CONNECTION" or "PROXY-CONNECTION" or "KEEP-ALIVE" or "TRANSFER-ENCODING" or "TE" or "TRAILER" or "UPGRADE" or "EXPECT" or "ACCEPT-ENCODING" => "it tells how the request travels, which the connection decides itself.",
            var other when other.StartsWith("CONTENT-", StringComparison.Ordinal) => "it describes the body of the request, which Tributary writes.",
            _ => null,
        };
        if (reason is not null)
        {
            throw new InputException("--header", $"The header {name} cannot be set: {reason}");
        }

        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
        {
            throw new InputException("--header", "The name of a header has letters, digits and - only. Write --header \"Name: value\".");
        }
    }

    /// <exception cref="InputException">It is no proxy's address.</exception>
    public static void CheckProxy(string proxy)
    {
        // What was given may hold a password, so it is not repeated.
        if (!Uri.TryCreate(proxy, UriKind.Absolute, out var address) || address.Host.Length == 0 || address.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5"))
        {
            throw new InputException("--proxy", "That is no proxy's address. Write http://host:port, https://host:port or socks5://host:port, with user:password@ before the host if it wants them.");
        }
    }
}
