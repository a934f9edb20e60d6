using Tributary.Model;
using Tributary.Store;

namespace Tributary.Accounts;

/// <summary>Secrets go where they were given for: another server, or another proxy on the way to it, gets none of those that are kept.</summary>
internal static class KeptSecrets
{
    /// <summary>Whether what is sent to one address would come to somebody else at another. Another path is the same server, and so is the same host spoken to encrypted from now on.</summary>
    /// <param name="url">The address as it is.</param>
    /// <param name="proxy">The proxy as it is; null for none.</param>
    /// <param name="newUrl">The address as it is to be.</param>
    /// <param name="newProxy">The proxy as it is to be; null for none.</param>
    public static bool LeadElsewhere(string url, string? proxy, string newUrl, string? newProxy)
    {
        var (from, to) = (new Uri(url), new Uri(newUrl));
        var isEncryptedNow = from.Scheme == Uri.UriSchemeHttp && to.Scheme == Uri.UriSchemeHttps && from.IsDefaultPort && to.IsDefaultPort;
        return !string.Equals(from.IdnHost, to.IdnHost, StringComparison.OrdinalIgnoreCase)
            || (!isEncryptedNow && (from.Scheme != to.Scheme || from.Port != to.Port))
            || (newProxy is not null && newProxy != proxy);
    }

    /// <summary>Refuses a change by which kept secrets would be sent elsewhere.</summary>
    /// <param name="kept">The secrets as they are.</param>
    /// <param name="edit">The change.</param>
    /// <exception cref="InputException">Something of them is neither given again nor taken away.</exception>
    public static void Refuse(AccountSecrets kept, AccountEdit edit)
    {
        const string Why = "Another server or proxy gets no secret that was given for the one before.";
        List<Problem> problems = [];
        if (edit.Token is null)
        {
            problems.Add(new Problem("--token-env", $"{Why} Give the token again together with the address."));
        }

        if (kept.Headers.Keys.Where(h => !edit.Connection.Headers.Keys.Contains(h, StringComparer.OrdinalIgnoreCase)).Order(StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } headers)
        {
            problems.Add(new Problem("--header", $"{Why} Give {string.Join(", ", headers)} again, or take {(headers.Count == 1 ? "it" : "them")} away with an empty value."));
        }

        if (kept.BasicUser is not null && edit.Connection.Basic is null)
        {
            problems.Add(new Problem("--basic-env", $"{Why} Give the HTTP basic credentials again, or take them away with an empty text."));
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }
    }
}
