using Tributary.Destinations;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>A ClickHouse database.</summary>
public sealed class ClickHouseKind : IDestinationKind
{
    private const int DefaultPort = 8123;

    /// <inheritdoc/>
    public string Name => "clickhouse";

    /// <inheritdoc/>
    public string Title => "ClickHouse";

    /// <inheritdoc/>
    public string Description => "A ClickHouse database, 24.8 or later, by its HTTP interface: rows arrive as columns, and a window is shown all at once.";

    /// <inheritdoc/>
    public IReadOnlyList<DestinationOption> Options { get; } =
    [
        .. ServerOptions.Ask(DefaultPort, "it needs the rights to create, alter, drop, read and write tables and views in the database").Select(o => o.Name == "tls"
            ? o with { Description = "Whether the way is encrypted: off is plain HTTP, require HTTPS with any certificate, verify also checks that it is the server meant; off where nothing is said.", Choices = ["off", "require", "verify"], Default = "off" }
            : o),
    ];

    /// <inheritdoc/>
    public IDestination Open(IReadOnlyDictionary<string, string> options, DestinationPlace place)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(place);

        // Off is what remains where nothing is said.
        var read = options.Where(o => o is not { Key: "tls", Value: "off" }).ToDictionary(StringComparer.Ordinal);
        return new ClickHouseDestination(ServerOptions.Read(read, DefaultPort), place.Clock);
    }
}
