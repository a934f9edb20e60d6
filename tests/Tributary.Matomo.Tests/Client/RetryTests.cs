using Microsoft.Extensions.Time.Testing;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

public class RetryTests
{
    [Theory]
    [InlineData(503)]
    [InlineData(502)]
    [InlineData(500)]
    [InlineData(429)]
    public async Task Asks_again_after_a_failure_that_may_pass(int status)
    {
        await using var server = ScriptedServer.Start().Then(ScriptedReply.Html("", status), ScriptedReply.Html("", status), ScriptedReply.Json("""{"nb_visits":1}"""));
        using var client = Some.Client(server);
        var log = new ReplyLog();

        var result = await client.ReadAsync(Some.Visits, log, TestContext.Current.CancellationToken);

        Assert.Equal(3, result.Attempts);
        Assert.Equal(1, result.Rows);
        Assert.Equal("part row0[] nb_visits=1 end0 endpart", log.ToString());
    }

    [Fact]
    public async Task Gives_up_after_as_many_tries_as_allowed()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Html("", 503));

        var error = await Some.FailureAsync(server, Some.Options with { Retries = 2 });

        Assert.Equal(MatomoErrorKind.Unavailable, error.Kind);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(401, "Unable to authenticate with the provided token. It is either invalid or expired.", MatomoErrorKind.Authentication)]
    [InlineData(500, "Too many failed logins. Please wait and try logging in again later.", MatomoErrorKind.LockedOut)]
    [InlineData(200, "You can't access this resource as it requires 'view' access for the website id = 1.", MatomoErrorKind.AuthenticationOrNoAccess)]
    [InlineData(500, "Allowed memory size of 12582912 bytes exhausted (tried to allocate 2097152 bytes)", MatomoErrorKind.OutOfMemory)]
    [InlineData(200, "Please specify a value for 'period'.", MatomoErrorKind.InvalidParameter)]
    public async Task Never_asks_again_where_it_cannot_help_or_would_lock_the_user_out(int status, string message, MatomoErrorKind kind)
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Error(message, status));

        Assert.Equal(kind, (await Some.FailureAsync(server)).Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Asks_only_once_more_when_the_answer_is_empty_or_cut_before_its_first_row()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json(""));

        Assert.Equal(MatomoErrorKind.EmptyBody, (await Some.FailureAsync(server)).Kind);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Does_not_ask_again_once_rows_were_handed_over()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("""[{"label":"a"},{"label":"b"}]""") with { CutAfter = 17 });
        using var client = Some.Client(server);
        var log = new ReplyLog();

        var error = await Assert.ThrowsAsync<MatomoException>(() => client.ReadAsync(Some.Pages, log, TestContext.Current.CancellationToken));

        Assert.Equal(MatomoErrorKind.CutOff, error.Kind);
        Assert.Single(server.Requests);
        Assert.StartsWith("part row0[] label='a' end0", log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_as_long_as_the_server_asks()
    {
        var clock = new WatchedClock();
        await using var server = ScriptedServer.Start().Then(ScriptedReply.Html("", 429).With("Retry-After", "17"), ScriptedReply.Json("[]"));
        using var client = Some.Client(server, clock: clock);

        var reading = client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);
        await clock.WaitForAsync(TimeSpan.FromSeconds(17)).WaitAsync(TestContext.Current.CancellationToken);
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromSeconds(17));

        Assert.Equal(2, (await reading).Attempts);
    }

    [Theory]
    [InlineData(null, 0, null)]
    [InlineData(0, 0, null)]
    [InlineData(2, 0, 2)]
    [InlineData(2, 3, null)]
    [InlineData(60, 3, 60)]
    public void A_server_that_asks_for_less_time_than_we_wait_anyway_does_not_shorten_it(int? asked, int attempt, int? waits)
    {
        var error = new MatomoException(MatomoErrorKind.RateLimited, "Too many requests.") { RetryAfter = asked is { } s ? TimeSpan.FromSeconds(s) : null };

        Assert.Equal(waits is { } w ? TimeSpan.FromSeconds(w) : null, MatomoClient.AskedWait(error, attempt, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task While_the_server_asks_one_request_to_wait_no_other_is_sent()
    {
        var clock = new WatchedClock();
        await using var server = ScriptedServer.Start().Then(ScriptedReply.Json("[]"), ScriptedReply.Json("[]"), ScriptedReply.Json("[]"), ScriptedReply.Html("", 429).With("Retry-After", "17")).Always(ScriptedReply.Json("[]"));
        using var client = Some.Client(server, Some.Options with { ParallelRequests = 4 }, clock);
        await Some.AskAsync(client, 3);
        var refused = client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);
        await clock.WaitForAsync(TimeSpan.FromSeconds(17)).WaitAsync(TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(5));
        var other = client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);
        await clock.WaitForAsync(TimeSpan.FromSeconds(12)).WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(4, server.Requests.Count);
        clock.Advance(TimeSpan.FromSeconds(12));
        await Task.WhenAll(refused, other);
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task Does_not_wait_longer_than_the_options_say_but_tells_how_long_it_would_be()
    {
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Html("", 429).With("Retry-After", "3600"));

        var error = await Some.FailureAsync(server);

        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Reads_the_wait_also_when_it_is_given_as_a_date()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Html("", 503).With("Retry-After", "Wed, 25 Nov 2026 11:00:00 GMT"));
        using var client = Some.Client(server, clock: clock);

        var error = await Assert.ThrowsAsync<MatomoException>(() => client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken));

        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
    }

    [Fact]
    public async Task Sends_no_more_requests_at_the_same_time_than_allowed()
    {
        var go = new TaskCompletionSource();
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("[]") with { Before = go.Task });
        using var client = Some.Client(server, Some.Options with { ParallelRequests = 3 });

        var readings = Enumerable.Range(0, 10).Select(_ => client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken)).ToArray();
        go.SetResult();
        await Task.WhenAll(readings);

        Assert.Equal(10, server.Requests.Count);
        Assert.InRange(server.MostUnderWay, 1, 3);
    }

    [Fact]
    public async Task Sends_no_more_requests_in_a_minute_than_allowed()
    {
        var clock = new WatchedClock();
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("[]"));
        using var client = Some.Client(server, Some.Options with { RequestsPerMinute = 2 }, clock);

        await client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(20));
        await client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);
        var third = client.ReadAsync(Some.Pages, new ReplyLog(), TestContext.Current.CancellationToken);
        await clock.WaitForAsync(TimeSpan.FromSeconds(40)).WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, server.Requests.Count);
        clock.Advance(TimeSpan.FromSeconds(40));
        await third;
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Stops_waiting_for_a_server_that_stays_silent_before_or_inside_an_answer()
    {
        var never = new TaskCompletionSource();
        foreach (var silent in (ScriptedReply[])[ScriptedReply.Json("[]") with { Before = never.Task }, ScriptedReply.Json("[{}]") with { Pause = (2, never.Task) }])
        {
            var clock = new WatchedClock();
            await using var server = ScriptedServer.Start().Always(silent);
            using var client = Some.Client(server, Some.Options with { Timeout = TimeSpan.FromSeconds(77) }, clock);

            var handler = new FirstPart();
            var reading = client.ReadAsync(Some.Pages, handler, TestContext.Current.CancellationToken);
            await server.WaitForRequestsAsync(1, TestContext.Current.CancellationToken);
            if (silent.Pause is not null)
            {
                await handler.Began.WaitAsync(TestContext.Current.CancellationToken);
            }

            var advance = Task.Run(async () =>
            {
                while (!reading.IsCompleted)
                {
                    clock.Advance(TimeSpan.FromSeconds(80));
                    await Task.Yield();
                }
            }, TestContext.Current.CancellationToken);

            Assert.Equal(MatomoErrorKind.Timeout, (await Assert.ThrowsAsync<MatomoException>(() => reading)).Kind);
            await advance;
            Assert.Single(server.Requests);
        }
    }

    private sealed class FirstPart : ReplyHandler
    {
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Began => _began.Task;

        public override void BeginPart(ReplyPart part) => _began.TrySetResult();

        public override void BeginRow(int depth, ReadOnlySpan<byte> key)
        {
        }

        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
        }

        public override void EndRow(int depth)
        {
        }
    }

    [Fact]
    public async Task Cancelling_is_not_an_error_of_Matomo()
    {
        var never = new TaskCompletionSource();
        await using var server = ScriptedServer.Start().Always(ScriptedReply.Json("[{}]") with { Pause = (2, never.Task) });
        using var client = Some.Client(server);
        using var stop = new CancellationTokenSource();

        var reading = client.ReadAsync(Some.Pages, new ReplyLog(), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
