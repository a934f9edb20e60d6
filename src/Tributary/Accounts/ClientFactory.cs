using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Accounts;

/// <summary>Makes the client of an account. What a person gave and no client can be made of is told at its flag.</summary>
internal static class ClientFactory
{
    /// <exception cref="InputException">An address or setting cannot be used.</exception>
    public static MatomoClient Create(string url, AccessToken token, AccountSettings settings, AccountSecrets hidden, LearnedLimits? learned, IClientWatch? watch, TimeProvider clock, IRequestPermits? permits = null)
    {
        var endpoint = EndpointOf(url);
        try
        {
            return new MatomoClient(
                endpoint,
                token,
                new MatomoClientOptions
                {
                    ParallelRequests = settings.ParallelRequests,
                    RequestsPerMinute = settings.RequestsPerMinute,
                    Language = settings.Language,
                    UserAgent = settings.UserAgent,
                    CaFile = settings.CaFile,
                    Headers = hidden.Headers,
                    BasicUser = hidden.BasicUser,
                    BasicPassword = hidden.BasicPassword,
                    Proxy = hidden.Proxy is { } proxy ? new Uri(proxy) : null,
                    Learned = learned,
                    Watch = watch,
                    Permits = permits,
                },
                clock);
        }
        catch (ArgumentException error)
        {
            throw new InputException(FlagOf(error.ParamName), error.Message.Split(" (Parameter '")[0]);
        }
    }

    /// <exception cref="InputException">It is no address.</exception>
    public static MatomoEndpoint EndpointOf(string url)
    {
        try
        {
            return MatomoEndpoint.Parse(url);
        }
        catch (ArgumentException error)
        {
            throw new InputException("--url", error.Message);
        }
    }

    private static string FlagOf(string? parameter) => parameter switch
    {
        nameof(MatomoClientOptions.ParallelRequests) => "--parallel",
        nameof(MatomoClientOptions.RequestsPerMinute) => "--requests-per-minute",
        nameof(MatomoClientOptions.Language) => "--language",
        "file" => "--ca-file",
        _ => "--header",
    };
}
