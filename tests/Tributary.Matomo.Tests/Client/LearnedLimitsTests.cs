using Microsoft.Extensions.Time.Testing;
using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

public class LearnedLimitsTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    private static readonly ScriptedReply TooMany = ScriptedReply.Html("", 429).With("Retry-After", "0");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refusal_halves_the_requests_at_the_same_time_and_one_alone_is_not_halved()
    {
        await using var server = ScriptedServer.Start().Then(TooMany, ScriptedReply.Json("[]"), TooMany, ScriptedReply.Json("[]"), TooMany).Always(ScriptedReply.Json("[]"));
        using var client = Some.Client(server, Some.Options with { ParallelRequests = 4 }, new FakeTimeProvider(Morning) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) });
        var learned = new List<int?>();

        for (var i = 0; i < 3; i++)
        {
            await client.ReadAsync(Some.Pages, new ReplyLog(), Stop);
            learned.Add(client.LearnedLimits?.ParallelRequests);
        }

        Assert.Equal([2, 1, 1], learned);
        Assert.Null(client.LearnedLimits!.RequestsPerMinute);
    }

    [Fact]
    public async Task Refusals_of_requests_that_were_under_way_together_count_once()
    {
        var go = new TaskCompletionSource();
        await using var server = ScriptedServer.Start().Then([.. Enumerable.Repeat(ScriptedReply.Json("[]"), 4)]).Always(TooMany with { Before = go.Task });
        using var client = Some.Client(server, Some.Options with { ParallelRequests = 4, Retries = 0 });
        await Some.AskAsync(client, 4);
        var readings = Enumerable.Range(0, 4).Select(_ => Assert.ThrowsAsync<MatomoException>(() => client.ReadAsync(Some.Pages, new ReplyLog(), Stop))).ToArray();
        await server.WaitForRequestsAsync(8, Stop);

        go.SetResult();
        await Task.WhenAll(readings);

        Assert.Equal(2, client.LearnedLimits?.ParallelRequests);
    }

    [Fact]
    public async Task When_it_is_one_at_a_time_already_fewer_are_sent_in_a_minute()
    {
        var clock = new WatchedClock();
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("[]"));
        using var client = Some.Client(server, Some.Options with { ParallelRequests = 1 }, clock);
        for (var i = 0; i < 19; i++)
        {
            await client.ReadAsync(Some.Pages, new ReplyLog(), Stop);
        }

        clock.Advance(TimeSpan.FromSeconds(10));
        server.Then(TooMany);
        var reading = client.ReadAsync(Some.Pages, new ReplyLog(), Stop);

        // Twenty were sent in the last minute, so fifteen are allowed: the repetition waits until the first ones are a minute old.
        await clock.WaitForAsync(TimeSpan.FromSeconds(50)).WaitAsync(Stop);
        Assert.Equal((1, 15), (client.LearnedLimits!.ParallelRequests, client.LearnedLimits.RequestsPerMinute));
        Assert.Equal(20, server.Requests.Count);
        clock.Advance(TimeSpan.FromSeconds(50));
        await reading;
    }

    [Fact]
    public async Task What_was_learned_holds_for_the_next_client_and_is_told_once()
    {
        var watch = new Watch();
        await using var server = ScriptedServer.Start().Then(TooMany).Always(ScriptedReply.Json("[]"));
        using (var first = Some.Client(server, Some.Options with { ParallelRequests = 3, Watch = watch }))
        {
            await first.ReadAsync(Some.Pages, new ReplyLog(), Stop);
        }

        var go = new TaskCompletionSource();
        await using var next = ScriptedServer.Start().Always(ScriptedReply.Json("[]") with { Before = go.Task });
        using var second = Some.Client(next, Some.Options with { ParallelRequests = 3, Learned = Assert.Single(watch.Learned) });
        var readings = Enumerable.Range(0, 5).Select(_ => second.ReadAsync(Some.Pages, new ReplyLog(), Stop)).ToArray();
        go.SetResult();
        await Task.WhenAll(readings);

        Assert.Equal(1, next.MostUnderWay);
        Assert.Equal([MatomoErrorKind.RateLimited], watch.Failed);
    }

    [Fact]
    public async Task More_go_together_again_when_days_have_passed_without_a_refusal()
    {
        var clock = new FakeTimeProvider(Morning);
        var go = new TaskCompletionSource();
        await using var server = ScriptedServer.Start().Then([.. Enumerable.Repeat(ScriptedReply.Json("[]"), 6)]).Always(ScriptedReply.Json("[]") with { Before = go.Task });
        using var client = Some.Client(server, Some.Options with { ParallelRequests = 8, Learned = new LearnedLimits(1, null, Morning) }, clock);

        clock.Advance(TimeSpan.FromDays(1));
        await Some.AskAsync(client, 6);
        var readings = Enumerable.Range(0, 6).Select(_ => client.ReadAsync(Some.Pages, new ReplyLog(), Stop)).ToArray();
        await server.WaitForRequestsAsync(8, Stop);
        go.SetResult();
        await Task.WhenAll(readings);

        Assert.Equal(2, server.MostUnderWay);
    }

    [Theory]
    [InlineData(0, 1, 40)]
    [InlineData(0.9, 1, 40)]
    [InlineData(1, 2, 60)]
    [InlineData(2, 4, 90)]
    [InlineData(3, 8, 135)]
    [InlineData(6, 8, 300)]
    [InlineData(7, 8, 300)]
    [InlineData(-1, 1, 40)]
    public void Limits_ease_a_step_a_day_and_never_beyond_the_options(double days, int parallel, int perMinute)
    {
        var options = new MatomoClientOptions { ParallelRequests = 8, RequestsPerMinute = 300 };

        Assert.Equal((parallel, perMinute), LearnedLimits.Apply(new LearnedLimits(1, 40, Morning), options, Morning.AddDays(days)));
    }

    [Fact]
    public async Task A_watch_holds_requests_back_and_is_told_of_failures_inside_a_bulk_request()
    {
        var watch = new Watch();
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("""[[],{"result":"error","message":"Unable to authenticate with the provided token. It is either invalid or expired."}]"""));
        using var client = Some.Client(server, Some.Options with { Watch = watch });

        await client.ReadBulkAsync([new BulkItem(Some.Pages, new ReplyLog()), new BulkItem(Some.Pages, new ReplyLog())], Stop);
        watch.Holds = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ReadAsync(Some.Pages, new ReplyLog(), Stop));

        Assert.Equal([MatomoErrorKind.Authentication], watch.Failed);
        Assert.Single(server.Requests);
    }

    private sealed class Watch : IClientWatch
    {
        public List<LearnedLimits> Learned { get; } = [];

        public List<MatomoErrorKind> Failed { get; } = [];

        public bool Holds { get; set; }

        public Task BeforeRequestAsync(CancellationToken cancellationToken) => Holds ? throw new InvalidOperationException("Not now.") : Task.CompletedTask;

        public Task FailedAsync(MatomoException error)
        {
            Failed.Add(error.Kind);
            return Task.CompletedTask;
        }

        public Task LearnedAsync(LearnedLimits limits)
        {
            Learned.Add(limits);
            return Task.CompletedTask;
        }
    }
}
