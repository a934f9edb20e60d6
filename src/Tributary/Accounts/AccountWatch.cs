using Tributary.Matomo;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary.Accounts;

/// <summary>
/// Keeps all clients of one account in step, over processes: after a first refusal of the token none of them asks again until a person mended the account,
/// and what one learns about the server's limits the next begins with.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="store">Where its state stands.</param>
/// <param name="prove">Asks the server once whether it takes the token at all.</param>
/// <param name="clock">The time.</param>
internal sealed class AccountWatch(AccountRecord account, AccountStore store, Func<CancellationToken, Task> prove, TimeProvider clock) : IClientWatch, IDisposable
{
    private static readonly TimeSpan UsedEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ProvenFor = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _proving = new(1);
    private volatile MatomoException? _refusal;
    private volatile bool _isStored;
    private DateTimeOffset _usedAt;
    private DateTimeOffset _provenUntil;

    /// <inheritdoc/>
    public void Dispose() => _proving.Dispose();

    /// <inheritdoc/>
    public async Task BeforeRequestAsync(CancellationToken cancellationToken)
    {
        if (_refusal is { } fresh && !_isStored)
        {
            throw Again(fresh);
        }

        if (await store.StateAsync(account.Id, cancellationToken) is (AccountConnections.NeedsAttention, var reason))
        {
            throw _refusal is { } known ? Again(known) : AccountConnections.WaitsForYou(account.Name, reason);
        }

        _refusal = null;
        if (clock.GetUtcNow() - _usedAt >= UsedEvery)
        {
            _usedAt = clock.GetUtcNow();
            await store.SetUsedAsync(account.Id, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task FailedAsync(MatomoException error)
    {
        if (RunErrors.StopsAccount(error))
        {
            await StopAsync(error);
        }
        else if (error.Kind == MatomoErrorKind.AuthenticationOrNoAccess)
        {
            await ProveAsync();
        }
    }

    /// <inheritdoc/>
    public Task LearnedAsync(LearnedLimits limits) => store.SetLearnedAsync(account.Id, StoreJson.Write(limits), CancellationToken.None);

    /// <summary>Matomo 4 answers a wrong token and a missing right to one site alike. Each wrong token counts towards a lockout, so one question tells which it is.</summary>
    private async Task ProveAsync()
    {
        await _proving.WaitAsync();
        try
        {
            if (_refusal is not null || clock.GetUtcNow() < _provenUntil)
            {
                return;
            }

            await prove(CancellationToken.None);
            _provenUntil = clock.GetUtcNow() + ProvenFor;
        }
        catch (MatomoException error) when (RunErrors.StopsAccount(error))
        {
            await StopAsync(error);
        }
        catch (MatomoException)
        {
            // The server has trouble of its own; the failure at hand tells of it.
        }
        finally
        {
            _proving.Release();
        }
    }

    private async Task StopAsync(MatomoException error)
    {
        _isStored = false;
        _refusal = error;
        await store.StopAsync(account.Id, error.Message, CancellationToken.None);
        _isStored = true;
    }

    private static MatomoException Again(MatomoException refusal) =>
        new(refusal.Kind, refusal.Message) { Method = refusal.Method, HttpStatus = refusal.HttpStatus, ApiMessage = refusal.ApiMessage };
}
