using Tributary.Model;
using Tributary.Store;

namespace Tributary.Accounts;

/// <summary>What is to change of a connection's limits and extras: null leaves a thing as it is, an empty text takes it away.</summary>
public sealed record ConnectionChange
{
    /// <summary>Requests a minute; 0 for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Requests at the same time.</summary>
    public int? ParallelRequests { get; init; }

    /// <summary>The language of labels.</summary>
    public string? Language { get; init; }

    /// <summary>The User-Agent header.</summary>
    public string? UserAgent { get; init; }

    /// <summary>A PEM file of certificate authorities.</summary>
    public string? CaFile { get; init; }

    /// <summary>Further headers by name; the others stay.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>HTTP basic credentials, <c>user:password</c>.</summary>
    public string? Basic { get; init; }

    /// <summary>A proxy's address, with credentials if it wants some.</summary>
    public string? Proxy { get; init; }

    internal bool ChangesLimits => RequestsPerMinute is not null || ParallelRequests is not null;

    /// <summary>Says nothing of secrets, which a record would print.</summary>
    public override string ToString() => "***";

    internal AccountSettings Of(AccountSettings settings) => settings with
    {
        RequestsPerMinute = RequestsPerMinute is null ? settings.RequestsPerMinute : RequestsPerMinute is 0 ? null : RequestsPerMinute,
        ParallelRequests = ParallelRequests ?? settings.ParallelRequests,
        Language = Language ?? settings.Language,
        UserAgent = OrNone(UserAgent, settings.UserAgent),
        CaFile = OrNone(CaFile is { Length: > 0 } file ? Path.GetFullPath(file) : CaFile, settings.CaFile),
    };

    /// <exception cref="InputException">One of them cannot be sent.</exception>
    internal AccountSecrets Of(AccountSecrets secrets)
    {
        var headers = new Dictionary<string, string>(secrets.Headers, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Headers)
        {
            if (value.Length == 0)
            {
                headers.Remove(name);
                continue;
            }

            HeaderRules.Check(name);
            headers[name] = value;
        }

        var changed = secrets with { Headers = headers, Proxy = OrNone(Proxy, secrets.Proxy) };
        if (Proxy is { Length: > 0 })
        {
            HeaderRules.CheckProxy(Proxy);
        }

        return Basic switch
        {
            null => changed,
            "" => changed with { BasicUser = null, BasicPassword = null },
            _ when Basic.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon => changed with { BasicUser = Basic[..colon], BasicPassword = Basic[(colon + 1)..] },
            _ => throw new InputException("--basic-env", "HTTP basic credentials are a user, a colon and a password: user:password."),
        };
    }

    private static string? OrNone(string? given, string? before) => given is null ? before : given.Length == 0 ? null : given;
}
