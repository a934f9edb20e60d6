using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tributary.SampleMatomo.Tests;

/// <summary>What rows look like: which names they have and of what kind the values are.</summary>
internal sealed partial class Shape
{
    public int Rows { get; private set; }

    public Dictionary<string, HashSet<string>> Kinds { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, int> Seen { get; } = new(StringComparer.Ordinal);

    public void Add(Shape other)
    {
        Rows += other.Rows;
        foreach (var (name, kinds) in other.Kinds)
        {
            (Kinds.TryGetValue(name, out var all) ? all : Kinds[name] = []).UnionWith(kinds);
            Seen[name] = Seen.GetValueOrDefault(name) + other.Seen[name];
        }
    }

    /// <summary>Adds the rows of an answer that is nested in so many maps.</summary>
    public void Add(JsonElement answer, int maps)
    {
        if (maps > 0)
        {
            if (answer.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in answer.EnumerateObject())
                {
                    Add(member.Value, maps - 1);
                }
            }

            return;
        }

        if (answer.ValueKind == JsonValueKind.Object)
        {
            AddRow(answer, "");
        }
        else if (answer.ValueKind == JsonValueKind.Array)
        {
            foreach (var row in answer.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object))
            {
                AddRow(row, "");
            }
        }
    }

    private void AddRow(JsonElement row, string prefix)
    {
        if (prefix.Length == 0)
        {
            Rows++;
        }

        foreach (var member in row.EnumerateObject())
        {
            // However deep a tree is, its subtables are alike.
            var name = (prefix == "subtable/" && member.Name == "subtable" ? "" : prefix) + GoalKey().Replace(member.Name, "idgoal=N");
            (Kinds.TryGetValue(name, out var kinds) ? kinds : Kinds[name] = []).Add(Kind(member.Value));
            Seen[name] = Seen.GetValueOrDefault(name) + 1;
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                AddRow(member.Value, name + "/");
            }
            else if (member.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var inner in member.Value.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object))
                {
                    AddRow(inner, name.EndsWith("subtable", StringComparison.Ordinal) ? "subtable/" : name + "/");
                }
            }
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "number",
        JsonValueKind.String when value.GetString()!.EndsWith('%') || value.GetString()!.StartsWith('%') => "percent",
        JsonValueKind.String => double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "numeric text" : "text",
        JsonValueKind.True or JsonValueKind.False => "flag",
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        _ => "array",
    };

    [GeneratedRegex(@"^idgoal=\d+$")]
    private static partial Regex GoalKey();
}
