using Tributary.Destinations;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.SqlServer;

/// <summary>A SQL Server or Azure SQL database.</summary>
public sealed class SqlServerKind : IDestinationKind
{
    private const int DefaultPort = 1433;
    private const string DefaultSchema = "dbo";

    /// <inheritdoc/>
    public string Name => "sqlserver";

    /// <inheritdoc/>
    public string Title => "SQL Server";

    /// <inheritdoc/>
    public string Description => "A SQL Server database, 2016 or later, or Azure SQL: rows arrive by bulk copy, in one transaction a window. It is not tested against a server.";

    /// <inheritdoc/>
    public IReadOnlyList<DestinationOption> Options { get; } =
    [
        // Certificates are checked by the machine's own list.
        .. ServerOptions.Ask(DefaultPort, "it needs the rights to create tables in the database, and to alter, read and write in the schema").Where(o => o.Name != "ca_file"),
        new("schema", $"The schema the tables are in, created where it is missing; {DefaultSchema} where none is said.") { Title = "Schema", Default = DefaultSchema },
    ];

    /// <inheritdoc/>
    public IDestination Open(IReadOnlyDictionary<string, string> options, DestinationPlace place)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(place);
        return new SqlDestination(new SqlServerEngine(ServerOptions.Read(options, DefaultPort), options.GetValueOrDefault("schema", DefaultSchema)), place.Clock);
    }
}
