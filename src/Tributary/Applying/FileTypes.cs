namespace Tributary.Applying;

/// <summary>A file to bring a workspace to.</summary>
public sealed record FileRequest
{
    /// <summary>The text of the file, YAML.</summary>
    public required string Text { get; init; }

    /// <summary>The folder the file lies in: paths in it are relative to it.</summary>
    public required string Folder { get; init; }

    /// <summary>Values of environment variables; null for those that are not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Says only what would change.</summary>
    public bool DryRun { get; init; }

    /// <summary>Removes what is not in the file: DataSets, alerts, and accounts that nothing stands on.</summary>
    public bool Prune { get; init; }

    /// <summary>Leaves the tables of removed DataSets where they are.</summary>
    public bool KeepData { get; init; }

    /// <summary>Says nothing of the text, in which somebody may have written what is secret.</summary>
    public override string ToString() => Folder;
}

/// <summary>What becomes of an item.</summary>
public enum FileAction
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It differs.</summary>
    Changed,

    /// <summary>It is not in the file.</summary>
    Removed,
}

/// <summary>A field that differs. What is null is not in the file: the default.</summary>
/// <param name="Field">Its name.</param>
/// <param name="Old">What it was, as YAML.</param>
/// <param name="New">What it is, as YAML.</param>
public sealed record FieldChange(string Field, string? Old, string? New);

/// <summary>What a file changes of one item.</summary>
/// <param name="Kind">workspace, account, dataset or alert.</param>
/// <param name="Name">Its name.</param>
/// <param name="Action">What becomes of it.</param>
/// <param name="Fields">The fields that differ; of a new item all it has.</param>
/// <param name="Consequences">What happens to stored rows, in sentences.</param>
public sealed record FileChange(string Kind, string Name, FileAction Action, IReadOnlyList<FieldChange> Fields, IReadOnlyList<string> Consequences);

/// <summary>What a file changes.</summary>
/// <param name="Changes">Item by item.</param>
/// <param name="Unchanged">How many items of the file are as it says.</param>
/// <param name="NotInFile">Names of DataSets, alerts and accounts that the file does not name and that stay.</param>
public sealed record FileResult(IReadOnlyList<FileChange> Changes, int Unchanged, IReadOnlyList<string> NotInFile);

/// <summary>A workspace as a file.</summary>
/// <param name="Text">The text of the file, YAML.</param>
/// <param name="Variables">The environment variables it names.</param>
/// <param name="Notes">What of it cannot be applied as it is, in sentences.</param>
public sealed record FileExport(string Text, IReadOnlyList<string> Variables, IReadOnlyList<string> Notes);
