using Tributary.Applying;
using Tributary.Files;

namespace Tributary.Cli.Output.Forms;

/// <summary>What a file changed, or would.</summary>
internal sealed record AppliedForm(bool Applied, IReadOnlyList<ItemChangeForm> Changes, int Unchanged, IReadOnlyList<string> NotInFile)
{
    public static AppliedForm Of(FileResult result, bool dryRun) => new(!dryRun, [.. result.Changes.Select(ItemChangeForm.Of)], result.Unchanged, result.NotInFile);
}

/// <summary>What a file changes of one item; the values of fields are YAML.</summary>
internal sealed record ItemChangeForm(string Kind, string Name, string Action, IReadOnlyList<FieldChangeForm> Fields, IReadOnlyList<string> Consequences)
{
    public static ItemChangeForm Of(FileChange change) => new(
        change.Kind, change.Name, Words.Snake(change.Action), [.. change.Fields.Select(f => new FieldChangeForm(f.Field, f.Old, f.New))], change.Consequences);
}

internal sealed record FieldChangeForm(string Field, string? Old, string? New);

internal sealed record ExportedForm(string Text, IReadOnlyList<string> Variables, IReadOnlyList<string> Notes);
