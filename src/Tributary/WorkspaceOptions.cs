using Tributary.Destinations;

namespace Tributary;

/// <summary>What a program brings along for its workspaces.</summary>
public sealed record WorkspaceOptions
{
    /// <summary>Kinds of destination besides the embedded file. Default: none.</summary>
    public IReadOnlyList<IDestinationKind> Kinds { get; init; } = [];

    /// <summary>What a test puts before every destination that runs write to.</summary>
    internal Func<IDestination, IDestination> Watched { get; init; } = destination => destination;
}
