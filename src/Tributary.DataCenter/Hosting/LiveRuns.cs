namespace Tributary.DataCenter.Hosting;

/// <summary>The runs at work, looked at once a second while a page is open that shows them.</summary>
internal sealed class LiveRuns
{
    private readonly List<Action> _watchers = [];

    /// <summary>The ids of the runs at work.</summary>
    public IReadOnlyList<string> Running { get; } = [];

    /// <summary>Tells of every change until disposed.</summary>
    public IDisposable Watch(Action changed)
    {
        _watchers.Add(changed);
        return new Watcher(_watchers, changed);
    }

    private sealed class Watcher(List<Action> watchers, Action changed) : IDisposable
    {
        public void Dispose() => watchers.Remove(changed);
    }
}
