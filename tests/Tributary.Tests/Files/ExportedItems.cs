using Tributary.Applying;
using Tributary.Files;

namespace Tributary.Tests.Files;

/// <summary>An exported file by item and field, read by its lines alone: what a diff is held against must not come from what made it.</summary>
internal static class ExportedItems
{
    public static Dictionary<(string Kind, string Name), Dictionary<string, string>> Of(string text)
    {
        var items = new Dictionary<(string, string), Dictionary<string, string>>();
        var (kind, fields) = ("", new Dictionary<string, string>());
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (line.Trim(' ', '-').Split(": ", 2)[0].TrimEnd(':'), line.Split(": ", 2)[^1]);
            if (!line.StartsWith(' '))
            {
                kind = name.TrimEnd('s');
            }
            else if (kind == "workspace")
            {
                items[("workspace", "")] = new() { [name] = value };
            }
            else if (line.StartsWith("  - ", StringComparison.Ordinal))
            {
                items[(kind, value.Trim('"'))] = fields = [];
            }
            else
            {
                fields[name] = value;
            }
        }

        return items;
    }

    /// <summary>The changes from one export to another, each as one line.</summary>
    public static List<string> Differences(string before, string after, IReadOnlyDictionary<string, string> renamed)
    {
        var (old, now) = (Of(before), Of(after));
        var lines = new List<string>();
        foreach (var (key, fields) in now)
        {
            var was = renamed.TryGetValue(key.Name, out var oldName) && key.Kind == "dataset" ? oldName : key.Name;
            var known = old.TryGetValue((key.Kind, was), out var before1);
            if (known && was != key.Name)
            {
                lines.Add($"{key.Kind} {key.Name} Changed name: {was} -> {key.Name}");
            }

            foreach (var field in fields.Keys.Union(before1?.Keys ?? Enumerable.Empty<string>()))
            {
                var (a, b) = (before1?.GetValueOrDefault(field), fields.GetValueOrDefault(field));
                if (a != b)
                {
                    lines.Add($"{key.Kind} {key.Name} {(known ? "Changed" : "Added")} {field}: {a} -> {b}");
                }
            }

            old.Remove((key.Kind, was));
        }

        lines.AddRange(old.Keys.Select(k => $"{k.Kind} {k.Name} Removed"));
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>What applying said, in the same lines.</summary>
    public static List<string> Said(FileResult result) =>
    [
        .. result.Changes.SelectMany(c => c.Action == FileAction.Removed
            ? [$"{c.Kind} {c.Name} Removed"]
            : c.Fields.Select(f => $"{c.Kind} {c.Name} {c.Action} {f.Field}: {f.Old} -> {f.New}")).Order(StringComparer.Ordinal),
    ];
}
