using System.Globalization;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Files;

/// <summary>The fields of one item of the file. Whatever is not as its rule says is told once, and is as if it were not there.</summary>
internal sealed class ItemReader
{
    private readonly Dictionary<string, (long Line, FileNode Value)> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private readonly FileProblems _problems;

    public ItemReader(FieldsNode node, string path, IReadOnlyList<FieldRule> rules, FileProblems problems)
    {
        (Path, Line, _problems) = (path, node.Line, problems);
        foreach (var (name, line, value) in node.Fields)
        {
            if (rules.FirstOrDefault(r => r.Name == name) is not { } rule)
            {
                var names = rules.Select(r => r.Name).ToList();
                problems.Add(line, PathOf(name), $"There is no field '{name}'.{(NearestName.Hint(name, names) is { Length: > 0 } hint ? hint : $" Fields: {string.Join(", ", names)}.")}");
            }
            else if (!_fields.TryAdd(name, (line, value)))
            {
                problems.Add(line, PathOf(name), $"'{name}' is there twice, first on line {_fields[name].Line}. Leave one out.");
            }
            else if (Fault(rule, value) is { } fault)
            {
                problems.Add(value.Line, PathOf(name), fault);
                _unreadable.Add(name);
                _failed.Add(name);
            }
        }

        foreach (var rule in rules.Where(r => r.IsRequired && !_fields.ContainsKey(r.Name)))
        {
            problems.Add(Line, Path, $"'{rule.Name}' is missing. {rule.Description}");
            _failed.Add(rule.Name);
        }
    }

    /// <summary>Where the item stands, as <c>datasets[2]</c>.</summary>
    public string Path { get; }

    /// <summary>The line it begins on.</summary>
    public long Line { get; }

    /// <summary>Whether something is wrong with one of its fields.</summary>
    public bool HasFailed => _failed.Count > 0;

    /// <summary>Says what is wrong with a field, unless something already was.</summary>
    public void Fail(string name, string message)
    {
        if (_failed.Add(name))
        {
            var known = _fields.TryGetValue(name, out var field);
            _problems.Add(known ? field.Line : Line, known ? PathOf(name) : Path, message);
        }
    }

    /// <summary>Tells what a parser of flags found wrong, at the fields that the flags are.</summary>
    public void Fail(InputException error)
    {
        foreach (var problem in error.Problems)
        {
            Fail(FileProblems.FieldOf(problem.Field), FileProblems.WithoutFlags(problem.Message));
        }
    }

    /// <summary>Whether the field is there and of its form.</summary>
    public bool Has(string name) => _fields.ContainsKey(name) && !_unreadable.Contains(name);

    /// <summary>A text as written; of a list, with commas.</summary>
    public string? Text(string name) => !Has(name) ? null : _fields[name].Value switch
    {
        ValueNode value => value.Text,
        ListNode list => string.Join(',', list.Items.Cast<ValueNode>().Select(v => v.Text)),
        _ => null,
    };

    /// <summary>A whole number.</summary>
    public int? Number(string name) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>true or false.</summary>
    public bool? Switch(string name) => Text(name) is { } text ? IsTrue(text) : null;

    /// <summary>The items of a list, or of one text with commas.</summary>
    public IReadOnlyList<string>? List(string name) => !Has(name) ? null : _fields[name].Value is ListNode
        ? Texts(name)
        : Text(name)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The items of a list, or the one text there is.</summary>
    public IReadOnlyList<string> Texts(string name) => !Has(name) ? [] : _fields[name].Value is ListNode list
        ? [.. list.Items.Cast<ValueNode>().Select(v => v.Text)]
        : [Text(name)!];

    /// <summary>Texts by name.</summary>
    public IReadOnlyDictionary<string, string> Map(string name) => !Has(name)
        ? new Dictionary<string, string>()
        : ((FieldsNode)_fields[name].Value).Fields.ToDictionary(f => f.Name, f => ((ValueNode)f.Value).Text, StringComparer.Ordinal);

    private string PathOf(string name) => $"{Path}.{name}";

    private static string? Fault(FieldRule rule, FileNode node)
    {
        if (node is ValueNode { IsMissing: true })
        {
            return "Nothing is written here. Write a value, or leave the field out for its default.";
        }

        return (rule.Kind, node) switch
        {
            (FieldKind.Map, FieldsNode fields) => MapFault(rule, fields),
            (FieldKind.Map, _) => $"Names with their values belong here: {rule.Name}: {{NAME: VALUE}}.",
            (FieldKind.List or FieldKind.Texts, ListNode list) => ListFault(rule, list),
            (FieldKind.List, ValueNode value) when rule.Choices.Count > 0 => value.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => ChoiceFault(rule, t)).FirstOrDefault(f => f is not null),
            (FieldKind.List or FieldKind.Texts, ValueNode) => null,
            (FieldKind.Number, ValueNode value) => NumberFault(rule, value.Text),
            (FieldKind.Switch, ValueNode value) => IsTrue(value.Text) is null ? $"'{value.Text}' is neither true nor false." : null,
            (_, ValueNode value) => rule.Choices.Count == 0 ? null : ChoiceFault(rule, value.Text),
            _ => $"One value belongs here, and this is {(node is ListNode ? "a list" : "a set of fields")}. {rule.Description}",
        };
    }

    private static string? MapFault(FieldRule rule, FieldsNode fields)
    {
        foreach (var (name, _, value) in fields.Fields)
        {
            if (value is not ValueNode { IsMissing: false } text)
            {
                return $"'{name}' needs one value.";
            }

            if (fields.Fields.Count(f => f.Name == name) > 1)
            {
                return $"'{name}' is there twice. Leave one out.";
            }

            if (rule.Choices.Count > 0 && ChoiceFault(rule, text.Text) is { } fault)
            {
                return $"{name}: {fault}";
            }
        }

        return null;
    }

    private static string? ListFault(FieldRule rule, ListNode list)
    {
        if (list.Items.Any(i => i is not ValueNode { IsMissing: false }))
        {
            return "Each item of the list is one value.";
        }

        return list.Items.Cast<ValueNode>().Select(v => rule.Choices.Count > 0 ? ChoiceFault(rule, v.Text) : null).FirstOrDefault(f => f is not null);
    }

    private static string? NumberFault(FieldRule rule, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= rule.Least && number <= rule.Most
            ? null
            : $"'{text}' is not a whole number {(rule.Most == int.MaxValue ? $"from {rule.Least} up" : $"from {rule.Least} to {rule.Most}")}.";

    private static string? ChoiceFault(FieldRule rule, string text) => rule.Choices.Contains(text, StringComparer.Ordinal)
        ? null
        : $"'{text}' is not one of {string.Join(", ", rule.Choices)}.{NearestName.Hint(text, rule.Choices)}";

    private static bool? IsTrue(string text) => text.ToLowerInvariant() switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => null,
    };
}
