using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Planning;

namespace Tributary.Runs;

/// <summary>Sends the requests of several windows as one bulk request, once each of them has asked or has left.</summary>
internal sealed class BulkPost(MatomoClient client, int windows, CancellationToken cancellationToken)
{
    private readonly Lock _gate = new();
    private readonly List<Letter> _letters = [];
    private readonly HashSet<Window> _heard = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many windows share the request.</summary>
    public int Windows => windows;

    /// <summary>Whether the bulk request as a whole was not answered.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Asks for one window's report.</summary>
    public async Task<ReadResult> ReadAsync(Window window, MatomoRequest request, ReplyHandler handler)
    {
        var letter = new Letter(request, new CountingHandler(handler));
        bool isLast;
        lock (_gate)
        {
            _letters.Add(letter);
            _heard.Add(window);
            isLast = _heard.Count == windows;
        }

        if (isLast)
        {
            await SendAsync();
        }

        return await letter.Answer.Task;
    }

    /// <summary>A window is done, whether it has asked or not: the others need not wait for it.</summary>
    public async Task LeaveAsync(Window window)
    {
        bool isLast;
        lock (_gate)
        {
            isLast = _heard.Add(window) && _heard.Count == windows && _letters.Count > 0;
        }

        if (isLast)
        {
            await SendAsync();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            var result = await client.ReadBulkAsync([.. _letters.Select(l => new BulkItem(l.Request, l.Handler))], cancellationToken);
            for (var i = 0; i < _letters.Count; i++)
            {
                if (result.Errors[i] is { } error)
                {
                    _letters[i].Answer.SetException(error);
                    continue;
                }

                // The request counts once; its bytes and time are not told item by item.
                _letters[i].Answer.SetResult(new ReadResult(
                    result.Bytes / _letters.Count, _letters[i].Handler.Rows, i == 0 ? result.Attempts : 0, result.Waited / _letters.Count, result.Waited / _letters.Count, result.Notice));
            }
        }
        catch (Exception error)
        {
            HasFailed = true;
            _letters.ForEach(l => l.Answer.TrySetException(error));
        }
    }

    private sealed record Letter(MatomoRequest Request, CountingHandler Handler)
    {
        public TaskCompletionSource<ReadResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
