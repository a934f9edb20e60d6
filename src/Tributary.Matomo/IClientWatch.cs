namespace Tributary.Matomo;

/// <summary>Told by a client how its server takes being asked: whoever shares one server between several clients or processes keeps them in step with it.</summary>
public interface IClientWatch
{
    /// <summary>Called before each request is sent. What it throws is thrown to the caller, and nothing is sent.</summary>
    Task BeforeRequestAsync(CancellationToken cancellationToken);

    /// <summary>Called for each request that failed, before the failure is thrown or the request repeated.</summary>
    Task FailedAsync(MatomoException error);

    /// <summary>Called when the server's refusals lowered the client's limits.</summary>
    Task LearnedAsync(LearnedLimits limits);
}
