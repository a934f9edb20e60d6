using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.PostgreSql;

/// <summary>A PostgreSQL database.</summary>
public sealed class PostgreSqlKind : IDestinationKind
{
    private const int DefaultPort = 5432;
    private const string DefaultSchema = "public";

    /// <inheritdoc/>
    public string Name => "postgresql";

    /// <inheritdoc/>
    public string Title => "PostgreSQL";

    /// <inheritdoc/>
    public string Description => "A PostgreSQL database, 13 or later: rows arrive by binary COPY, in one transaction a window.";

    /// <inheritdoc/>
    public IReadOnlyList<DestinationOption> Options { get; } =
    [
        .. ServerOptions.Ask(DefaultPort, "it needs the right to create tables in the schema and temporary tables in the database"),
        new("schema", $"The schema the tables are in, created where it is missing; {DefaultSchema} where none is said.") { Title = "Schema", Default = DefaultSchema },
    ];

    /// <inheritdoc/>
    public IDestination Open(IReadOnlyDictionary<string, string> options, DestinationPlace place)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(place);
        var schema = options.GetValueOrDefault("schema", DefaultSchema);
        if (schema.StartsWith("pg_", StringComparison.Ordinal) || System.Text.Encoding.UTF8.GetByteCount(schema) > 63)
        {
            throw new InputException("schema", $"'{schema}' cannot be a schema: at most 63 bytes, and not beginning with pg_.");
        }

        return new SqlDestination(new PostgreSqlEngine(ServerOptions.Read(options, DefaultPort), schema), place.Clock);
    }
}
