using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Files;

/// <summary>The text of a file → <see cref="WorkspaceFile"/>.</summary>
internal static class FileReader
{
    private static readonly string[] Sections = ["version", "workspace", "accounts", "destinations", "datasets", "alerts"];

    /// <summary>Reads a file; what is wrong is told to <paramref name="problems"/> and as if it were not there.</summary>
    public static WorkspaceFile Read(string text, FileProblems problems)
    {
        var sections = new Dictionary<string, FileNode>(StringComparer.Ordinal);
        switch (YamlReader.Read(text, problems))
        {
            case null:
                return new WorkspaceFile(null, [], [], [], []);
            case FieldsNode root:
                ReadSections(root, sections, problems);
                break;
            case var other:
                problems.Add(other.Line, "", $"The file has sections: {string.Join(", ", Sections)}. It begins with version: {FileFields.Version}.");
                return new WorkspaceFile(null, [], [], [], []);
        }

        return new WorkspaceFile(
            sections.GetValueOrDefault("workspace") is { } workspace ? Item(workspace, "workspace", FileFields.Workspace, problems) : null,
            [.. Items(sections, "accounts", FileFields.Account, problems).Select(i => new FileAccount(NameOf(i), i))],
            [.. Items(sections, "destinations", FileFields.Destination, problems).Select(i => new FileDestination(NameOf(i), i))],
            [.. Items(sections, "datasets", FileFields.DataSet, problems).Select(i => new FileDataSet(NameOf(i), i))],
            [.. Items(sections, "alerts", FileFields.Alert, problems).Select(i => new FileAlert(NameOf(i), i))]);
    }

    private static void ReadSections(FieldsNode root, Dictionary<string, FileNode> sections, FileProblems problems)
    {
        foreach (var (name, line, value) in root.Fields)
        {
            if (!Sections.Contains(name, StringComparer.Ordinal))
            {
                problems.Add(line, name, $"There is no section '{name}'.{NearestName.Hint(name, Sections)} Sections: {string.Join(", ", Sections)}.");
            }
            else if (!sections.TryAdd(name, value))
            {
                problems.Add(line, name, $"'{name}' is there twice. Put both into one.");
            }
        }

        if (!sections.TryGetValue("version", out var version))
        {
            problems.Add(root.Line, "", $"'version' is missing. Write version: {FileFields.Version} as the first line.");
        }
        else if (version is not ValueNode { Text: FileFields.Version })
        {
            problems.Add(version.Line, "version", $"This program reads version {FileFields.Version} of the form. Write version: {FileFields.Version}, or use a newer Tributary.");
        }
    }

    private static IEnumerable<ItemReader> Items(Dictionary<string, FileNode> sections, string section, IReadOnlyList<FieldRule> rules, FileProblems problems)
    {
        var items = new List<ItemReader>();
        switch (sections.GetValueOrDefault(section))
        {
            case null or ValueNode { IsMissing: true }:
                return items;
            case ListNode list:
                items.AddRange(list.Items.Select((item, index) => Item(item, $"{section}[{index + 1}]", rules, problems)).OfType<ItemReader>());
                break;
            case var other:
                problems.Add(other.Line, section, "A list belongs here: each item begins with a dash, - name: NAME.");
                break;
        }

        foreach (var same in items.GroupBy(i => NameKey.Of(NameOf(i)), StringComparer.Ordinal).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            foreach (var again in same.Skip(1))
            {
                again.Fail("name", $"'{NameOf(again)}' is there twice, first on line {same.First().Line}. Give it another name, or leave one out.");
            }
        }

        return items;
    }

    private static ItemReader? Item(FileNode node, string path, IReadOnlyList<FieldRule> rules, FileProblems problems)
    {
        if (node is FieldsNode fields)
        {
            return new ItemReader(fields, path, rules, problems);
        }

        problems.Add(node.Line, path, $"Fields belong here: {string.Join(", ", rules.Take(4).Select(r => r.Name))}{(rules.Count > 4 ? ", …" : "")}");
        return null;
    }

    private static string NameOf(ItemReader item)
    {
        if (item.Text("name") is { } name && NameRules.Problem(name, "This") is { } problem)
        {
            item.Fail("name", problem);
        }

        return item.Text("name")?.Trim() ?? "";
    }
}
