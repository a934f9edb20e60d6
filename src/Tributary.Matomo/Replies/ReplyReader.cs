using System.Text;
using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>What was read beside the rows.</summary>
internal readonly record struct ReplyEnd(long Bytes, string? Notice);

/// <summary>
/// Reads a reply with status 200 from the wire. Decides what stands there: JSON, JSON behind PHP's own messages, another page, or nothing.
/// </summary>
internal static class ReplyReader
{
    /// <summary>How much of a page is looked at to tell what it is. A sign-in page of Matomo 5.2 has 138 KB, its title in the first 500 bytes.</summary>
    public const int PageStart = 64 * 1024;

    /// <summary>Reads one report.</summary>
    public static Task<ReplyEnd> ReadAsync(Stream body, ReplyShape shape, ReplyKeys keys, ReplyHandler handler, MatomoAnswer answer, CancellationToken cancellationToken) =>
        ReadAsync(body, new ReplyParser(new ReplyTarget(shape, keys, handler, answer)), answer, JsonPump.DefaultBufferSize, cancellationToken);

    /// <summary>Reads a reply with a parser of one report or of a bulk request.</summary>
    public static async Task<ReplyEnd> ReadAsync(Stream body, ReplyParser parser, MatomoAnswer answer, int bufferSize, CancellationToken cancellationToken)
    {
        using var pump = new JsonPump(body, bufferSize);
        switch (await pump.PeekAsync(cancellationToken))
        {
            case null:
                throw answer.Empty();
            case (byte)'{' or (byte)'[':
                var trailing = await FeedAsync(pump, parser, answer, cancellationToken);
                return new ReplyEnd(pump.Bytes, trailing);
        }

        var start = AnswerText.DecodeStart((await pump.AtLeastAsync(PageStart, cancellationToken)).Span);
        if (!AnswerText.MayBePhpMessages(start))
        {
            throw answer.NotJson(start);
        }

        var spool = await NoticeSpool.WriteAsync(pump, body, cancellationToken);
        await using (spool)
        {
            return await ReadBehindNoticeAsync(spool, start, parser, answer, bufferSize, cancellationToken);
        }
    }

    private static async Task<ReplyEnd> ReadBehindNoticeAsync(FileStream spool, string start, ReplyParser parser, MatomoAnswer answer, int bufferSize, CancellationToken cancellationToken)
    {
        switch (await NoticeSpool.FindJsonAsync(spool, cancellationToken))
        {
            case (NoticeEnd.Json, var offset):
                spool.Position = 0;
                var notice = new byte[offset];
                await spool.ReadExactlyAsync(notice, cancellationToken);
                using (var pump = new JsonPump(spool, bufferSize))
                {
                    var trailing = await FeedAsync(pump, parser, answer, cancellationToken);
                    var text = AnswerText.Decode(notice) + (trailing is null ? "" : " " + trailing);
                    return new ReplyEnd(spool.Length, answer.Excerpt(text));
                }

            case (NoticeEnd.Cut, _):
                throw answer.CutOffBehind(start);
            default:
                throw answer.NotJson(start);
        }
    }

    /// <summary>Feeds the parser and says what stood behind the JSON.</summary>
    private static async Task<string?> FeedAsync(JsonPump pump, ReplyParser parser, MatomoAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            if (!await pump.FeedAsync(parser, cancellationToken))
            {
                throw answer.CutOff(pump.Bytes);
            }
        }
        catch (JsonException)
        {
            var rest = AnswerText.Decode((await pump.AtLeastAsync(1024, cancellationToken)).Span);
            throw answer.BrokenJson(rest);
        }

        if (await pump.PeekAsync(cancellationToken) is null)
        {
            return null;
        }

        var trailing = AnswerText.DecodeStart((await pump.AtLeastAsync(PageStart, cancellationToken)).Span);
        return AnswerText.MayBePhpMessages(trailing) ? answer.Excerpt(trailing) : throw answer.Trailing(trailing);
    }
}
