using Tributary.Destinations;
using Tributary.Store;

namespace Tributary;

/// <summary>What a program brings along for its workspaces.</summary>
public sealed record WorkspaceOptions
{
    /// <summary>Kinds of destination besides the embedded file. Default: none.</summary>
    public IReadOnlyList<IDestinationKind> Kinds { get; init; } = [];

    /// <summary>The address of a PostgreSQL that holds the records: see docs/many-nodes.md. Default: where the folder says they are.</summary>
    public string? Store { get; init; }

    /// <summary>The engine of the records, of tests.</summary>
    internal Func<string, StoreEngine>? Engine { get; init; }

    /// <summary>What a test puts before every destination that runs write to.</summary>
    internal Func<IDestination, IDestination> Watched { get; init; } = destination => destination;

    /// <summary>Says nothing of the address, in which there may be a password.</summary>
    public override string ToString() => nameof(WorkspaceOptions);
}
