using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

/// <summary>Values most tests do not care about.</summary>
internal static class Some
{
    /// <summary>Options that do not wait between tries.</summary>
    public static MatomoClientOptions Options { get; } = new() { RetryDelay = TimeSpan.Zero };

    public static MatomoRequest Visits { get; } = new()
    {
        Method = "VisitsSummary.get",
        Shape = ReplyShape.Row,
        Site = 1,
        Period = MatomoPeriod.Day,
        From = new DateOnly(2026, 10, 14),
    };

    public static MatomoRequest Pages { get; } = Visits with { Method = "Actions.getPageUrls", Shape = ReplyShape.Table, Flat = true };

    public static MatomoClient Client(ScriptedServer server, MatomoClientOptions? options = null, TimeProvider? clock = null) =>
        new(MatomoEndpoint.Parse(server.Address.AbsoluteUri), new AccessToken(CanaryToken.Value), options ?? Options, clock ?? TimeProvider.System);

    /// <summary>Asks one after another, so that the client has heard the server answer before.</summary>
    public static async Task AskAsync(MatomoClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await client.ReadAsync(Pages, new ReplyLog(), TestContext.Current.CancellationToken);
        }
    }

    public static async Task<MatomoException> FailureAsync(ScriptedServer server, MatomoClientOptions? options = null)
    {
        using var client = Client(server, options);
        return await Assert.ThrowsAsync<MatomoException>(() => client.ReadAsync(Pages, new Replies.ReplyLog(), TestContext.Current.CancellationToken));
    }
}

/// <summary>A clock that tells the test when something begins to wait for a given time.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> _waits = new();

    public Task WaitForAsync(TimeSpan wait) => Of(wait).Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(base.CreateTimer(callback, state, dueTime, period), this);
        Of(dueTime).TrySetResult();
        return timer;
    }

    private TaskCompletionSource Of(TimeSpan wait) => _waits.GetOrAdd(wait, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class WatchedTimer(ITimer inner, WatchedClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = inner.Change(dueTime, period);
            clock.Of(dueTime).TrySetResult();
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
