using Tributary.Destinations;
using Tributary.Model;

namespace Tributary;

/// <summary>A destination of a workspace.</summary>
/// <param name="Name">The name people see.</param>
/// <param name="Kind">The kind's one word: <c>postgresql</c>; <c>duckdb</c> for the embedded one.</param>
/// <param name="Title">The kind as people write it.</param>
/// <param name="Options">What was said about it by option, secrets left out.</param>
/// <param name="Secrets">The options that are kept encrypted.</param>
public sealed record Destination(string Name, string Kind, string Title, IReadOnlyDictionary<string, string> Options, IReadOnlyList<string> Secrets)
{
    /// <summary>The name of the data file inside the workspace's folder, which is always there.</summary>
    public const string EmbeddedName = "embedded";

    /// <summary>Whether it is the data file inside the workspace's folder.</summary>
    public bool IsEmbedded => Kind == EmbeddedKind;

    /// <summary>The DataSets written to it.</summary>
    public int DataSets { get; init; }

    internal const string EmbeddedKind = "duckdb";
}

/// <summary>A destination to add.</summary>
/// <param name="Name">The name people see.</param>
/// <param name="Kind">One of the kinds on offer.</param>
/// <param name="Options">Options by name, secrets among them; what is left out has its default.</param>
public sealed record NewDestination(string Name, string Kind, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Says nothing of the options: there are secrets among them.</summary>
    public override string ToString() => $"{Name} ({Kind})";
}

/// <summary>What came of testing a destination.</summary>
/// <param name="Destination">It, as it is stored or would have been.</param>
/// <param name="Steps">Every step tried, in order.</param>
public sealed record DestinationTest(Destination Destination, IReadOnlyList<DestinationStep> Steps)
{
    /// <summary>The step that failed; null when all went well.</summary>
    public DestinationStep? Failed => Steps.FirstOrDefault(s => !s.IsFine);

    /// <summary>Whether every step went well.</summary>
    public bool IsFine => Failed is null;
}

/// <summary>What a destination holds.</summary>
/// <param name="Destination">It.</param>
/// <param name="Place">Where it is, in words: a path, a host with a database.</param>
/// <param name="Bytes">Its size on disk; null where that is not ours to know.</param>
/// <param name="Tables">Its tables by name.</param>
public sealed record DestinationDescription(Destination Destination, string Place, long? Bytes, IReadOnlyList<DestinationTable> Tables)
{
    /// <summary>Why its tables could not be listed; null when they could.</summary>
    public string? Error { get; init; }
}

/// <summary>A table of a destination.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataSet">The DataSet it belongs to; null for one that was deleted and left its data.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Its columns; null before its first commit.</param>
public sealed record DestinationTable(string Name, string? DataSet, long Rows, int? Columns);

/// <summary>What came of moving a DataSet to another destination.</summary>
/// <param name="DataSet">Its name.</param>
/// <param name="From">Where it was.</param>
/// <param name="To">Where it is.</param>
/// <param name="Rows">Rows moved.</param>
/// <param name="Partitions">Partition states moved.</param>
/// <param name="Notes">What is not as it was, in sentences.</param>
public sealed record DestinationMove(string DataSet, string From, string To, long Rows, int Partitions, IReadOnlyList<string> Notes);
