using Tributary.Destinations;
using Tributary.Warehouses.ClickHouse;
using Tributary.Warehouses.Files;
using Tributary.Warehouses.MySql;
using Tributary.Warehouses.PostgreSql;
using Tributary.Warehouses.SqlServer;

namespace Tributary.Warehouses;

/// <summary>The kinds of destination beyond the embedded file.</summary>
public static class WarehouseKinds
{
    /// <summary>All, in the order they are offered.</summary>
    public static IReadOnlyList<IDestinationKind> All { get; } = [new PostgreSqlKind(), new MySqlKind(), new SqlServerKind(), new ClickHouseKind(), new FilesKind()];
}
