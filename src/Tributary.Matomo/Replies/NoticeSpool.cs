using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>What stands behind PHP's messages.</summary>
internal enum NoticeEnd
{
    /// <summary>No JSON.</summary>
    Nothing,

    /// <summary>A JSON document to the end of the body.</summary>
    Json,

    /// <summary>A JSON document that the body ends in the middle of.</summary>
    Cut,
}

/// <summary>
/// Finds the JSON behind PHP's messages (<c>display_errors</c> on). The message may hold brackets itself, and only the end of the body tells which bracket begins the JSON;
/// so the body goes to a temporary file, which the system deletes, instead of into memory.
/// </summary>
internal static class NoticeSpool
{
    /// <summary>Messages longer than this are not searched for JSON.</summary>
    private const int LongestNotice = 256 * 1024;

    public static async Task<FileStream> WriteAsync(JsonPump pump, Stream body, CancellationToken cancellationToken)
    {
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            });
        await file.WriteAsync(pump.Unread, cancellationToken);
        pump.Drop();
        if (!pump.AtEnd)
        {
            await body.CopyToAsync(file, cancellationToken);
        }

        return file;
    }

    /// <summary>
    /// Finds the JSON of the reply: the first bracket from which the rest is JSON; where messages follow it too, the longest document, since a message may
    /// hold a small one itself ("Undefined array key []").
    /// </summary>
    public static async Task<(NoticeEnd End, int Offset)> FindJsonAsync(FileStream file, CancellationToken cancellationToken)
    {
        var start = new byte[Math.Min(LongestNotice, file.Length)];
        file.Position = 0;
        await file.ReadExactlyAsync(start, cancellationToken);
        var (longest, at) = (0L, -1);
        for (var offset = 0; offset < start.Length; offset++)
        {
            if (start[offset] is not ((byte)'{' or (byte)'['))
            {
                continue;
            }

            file.Position = offset;
            switch (await CheckAsync(file, cancellationToken))
            {
                case (NoticeEnd.Json, null, _):
                    return (NoticeEnd.Json, offset);
                case (NoticeEnd.Json, _, var length):
                    (longest, at) = length > longest ? (length, offset) : (longest, at);
                    // What stands inside this document is none of its own.
                    offset += (int)Math.Min(length - 1, start.Length);
                    break;
                case (NoticeEnd.Cut, _, _):
                    // A document that is whole but for its end decides too: going on would take an empty list inside a cut reply for the reply.
                    return (NoticeEnd.Cut, offset);
            }
        }

        return at < 0 ? (NoticeEnd.Nothing, 0) : (NoticeEnd.Json, at);
    }

    /// <summary>Looks at what begins at the file's position: how it ends, what follows it, and how many bytes of JSON it has.</summary>
    private static async Task<(NoticeEnd End, string? Trailing, long Length)> CheckAsync(FileStream file, CancellationToken cancellationToken)
    {
        using var pump = new JsonPump(file);
        try
        {
            if (!await pump.FeedAsync(new JsonCheck(), cancellationToken))
            {
                return (NoticeEnd.Cut, null, 0);
            }
        }
        catch (JsonException)
        {
            return (NoticeEnd.Nothing, null, 0);
        }

        var length = pump.Bytes - pump.Unread.Length;
        if (await pump.PeekAsync(cancellationToken) is null)
        {
            return (NoticeEnd.Json, null, length);
        }

        var trailing = AnswerText.DecodeStart((await pump.AtLeastAsync(ReplyReader.PageStart, cancellationToken)).Span);
        return (AnswerText.IsPhpMessage(trailing) ? NoticeEnd.Json : NoticeEnd.Nothing, trailing, length);
    }
}
