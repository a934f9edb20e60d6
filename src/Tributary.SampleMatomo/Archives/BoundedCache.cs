using System.Diagnostics.CodeAnalysis;

namespace Tributary.SampleMatomo.Archives;

/// <summary>Keeps what was used last, up to a total weight.</summary>
internal sealed class BoundedCache<TKey, TValue>(long capacity)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value, long Weight)>> _entries = [];
    private readonly LinkedList<(TKey Key, TValue Value, long Weight)> _byUse = new();
    private long _weight;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                value = node.Value.Value;
                return true;
            }

            value = default;
            return false;
        }
    }

    public void Add(TKey key, TValue value, long weight)
    {
        lock (_lock)
        {
            if (_entries.ContainsKey(key))
            {
                return;
            }

            _entries[key] = _byUse.AddFirst((key, value, weight));
            _weight += weight;
            while (_weight > capacity && _byUse.Count > 1)
            {
                var last = _byUse.Last!.Value;
                _byUse.RemoveLast();
                _entries.Remove(last.Key);
                _weight -= last.Weight;
            }
        }
    }
}
