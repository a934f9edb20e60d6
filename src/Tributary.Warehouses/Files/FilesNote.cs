using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>What is known of a table beside its rows: <c>table.json</c>.</summary>
internal sealed record FilesNote
{
    /// <summary>What this program writes; a greater number is of a newer one.</summary>
    public const int Current = 1;

    // More than can be kept to be undone; an older run is told by its end.
    private const int MostRuns = 1_000;

    public int Version { get; init; } = Current;

    public required string Table { get; init; }

    public string Description { get; init; } = "";

    /// <summary>A table stays in the format it was begun in.</summary>
    public required string Format { get; init; }

    public required string Compression { get; init; }

    public required IReadOnlyList<ColumnDefinition> Columns { get; init; }

    /// <summary>How many commits there were.</summary>
    public long Sequence { get; init; }

    /// <summary>The change that left it as it is; null where a change was not named yet.</summary>
    public string? Change { get; init; }

    /// <summary>The runs that changed the table last, in the order of their first commits.</summary>
    public IReadOnlyList<FilesRun> Runs { get; init; } = [];

    /// <summary>The runs that can be undone.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Whether windows were written somewhere else before.</summary>
    public bool HasEarlierWindows { get; init; }

    [JsonIgnore]
    public TableSchema Schema => new([.. Columns]);

    [JsonIgnore]
    public FilesFormat Files => new(Format, Compression);

    /// <summary>The note once a run has committed once more.</summary>
    public FilesNote With(IEnumerable<string> runs, DateTimeOffset at)
    {
        var sequence = Sequence + 1;
        List<FilesRun> known = [.. Runs];
        foreach (var run in runs.Distinct(StringComparer.Ordinal))
        {
            var i = known.FindIndex(r => r.Run == run);
            if (i < 0)
            {
                known.Add(new FilesRun(run, sequence, sequence, at, at));
            }
            else
            {
                known[i] = known[i] with { Last = sequence, LastAt = at };
            }
        }

        return this with { Sequence = sequence, Runs = [.. known.Skip(known.Count - MostRuns)] };
    }

    /// <summary>The runs that can be undone, newest first.</summary>
    public IReadOnlyList<string> KeptRuns() => [.. Runs.Where(r => Kept.Contains(r.Run)).OrderByDescending(r => r.First).Select(r => r.Run)];

    public string ToJson() => JsonSerializer.Serialize(this, FilesJson.Default.FilesNote);
}

/// <summary>A run that changed a table.</summary>
/// <param name="Run">Its id.</param>
/// <param name="First">Which commit of the table was its first.</param>
/// <param name="Last">Which was its last.</param>
/// <param name="FirstAt">When the first was.</param>
/// <param name="LastAt">When the last was.</param>
internal sealed record FilesRun(string Run, long First, long Last, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>A partition as it was before a run changed it.</summary>
/// <param name="Key">Which.</param>
/// <param name="State">Its state; null when there was no such partition.</param>
/// <param name="File">Its rows, under our own folder; null when it had none.</param>
internal sealed record FilesKeptPartition(PartitionKey Key, PartitionRecord? State, string? File);

/// <summary>
/// Everything a commit is about to do, written in one piece: from that moment on it is done, whoever finishes it. Each step may be repeated.
/// </summary>
internal sealed record FilesJournal
{
    /// <summary>Which change it is; null where a change was not named yet.</summary>
    public FilesTurn? Turn { get; init; }

    /// <summary>Files that take a name, in this order: where they wait, and the name.</summary>
    public IReadOnlyList<FilesMove> Moves { get; init; } = [];

    /// <summary>The table's note, the last file to be written; null where the table goes, and where it stands among the small files.</summary>
    public string? Note { get; init; }

    /// <summary>Small files and what is in them, after the moves.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>Files that go.</summary>
    public IReadOnlyList<string> Deletes { get; init; } = [];

    /// <summary>Folders that go with all that is in them.</summary>
    public IReadOnlyList<string> Clears { get; init; } = [];
}

/// <summary>A change's place among the others: a storage may put a journal in its place late, when the table has long been changed by others.</summary>
/// <param name="After">The change before it; null where there was no table.</param>
/// <param name="Change">Its own name; null where no table is left.</param>
internal sealed record FilesTurn(string? After, string? Change);

/// <summary>A file that takes a name.</summary>
internal sealed record FilesMove(string From, string To);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FilesNote))]
[JsonSerializable(typeof(FilesJournal))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(List<FilesKeptPartition>))]
internal sealed partial class FilesJson : JsonSerializerContext;
