using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Testing;

/// <summary>A kind of destination for tests of what is the same for all kinds: one more DuckDB file.</summary>
public sealed class SecondFileKind : IDestinationKind
{
    public string Name => "second";

    public string Title => "Second file";

    public string Description => "One more DuckDB file.";

    public IReadOnlyList<DestinationOption> Options { get; } =
    [
        new("path", "Where the file is.") { Title = "Path", Type = DestinationOptionType.Path, Required = true, Example = "/srv/second.duckdb" },
        new("password", "Opens it.") { Title = "Password", Secret = true },
        new("mode", "How it is written.") { Title = "Mode", Type = DestinationOptionType.Choice, Choices = ["plain", "careful"], Default = "plain" },
        new("host", "Where its server is.") { Title = "Host", LeadsThere = true },
        new("size", "How large it may be.") { Title = "Size", Type = DestinationOptionType.Number },
    ];

    /// <summary>What a destination of this kind can do; null for what DuckDB can.</summary>
    public DestinationCapabilities? Capabilities { get; init; }

    /// <summary>Told the password of every destination that is opened.</summary>
    public List<string?> Passwords { get; } = [];

    public IDestination Open(IReadOnlyDictionary<string, string> options, DestinationPlace place)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(place);
        Passwords.Add(options.GetValueOrDefault("password"));
        var inner = new DuckDbDestination(options["path"], place.StagingFolder, place.Clock);
        return Capabilities is null ? inner : new Limited(inner, Capabilities);
    }

    private sealed class Limited(IDestination inner, DestinationCapabilities capabilities) : PassedOnDestination(inner)
    {
        public override DestinationCapabilities Capabilities => capabilities;
    }
}
