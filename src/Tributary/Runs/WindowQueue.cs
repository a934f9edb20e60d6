using Tributary.Planning;

namespace Tributary.Runs;

/// <summary>
/// The windows of a run that are still to be read, newest dates first, cut to size only as each is taken: by then the windows before it have taught how long the replies are.
/// Used by several readers at once.
/// </summary>
internal sealed class WindowQueue
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Window, (int Age, int Site, int Order)> _queue = new();
    private readonly HashSet<(int Site, string? Segment)> _skipped = [];
    private readonly ReportPace _pace;
    private readonly bool _mayBulk;
    private int _order;
    private int _size;
    private int _pieces;

    /// <param name="windows">As long as their dates lie side by side.</param>
    /// <param name="pace">How many partitions to ask for at once.</param>
    /// <param name="mayBulk">Whether several windows can be one bulk request.</param>
    public WindowQueue(IEnumerable<Window> windows, ReportPace pace, bool mayBulk)
    {
        _pace = pace;
        _mayBulk = mayBulk;
        foreach (var window in windows)
        {
            Enqueue(window);
        }

        Count();
    }

    /// <summary>Windows still to be read, by the size of today.</summary>
    public int Left
    {
        get
        {
            lock (_gate)
            {
                return _pieces;
            }
        }
    }

    /// <summary>Whether what the first window teaches may change how the others are cut.</summary>
    public bool WaitsForFirst
    {
        get
        {
            lock (_gate)
            {
                return !_pace.IsKnown && _queue.UnorderedItems.Any(i => i.Element.Partitions.Count > _pace.SizeOf(i.Element));
            }
        }
    }

    /// <summary>Takes the next window, or several for one bulk request; empty when nothing is left.</summary>
    /// <param name="readers">How many share the queue: none may take all the others could do meanwhile.</param>
    public IReadOnlyList<Window> Take(int readers)
    {
        lock (_gate)
        {
            if (TakeOne() is not { } first)
            {
                return [];
            }

            var taken = new List<Window> { first };
            var most = _mayBulk ? Math.Min(_pace.ItemsOf(first), _queue.Count / Math.Max(1, readers)) : 1;
            while (taken.Count < most && _queue.TryPeek(out var next, out _) && next.Partitions.Count <= first.Partitions.Count && TakeOne() is { } one)
            {
                taken.Add(one);
            }

            Count();
            return taken;
        }
    }

    /// <summary>Puts windows back: halves of one that was too much, or those of a bulk request that was.</summary>
    public void PutBack(params ReadOnlySpan<Window> windows)
    {
        lock (_gate)
        {
            foreach (var window in windows)
            {
                Enqueue(window);
            }

            Count();
        }
    }

    /// <summary>Forgets the windows of a site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="segment">Those of this segment alone; null for all.</param>
    public void Skip(int site, string? segment = null)
    {
        lock (_gate)
        {
            _skipped.Add((site, segment));
            var left = _queue.UnorderedItems.Select(i => i.Element).ToList();
            _queue.Clear();
            left.ForEach(Enqueue);
            _size = 0;
            Count();
        }
    }

    private Window? TakeOne()
    {
        if (!_queue.TryDequeue(out var window, out _))
        {
            return null;
        }

        _pieces -= PiecesOf(window);
        if (window.Cut(_pace.SizeOf(window)) is var (older, newest))
        {
            Enqueue(older);
            return newest;
        }

        return window;
    }

    private void Enqueue(Window window)
    {
        if (!_skipped.Contains((window.Site.Id, null)) && !_skipped.Contains((window.Site.Id, window.Partitions[0].Segment)))
        {
            _queue.Enqueue(window, (-window.To.DayNumber, window.Site.Id, _order++));
            _pieces += PiecesOf(window);
        }
    }

    /// <summary>Counts anew when the size has changed much; in between each window taken is counted off.</summary>
    private void Count()
    {
        if (_queue.Count == 0)
        {
            _pieces = 0;
            return;
        }

        var size = _pace.ExpectedOf(_queue.Peek());
        if (size != _size)
        {
            _size = size;
            _pieces = _queue.UnorderedItems.Sum(i => PiecesOf(i.Element));
        }
    }

    private int PiecesOf(Window window) => _size <= 0 ? 1 : (window.Partitions.Count + _size - 1) / _size;
}
