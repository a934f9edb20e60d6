namespace Tributary.SampleMatomo.Http;

/// <summary>A JSON object whose members keep their order, as PHP arrays do.</summary>
internal sealed class Obj
{
    private readonly List<KeyValuePair<string, object?>> _members = [];

    public IReadOnlyList<KeyValuePair<string, object?>> Members => _members;

    public object? this[string name]
    {
        get => _members.Find(m => m.Key == name).Value;
        set
        {
            var at = _members.FindIndex(m => m.Key == name);
            if (at >= 0)
            {
                _members[at] = new(name, value);
            }
            else
            {
                _members.Add(new(name, value));
            }
        }
    }

    /// <summary>Appends without looking whether the name is there: rows are built of distinct names.</summary>
    public Obj Add(string name, object? value)
    {
        _members.Add(new(name, value));
        return this;
    }

    public void RemoveAll(Predicate<string> match) => _members.RemoveAll(m => match(m.Key));
}
