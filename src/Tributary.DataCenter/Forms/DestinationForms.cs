using Tributary.Destinations;

namespace Tributary.DataCenter.Forms;

/// <summary>A destination.</summary>
/// <param name="Options">What was said about it; of secrets nothing.</param>
/// <param name="Datasets">DataSets written to it.</param>
internal sealed record DestinationForm(string Name, string Kind, string Title, IReadOnlyDictionary<string, string> Options, int Datasets)
{
    public static DestinationForm Of(Destination destination) => new(destination.Name, destination.Kind, destination.Title, destination.Options, destination.DataSets);
}

/// <summary>A destination with its tables.</summary>
/// <param name="Bytes">Its size on disk; null where that is not ours to know.</param>
/// <param name="Error">Why its tables could not be listed; null when they could.</param>
internal sealed record DestinationDetailForm(string Name, string Kind, string Title, IReadOnlyDictionary<string, string> Options, int Datasets, long? Bytes, IReadOnlyList<DestinationTableForm> Tables, string? Error)
{
    public static DestinationDetailForm Of(DestinationDescription description)
    {
        var destination = description.Destination;
        return new(
            destination.Name, destination.Kind, destination.Title, destination.Options, destination.DataSets, description.Bytes,
            [.. description.Tables.Select(t => new DestinationTableForm(t.Name, t.DataSet, t.Rows, t.Columns))], description.Error);
    }
}

/// <param name="Dataset">Null for a table whose DataSet was deleted.</param>
internal sealed record DestinationTableForm(string Table, string? Dataset, long Rows, int? Columns);

/// <summary>A kind of destination.</summary>
internal sealed record DestinationKindForm(string Kind, string Title, string Description, IReadOnlyList<DestinationOptionForm> Options)
{
    public static DestinationKindForm Of(IDestinationKind kind) => new(
        kind.Name, kind.Title, kind.Description,
        [.. kind.Options.Select(o => new DestinationOptionForm(o.Name, o.Title, o.Description, FormText.Snake(o.Type), o.Required, o.Secret, o.Default, o.Choices, o.Example))]);
}

/// <summary>Something to say about a destination.</summary>
internal sealed record DestinationOptionForm(string Name, string Title, string Description, string Type, bool Required, bool Secret, string? Default, IReadOnlyList<string> Choices, string? Example);

/// <summary>What came of a test.</summary>
/// <param name="Destination">It; when a step failed while it was added or changed, as it would have been.</param>
internal sealed record DestinationTestForm(DestinationForm Destination, IReadOnlyList<StepForm> Steps)
{
    public static DestinationTestForm Of(DestinationTest test) => new(DestinationForm.Of(test.Destination), [.. test.Steps.Select(Step)]);

    private static StepForm Step(DestinationStep step) => new(step.Name.Replace(' ', '_'), step.IsFine ? step.IsWarning ? "warning" : "ok" : "failed", step.Sentence);
}

/// <summary>A DataSet that was moved.</summary>
internal sealed record DestinationMoveForm(string Dataset, string From, string To, long Rows, int Partitions, IReadOnlyList<string> Notes)
{
    public static DestinationMoveForm Of(DestinationMove move) => new(move.DataSet, move.From, move.To, move.Rows, move.Partitions, move.Notes);
}

internal sealed record RemovedDestinationForm(string Removed);

internal sealed record RenamedDestinationForm(string Renamed, DestinationForm Destination);

/// <summary>A destination to add, or what to change of one.</summary>
internal sealed record DestinationFields
{
    /// <summary>The name to call it by. Only to add one: rename has a call of its own.</summary>
    public string? Name { get; init; }

    /// <summary>One of the kinds on offer. Only to add one.</summary>
    public string? Kind { get; init; }

    /// <summary>Options by name, secrets among them. What is left out has its default, or stays; an empty text goes back to the default.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary>Says nothing of secrets, which a record would print.</summary>
    public override string ToString() => Name ?? "";
}

/// <summary>Where a DataSet is to be written from now on.</summary>
internal sealed record DestinationMoveFields
{
    /// <summary>The other destination.</summary>
    public string? To { get; init; }

    /// <summary>Whether the table stays where it was, too.</summary>
    public bool? Keep { get; init; }
}
