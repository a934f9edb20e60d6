namespace Tributary.Matomo;

/// <summary>Lets requests begin where several clients, in several processes, share one server and its limits. A client asks it for each request, after its own limits let the request through.</summary>
public interface IRequestPermits
{
    /// <summary>Returns when a request may begin.</summary>
    /// <param name="parallelRequests">Most requests under way at the same time, over all clients.</param>
    /// <param name="requestsPerMinute">Most requests begun in any span of 60 seconds, over all clients; null for no limit.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>To be disposed when the request is answered: its place is free then.</returns>
    Task<IAsyncDisposable> EnterAsync(int parallelRequests, int? requestsPerMinute, CancellationToken cancellationToken);
}
