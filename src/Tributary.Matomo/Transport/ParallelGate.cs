namespace Tributary.Matomo.Transport;

/// <summary>Lets so many requests through at the same time; how many may change while some are under way. Those a person waits for go before the others.</summary>
internal sealed class ParallelGate
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _urgent = new();
    private readonly LinkedList<TaskCompletionSource> _patient = new();
    private int _limit;
    private int _inside;

    public ParallelGate(int limit) => _limit = limit;

    /// <summary>Whether somebody waits for a place.</summary>
    public bool IsWanted
    {
        get
        {
            lock (_gate)
            {
                return _urgent.Count + _patient.Count > 0;
            }
        }
    }

    /// <summary>Returns when there is a place.</summary>
    public async Task WaitAsync(bool isUrgent, CancellationToken cancellationToken)
    {
        var waiting = isUrgent ? _urgent : _patient;
        LinkedListNode<TaskCompletionSource> node;
        lock (_gate)
        {
            if (_inside < _limit && _urgent.Count == 0 && (isUrgent || _patient.Count == 0))
            {
                _inside++;
                return;
            }

            node = waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var registration = cancellationToken.Register(() => node.Value.TrySetCanceled(cancellationToken));
        try
        {
            await node.Value.Task;
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (node.List is not null)
                {
                    waiting.Remove(node);
                }
            }

            throw;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            _inside--;
            LetIn();
        }
    }

    /// <summary>Those inside stay; the next comes in when there are fewer than the limit.</summary>
    public void SetLimit(int limit)
    {
        lock (_gate)
        {
            _limit = Math.Max(1, limit);
            LetIn();
        }
    }

    private void LetIn()
    {
        while (_inside < _limit && (_urgent.First ?? _patient.First) is { } next)
        {
            next.List!.Remove(next);
            if (next.Value.TrySetResult())
            {
                _inside++;
            }
        }
    }
}
