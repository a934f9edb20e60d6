namespace Tributary.Matomo;

/// <summary>How a client talks to its server.</summary>
public sealed record MatomoClientOptions
{
    /// <summary>
    /// How long the server may stay silent, before the first byte and between any two pieces of an answer. Default 5 minutes: the first request for a period may compute it.
    /// An answer that keeps coming is never cut off.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most requests under way at the same time. Default 4; there are fewer while the server answers no faster for more, or shows strain.</summary>
    public int ParallelRequests { get; init; } = 4;

    /// <summary>Requests sent in any span of 60 seconds. Default null: as many as the parallel ones come to.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>How often a request that failed for a passing reason is sent again. Default 4; 0 means never.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The wait before the first repetition; it doubles each time, with chance mixed in, up to a minute. Default 1 second. A <c>Retry-After</c> of the server goes first.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest <c>Retry-After</c> that is waited for; a longer one fails the request, which then says how long. Default 5 minutes.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Matomo's code of the language of labels and messages. Default <c>en</c>, and best left: the error rules and the name of the Others row are read in English.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The <c>User-Agent</c> header. Default null: <c>Tributary/</c> and the version.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The user name of HTTP basic authentication, for a server that wants it beside the token. Default null: none.</summary>
    public string? BasicUser { get; init; }

    /// <summary>The password that belongs to <see cref="BasicUser"/>.</summary>
    public string? BasicPassword { get; init; }

    /// <summary>Further headers of every request, for proxies that want one. Default none. Their values are treated as secrets.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The proxy. Default null: what the environment says (<c>HTTPS_PROXY</c>).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>A PEM file of certificate authorities that are trusted besides the system's. Default null: none.</summary>
    public string? CaFile { get; init; }

    /// <summary>What the server taught before, to begin with. Default null: nothing.</summary>
    public LearnedLimits? Learned { get; init; }

    /// <summary>Who is told how the server takes being asked. Default null: nobody.</summary>
    public IClientWatch? Watch { get; init; }

    /// <summary>Who lets requests begin where other clients share the server's limits. Default null: nobody, the limits are this client's own.</summary>
    public IRequestPermits? Permits { get; init; }

    /// <summary>Says nothing of passwords and header values, which a record would print.</summary>
    public override string ToString() =>
        $"Timeout {Timeout}, ParallelRequests {ParallelRequests}, RequestsPerMinute {RequestsPerMinute?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unlimited"}, Retries {Retries}, Language {Language}";

    internal void Validate()
    {
        Check(Learned is null or { ParallelRequests: >= 1, RequestsPerMinute: null or >= 1 }, nameof(Learned), Learned, "limits of 1 or more");
        Check(Timeout > TimeSpan.Zero, nameof(Timeout), Timeout, "more than 0");
        Check(ParallelRequests is >= 1 and <= 64, nameof(ParallelRequests), ParallelRequests, "1 to 64");
        Check(RequestsPerMinute is null or >= 1, nameof(RequestsPerMinute), RequestsPerMinute, "1 or more, or nothing");
        Check(Retries is >= 0 and <= 100, nameof(Retries), Retries, "0 to 100");
        Check(RetryDelay >= TimeSpan.Zero && RetryDelay <= TimeSpan.FromHours(1), nameof(RetryDelay), RetryDelay, "0 to 1 hour");
        Check(LongestWait >= TimeSpan.Zero && LongestWait <= TimeSpan.FromHours(24), nameof(LongestWait), LongestWait, "0 to 24 hours");
        Check(Language.Length >= 2 && Language.All(c => char.IsAsciiLetter(c) || c == '-'), nameof(Language), Language, "a code such as en");
        Check(BasicPassword is null || BasicUser is not null, nameof(BasicUser), BasicUser, "a name, since there is a password");
    }

    private static void Check(bool holds, string name, object? value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} is {value ?? "nothing"}; it must be {expected}.", name);
        }
    }
}
