using Tributary.Destinations;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.MySql;

/// <summary>A MySQL or MariaDB database.</summary>
public sealed class MySqlKind : IDestinationKind
{
    private const int DefaultPort = 3306;

    /// <inheritdoc/>
    public string Name => "mysql";

    /// <inheritdoc/>
    public string Title => "MySQL or MariaDB";

    /// <inheritdoc/>
    public string Description => "A MySQL database, 8.0.17 or later, or MariaDB, 10.5 or later: rows arrive by LOAD DATA LOCAL, in one transaction a window.";

    /// <inheritdoc/>
    public IReadOnlyList<DestinationOption> Options { get; } = ServerOptions.Ask(DefaultPort, "it needs the rights to create, alter, index, drop, read and write tables in the database");

    /// <inheritdoc/>
    public IDestination Open(IReadOnlyDictionary<string, string> options, DestinationPlace place)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(place);
        return new SqlDestination(new MySqlEngine(ServerOptions.Read(options, DefaultPort)), place.Clock);
    }
}
