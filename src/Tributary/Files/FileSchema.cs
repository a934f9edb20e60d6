using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Files;

/// <summary>The JSON schema of the file form, by which editors complete and check it.</summary>
internal static class FileSchema
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as text.</summary>
    public static string Text => Make().ToJsonString(Written);

    private static JsonObject Make() => new()
    {
        ["$schema"] = "https://json-schema.org/draft-07/schema#",
        ["title"] = "A Tributary workspace",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray("version"),
        ["properties"] = new JsonObject
        {
            ["version"] = new JsonObject { ["const"] = 1, ["description"] = "The form of the file." },
            ["workspace"] = Fields(FileFields.Workspace),
            ["accounts"] = List(Fields(FileFields.Account)),
            ["destinations"] = List(Fields(FileFields.Destination)),
            ["datasets"] = List(Fields(FileFields.DataSet)),
            ["alerts"] = List(Fields(FileFields.Alert)),
        },
    };

    private static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject Fields(IReadOnlyList<FieldRule> rules)
    {
        var properties = new JsonObject();
        foreach (var rule in rules)
        {
            var schema = Of(rule);
            schema["description"] = rule.Description;
            properties[rule.Name] = schema;
        }

        var fields = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (rules.Any(r => r.IsRequired))
        {
            fields["required"] = new JsonArray([.. rules.Where(r => r.IsRequired).Select(r => JsonValue.Create(r.Name))]);
        }

        return fields;
    }

    private static JsonObject Of(FieldRule rule) => rule.Kind switch
    {
        FieldKind.Number => rule.Most == int.MaxValue
            ? new JsonObject { ["type"] = "integer", ["minimum"] = rule.Least }
            : new JsonObject { ["type"] = "integer", ["minimum"] = rule.Least, ["maximum"] = rule.Most },
        FieldKind.Switch => new JsonObject { ["type"] = "boolean" },
        FieldKind.TextOrNumber => new JsonObject { ["type"] = new JsonArray("string", "integer") },
        FieldKind.List or FieldKind.Texts => new JsonObject { ["type"] = new JsonArray("array", "string", "integer"), ["items"] = Words(rule, "string", "integer") },
        FieldKind.Map => new JsonObject { ["type"] = "object", ["additionalProperties"] = Words(rule, "string", "number", "boolean") },
        _ => Words(rule, "string"),
    };

    private static JsonObject Words(FieldRule rule, params string[] types) =>
        rule.Choices.Count > 0 ? new JsonObject { ["enum"] = new JsonArray([.. rule.Choices.Select(c => JsonValue.Create(c))]) }
        : types.Length == 1 ? new JsonObject { ["type"] = types[0] }
        : new JsonObject { ["type"] = new JsonArray([.. types.Select(t => JsonValue.Create(t))]) };
}
