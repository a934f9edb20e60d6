using System.Net;

namespace Tributary.SampleMatomo.Http;

internal sealed record User(string Login, bool IsSuper, IReadOnlyList<int> Sites)
{
    public static User Anonymous { get; } = new("anonymous", false, []);

    public bool MayView(int site) => IsSuper || Sites.Contains(site);
}

/// <summary>Tokens and the lock that closes after too many wrong ones.</summary>
internal sealed class Access(SampleTokens tokens, IReadOnlyList<int> sites, TimeProvider clock, ServerVersion version)
{
    // Login's defaults: 20 attempts within 60 minutes.
    private const int AllowedFailures = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, List<DateTimeOffset>> _failures = [];

    public User Authenticate(string? inQuery, string? inBody, IPAddress from)
    {
        var token = inBody ?? inQuery;
        if (token is null or "anonymous")
        {
            return User.Anonymous;
        }

        if (IsLocked(from))
        {
            throw new ApiException(500, "Too many failed logins. Please wait and try logging in again later.") { BeforeDispatch = true };
        }

        if (token == tokens.Super)
        {
            return new User("admin", true, sites);
        }

        if (token == tokens.View)
        {
            return new User("viewer", false, [.. sites.SkipLast(sites.Count > 1 ? 1 : 0)]);
        }

        if (token == tokens.SecureOnly && (inQuery is null || version.IsFour))
        {
            return new User("secure", false, sites);
        }

        lock (_lock)
        {
            (_failures.TryGetValue(from, out var failures) ? failures : _failures[from] = []).Add(clock.GetUtcNow());
        }

        // A wrong token is no token to Matomo 4.
        if (version.IsFour)
        {
            return User.Anonymous;
        }

        throw new ApiException(401, inQuery is null
            ? "Unable to authenticate with the provided token. It is either invalid or expired."
            : "Unable to authenticate with the provided token. It is either invalid, expired or is required to be sent as a POST parameter.")
        {
            BeforeDispatch = true,
        };
    }

    private bool IsLocked(IPAddress from)
    {
        lock (_lock)
        {
            return _failures.TryGetValue(from, out var failures) && failures.Count(f => clock.GetUtcNow() - f < Window) > AllowedFailures;
        }
    }
}
