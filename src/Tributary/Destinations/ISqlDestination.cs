using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>A destination that answers SQL in its engine's own dialect.</summary>
public interface ISqlDestination : IDestination
{
    /// <summary>Runs one statement that reads, within limits. It can change nothing; what it can reach is up to the rights of the account that is signed in.</summary>
    /// <exception cref="TributaryException"><c>query.too_long</c>: it took longer than the limit. <c>query.sql</c>: it is not one statement that reads, or the engine refuses it.</exception>
    Task<QueryResult> QueryAsync(string sql, QueryLimits limits, CancellationToken cancellationToken);
}
