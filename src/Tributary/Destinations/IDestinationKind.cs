namespace Tributary.Destinations;

/// <summary>A kind of destination: an engine, with what has to be said to reach one.</summary>
public interface IDestinationKind
{
    /// <summary>One word in lower case, stable: <c>postgresql</c>.</summary>
    string Name { get; }

    /// <summary>As people write it: <c>PostgreSQL</c>.</summary>
    string Title { get; }

    /// <summary>One sentence for people who choose among kinds.</summary>
    string Description { get; }

    /// <summary>What can be said, in the order it is asked.</summary>
    IReadOnlyList<DestinationOption> Options { get; }

    /// <summary>Makes a destination; nothing is opened yet.</summary>
    /// <param name="options">Options by name, in the spelling of <see cref="Options"/>: every required one is there, choices and numbers are well-formed, those left out are missing.</param>
    /// <param name="place">What belongs to the workspace.</param>
    /// <exception cref="Model.InputException">Options do not hold together; the problem's place is the option's name.</exception>
    IDestination Open(IReadOnlyDictionary<string, string> options, DestinationPlace place);
}

/// <summary>What a destination gets from its workspace.</summary>
/// <param name="Name">The name people gave it, for messages.</param>
/// <param name="StagingFolder">A folder for temporary files.</param>
/// <param name="Clock">The time.</param>
public sealed record DestinationPlace(string Name, string StagingFolder, TimeProvider Clock);

/// <summary>What an option's value looks like.</summary>
public enum DestinationOptionType
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number of 0 or more.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>One of <see cref="DestinationOption.Choices"/>.</summary>
    Choice,

    /// <summary>An absolute path on the machine that runs Tributary.</summary>
    Path,
}

/// <summary>Something to say about a destination.</summary>
/// <param name="Name">snake_case: <c>host</c>.</param>
/// <param name="Description">One sentence, with what is meant where nothing is said.</param>
public sealed record DestinationOption(string Name, string Description)
{
    /// <summary>The words over its field: <c>Host</c>.</summary>
    public required string Title { get; init; }

    /// <summary>What a value looks like.</summary>
    public DestinationOptionType Type { get; init; }

    /// <summary>Whether it must be said.</summary>
    public bool Required { get; init; }

    /// <summary>Whether nobody may see it: it is kept encrypted and never told.</summary>
    public bool Secret { get; init; }

    /// <summary>Whether secrets are sent to where it says, so that they have to be given again when it changes. Of a choice, whose values stand in order of how safely they are sent: when it goes back.</summary>
    public bool LeadsThere { get; init; }

    /// <summary>What is meant where nothing is said; null where nothing is.</summary>
    public string? Default { get; init; }

    /// <summary>The values of a <see cref="DestinationOptionType.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>An example to show in an empty field; null for none.</summary>
    public string? Example { get; init; }
}
