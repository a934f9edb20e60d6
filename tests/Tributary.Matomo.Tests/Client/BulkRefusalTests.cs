using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Client;

/// <summary>Servers, and what stands before them, that do not take bulk requests, or not so many items.</summary>
public class BulkRefusalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(403, "<html><body>Forbidden</body></html>", true)]
    [InlineData(200, """{"result":"error","message":"Bulk requests are switched off here."}""", false)]
    public async Task Items_are_asked_one_by_one_where_no_bulk_request_is_taken(int status, string refusal, bool isPage)
    {
        await using var server = ScriptedServer.Start().Always(r => r.Method != "API.getBulkRequest" ? ScriptedReply.Json("""[{"a":1}]""") : isPage ? ScriptedReply.Html(refusal, status) : ScriptedReply.Json(refusal, status));
        using var client = Some.Client(server);

        var first = await AskAsync(client, 6);
        var refused = server.Requests.Count(IsBulk);
        var second = await AskAsync(client, 6);

        Assert.All(first.Concat(second), rows => Assert.Equal("part row0[] a=1 end0 endpart", rows));
        Assert.InRange(refused, 1, 4);
        Assert.Equal(refused, server.Requests.Count(IsBulk));
    }

    [Fact]
    public async Task One_item_that_fails_alone_too_says_nothing_of_bulk_requests()
    {
        await using var server = ScriptedServer.Start()
            .Then(ScriptedReply.Error("Something is wrong with this report."), ScriptedReply.Error("Something is wrong with this report."))
            .Always(r => IsBulk(r) ? Answers(r, most: 3) : ScriptedReply.Error("Only in bulk."));
        using var client = Some.Client(server);

        var alone = await client.ReadBulkAsync([new BulkItem(Some.Pages, new ReplyLog())], Stop);
        var rows = await AskAsync(client, 6);

        Assert.Equal(MatomoErrorKind.Api, alone.Errors[0]!.Kind);
        Assert.All(rows, r => Assert.Equal("part row0[] a=1 end0 endpart", r));
    }

    private static async Task<IReadOnlyList<string>> AskAsync(MatomoClient client, int items)
    {
        List<ReplyLog> logs = [.. Enumerable.Range(0, items).Select(_ => new ReplyLog())];
        (await client.ReadBulkAsync([.. logs.Select(l => new BulkItem(Some.Pages, l))], Stop)).ThrowFirst();
        return [.. logs.Select(l => l.ToString())];
    }

    private static bool IsBulk(ScriptedRequest request) => request.Method == "API.getBulkRequest";

    private static ScriptedReply Answers(ScriptedRequest request, int most)
    {
        var items = request.Form.Count(f => f.Key.StartsWith("urls[", StringComparison.Ordinal));
        return items > most ? ScriptedReply.Error($"Only {most} requests are allowed in a bulk request.") : ScriptedReply.Json("[" + string.Join(',', Enumerable.Repeat("""[{"a":1}]""", items)) + "]");
    }
}
