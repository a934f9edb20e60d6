using Tributary.Matomo.Replies;
using Tributary.Matomo.Tests.Replies;
using Tributary.Matomo.Transport;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

/// <summary>How many requests go at the same time, on servers that are reckoned instead of run: so many places, and what an answer costs.</summary>
public class ParallelPaceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_settles_near_what_the_server_works_on_at_the_same_time(int places)
    {
        var limits = Simulate(new ParallelPace(8), _ => places, _ => 0.1, 400);

        Assert.InRange(limits.TakeLast(200).Average(), places - 0.5, (2.5 * places) + 0.5);
        Assert.InRange(limits.Max(), places, 8);
    }

    [Fact]
    public void It_uses_all_it_may_where_every_request_costs_the_way_there_and_no_more()
    {
        var limits = Simulate(new ParallelPace(4), _ => 100, _ => 0.2, 40);

        Assert.Equal(1, limits[0]);
        Assert.All(limits.Skip(6), l => Assert.Equal(4, l));
    }

    [Fact]
    public void It_follows_a_server_that_has_less_to_give_than_before_and_then_more_again()
    {
        var limits = Simulate(new ParallelPace(6), n => n is >= 200 and < 600 ? 2 : 6, _ => 0.1, 1_200);

        Assert.InRange(limits.Skip(100).Take(100).Average(), 5, 6);
        Assert.InRange(limits.Skip(450).Take(150).Average(), 1.5, 5.2);
        Assert.InRange(limits.TakeLast(200).Average(), 5, 6);
    }

    [Fact]
    public void Answers_of_many_lengths_do_not_drive_it_to_one_at_a_time()
    {
        var random = new Random(5);
        var pace = new ParallelPace(4);
        var limits = Simulate(pace, _ => 4, _ => 0.016 + (random.NextDouble() < 0.2 ? 0.3 * random.NextDouble() : 0), 600);

        Assert.InRange(limits.TakeLast(300).Average(), 2.9, 4);
    }

    [Fact]
    public void A_strain_halves_it_once_however_many_requests_were_under_way()
    {
        var pace = new ParallelPace(8);
        for (var i = 0; i < 7; i++)
        {
            pace.Answered(1, 0, TimeSpan.FromMilliseconds(20 * i), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20 * (i + 1)), isWanted: true);
        }

        Assert.Equal(8, pace.Limit);
        for (var i = 0; i < 8; i++)
        {
            pace.Strained(TimeSpan.FromMilliseconds(150 + i), TimeSpan.FromMilliseconds(200 + i));
        }

        Assert.Equal(4, pace.Limit);
        pace.Strained(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(400));
        Assert.Equal(2, pace.Limit);
    }

    [Fact]
    public async Task What_a_person_waits_for_goes_before_what_waits_already()
    {
        var go = new TaskCompletionSource();
        await using var server = ScriptedServer.Start().Then(ScriptedReply.Json("[]") with { Before = go.Task }).Always(ScriptedReply.Json("[]"));
        using var client = Some.Client(server, Some.Options with { ParallelRequests = 1 });
        var first = client.ReadAsync(Some.Pages, new ReplyLog(), Stop);
        await server.WaitForRequestsAsync(1, Stop);
        var patient = Enumerable.Range(0, 3).Select(_ => client.ReadAsync(Some.Pages, new ReplyLog(), Stop)).ToArray();
        var urgent = client.Urgent.GetSitesAsync(Stop);

        go.SetResult();
        await Task.WhenAll([first, .. patient, urgent]);

        Assert.Equal("SitesManager.getSitesWithAtLeastViewAccess", server.Requests[1].Query["method"]);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place()
    {
        var gate = new ParallelGate(1);
        await gate.WaitAsync(isUrgent: false, Stop);
        using var givesUp = new CancellationTokenSource();
        var gone = gate.WaitAsync(isUrgent: false, givesUp.Token);
        var next = gate.WaitAsync(isUrgent: false, Stop);

        await givesUp.CancelAsync();
        gate.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await next;
        Assert.False(gate.WaitAsync(isUrgent: true, Stop).IsCompleted);
    }

    /// <summary>A client that always has something to ask, against a server with places; the rest waits its turn there. Returns the limit as each request was sent.</summary>
    private static List<int> Simulate(ParallelPace pace, Func<int, int> places, Func<int, double> seconds, int requests)
    {
        var limits = new List<int>();
        var underWay = new PriorityQueue<(double Sent, double Ends), double>();
        var free = new List<double>();
        var now = 0.0;
        for (var sent = 0; sent < requests;)
        {
            while (underWay.Count < pace.Limit && sent < requests)
            {
                limits.Add(pace.Limit);
                var count = places(sent);
                free.RemoveAll(f => f <= now);
                free.Sort();
                var begins = free.Count < count ? now : free[^count];
                var ends = Math.Max(begins, now) + seconds(sent);
                free.Add(ends);
                underWay.Enqueue((now, ends), ends);
                sent++;
            }

            var (at, end) = underWay.Dequeue();
            now = end;
            pace.Answered(1, 0, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(end - at), TimeSpan.FromSeconds(now), isWanted: true);
        }

        return limits;
    }
}
