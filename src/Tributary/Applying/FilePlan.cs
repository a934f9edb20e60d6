using Tributary.Files;
using Tributary.Model;

namespace Tributary.Applying;

/// <summary>What a file comes to: the changes as they are told, and what makes them.</summary>
internal sealed class FilePlan(FileRequest request)
{
    private readonly List<(FileStep Step, Func<CancellationToken, Task> Make)> _writes = [];

    /// <summary>What is asked for.</summary>
    public FileRequest Request => request;

    /// <summary>Everything wrong with the file.</summary>
    public FileProblems Problems { get; } = new();

    /// <summary>Failures that are not the file's: an account that does not answer, a destination that cannot be written to.</summary>
    public List<(Fault Fault, long Line, string Sentence)> Failures { get; } = [];

    /// <summary>Accounts of the file, by their keys, that something is wrong with.</summary>
    public HashSet<string> FailedAccounts { get; } = new(StringComparer.Ordinal);

    /// <summary>The changes.</summary>
    public List<FileChange> Changes { get; } = [];

    /// <summary>What the file does not name and stays.</summary>
    public List<string> NotInFile { get; } = [];

    /// <summary>Items that are as the file says.</summary>
    public int Unchanged { get; set; }

    /// <summary>Plans something to write.</summary>
    public void Write(FileStep step, Func<CancellationToken, Task> make) => _writes.Add((step, make));

    /// <summary>Tells of a new item.</summary>
    public void Added(string kind, string name, IReadOnlyList<FieldText> fields, ItemReader? at = null) =>
        Changes.Add(new FileChange(kind, name, FileAction.Added, AsWritten(at, fields.Where(f => f.Name != "name").Select(f => new FieldChange(f.Name, null, f.Text))), []));

    /// <summary>Changes with the variables that the file names, where they are compared by names that nobody wrote.</summary>
    public static IReadOnlyList<FieldChange> AsWritten(ItemReader? at, IEnumerable<FieldChange> changes) =>
        [.. changes.Select(c => c.New is { } made && c.Field.EndsWith("_env", StringComparison.Ordinal) && !made.StartsWith('(') && at?.Has(c.Field) == true ? c with { New = Written(at, c.Field) } : c)];

    private static string Written(ItemReader at, string field) => at.Text(field) is { } text ? YamlText.Of(text) : YamlText.Of(at.Map(field));

    /// <summary>Writes everything, in an order in which nothing stands in the way of anything.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        foreach (var (_, make) in _writes.OrderBy(w => w.Step))
        {
            await make(cancellationToken);
        }
    }

    /// <summary>The value of an environment variable that a field names.</summary>
    /// <returns>The value; null when it is not set, which is told where it is needed.</returns>
    public string? Variable(ItemReader at, string field, bool isNeeded) => Variable(at, field, at.Text(field), isNeeded);

    /// <summary>The value of an environment variable named in a field.</summary>
    public string? Variable(ItemReader at, string field, string? name, bool isNeeded)
    {
        var value = name is null ? null : request.Variable(name)?.Trim() is { Length: > 0 } text ? text : null;
        if (value is null && name is not null && (isNeeded || !VariableName.Is(name)))
        {
            at.Fail(field, VariableName.Missing(name));
        }

        return value;
    }

    /// <summary>The fields that differ.</summary>
    public static List<FieldChange> Differences(IReadOnlyList<FieldText> old, IReadOnlyList<FieldText> now)
    {
        var changes = new List<FieldChange>();
        foreach (var name in now.Concat(old).Select(f => f.Name).Distinct(StringComparer.Ordinal))
        {
            var (before, after) = (old.FirstOrDefault(f => f.Name == name)?.Text, now.FirstOrDefault(f => f.Name == name)?.Text);
            if (before != after)
            {
                changes.Add(new FieldChange(name, before, after));
            }
        }

        return changes;
    }
}

/// <summary>The order in which a file is written: what makes room first, what stands on others behind them.</summary>
internal enum FileStep
{
    Workspace,
    Accounts,
    RemoveDataSets,
    ChangeDataSets,
    AddDataSets,
    Alerts,
    RemoveAccounts,
}
