using System.Text;
using Tributary.Matomo.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Replies;

public class BulkTests
{
    private static readonly MatomoAnswer Answer = new() { Method = "API.getBulkRequest" };

    [Fact]
    public async Task Hands_each_answer_to_its_own_handler()
    {
        var (calls, errors, parser) = await ReadAsync(
            """[[{"a":1}],{"b":2},{"2026-10-14":[]},{"value":"5.2.0"}]""",
            (ReplyShape.Table, ReplyKeys.None),
            (ReplyShape.Row, ReplyKeys.None),
            (ReplyShape.Row, ReplyKeys.Dates),
            (ReplyShape.Scalar, ReplyKeys.None));

        Assert.Equal(
            ["part row0[] a=1 end0 endpart", "part row0[] b=2 end0 endpart", "part(,2026-10-14) endpart", "part row0[] value='5.2.0' end0 endpart"],
            calls);
        Assert.All(errors, Assert.Null);
        Assert.Equal(4, parser.Items);
    }

    [Fact]
    public async Task Keeps_the_other_answers_when_one_is_an_error_or_of_another_shape()
    {
        var (calls, errors, _) = await ReadAsync(
            """[{"result":"error","message":"NoDataForAction"},[{"a":{"x":[1]}},7,{"a":[[2]]}],7,{"b":2},{"bad":[{}]}]""",
            (ReplyShape.Row, ReplyKeys.None),
            (ReplyShape.Table, ReplyKeys.None),
            (ReplyShape.Table, ReplyKeys.None),
            (ReplyShape.Row, ReplyKeys.None),
            (ReplyShape.Row, ReplyKeys.Dates));

        Assert.Equal("part row0[] b=2 end0 endpart", calls[3]);
        Assert.Equal(
            [MatomoErrorKind.NoDataForAction, MatomoErrorKind.UnexpectedReply, MatomoErrorKind.UnexpectedReply, null, MatomoErrorKind.UnexpectedReply],
            errors.Select(e => e?.Kind));
        Assert.Equal("", calls[0]);
    }

    [Fact]
    public async Task Throws_when_the_whole_bulk_request_fails() => Assert.Equal(
        MatomoErrorKind.Authentication,
        (await Assert.ThrowsAsync<MatomoException>(() => ReadAsync(
            """{"result":"error","message":"Unable to authenticate with the provided token. It is either invalid or expired."}""",
            (ReplyShape.Row, ReplyKeys.None)))).Kind);

    [Theory]
    [InlineData("[{},{}]")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"result":"success","message":"ok"}""")]
    public async Task Refuses_more_answers_than_items_and_other_shapes(string body) => Assert.Equal(
        MatomoErrorKind.UnexpectedReply,
        (await Assert.ThrowsAsync<MatomoException>(() => ReadAsync(body, (ReplyShape.Row, ReplyKeys.None)))).Kind);

    [Theory]
    [InlineData("5.2/Bulk/mixed.post", 10)]
    [InlineData("5.2/Bulk/ten_days.post", 10)]
    [InlineData("4.16/Bulk/mixed.post", 10)]
    public async Task Reads_recorded_bulk_answers(string id, int items)
    {
        var recording = Recordings.Get(id);
        var targets = Enumerable.Range(0, items).Select(_ => new ReplyTarget(ReplyShape.List, ReplyKeys.None, new ReplyLog(), Answer)).ToArray();
        var parser = ReplyParser.ForBulk(targets);

        await ReplyReader.ReadAsync(new MemoryStream(recording.Body), parser, Answer, 100, TestContext.Current.CancellationToken);

        Assert.Equal(items, parser.Items);
        Assert.All(targets.Zip(parser.ItemErrors), pair => Assert.True(pair.Second is not null || pair.First.Handler.ToString() != ""));
    }

    private static async Task<(IReadOnlyList<string> Calls, IReadOnlyList<MatomoException?> Errors, ReplyParser Parser)> ReadAsync(string body, params (ReplyShape Shape, ReplyKeys Keys)[] items)
    {
        var targets = items.Select(i => new ReplyTarget(i.Shape, i.Keys, new ReplyLog(), Answer)).ToArray();
        var parser = ReplyParser.ForBulk(targets);
        await ReplyReader.ReadAsync(new PieceStream(Encoding.UTF8.GetBytes(body), 3), parser, Answer, 4, TestContext.Current.CancellationToken);
        return ([.. targets.Select(t => t.Handler.ToString()!)], parser.ItemErrors, parser);
    }
}
