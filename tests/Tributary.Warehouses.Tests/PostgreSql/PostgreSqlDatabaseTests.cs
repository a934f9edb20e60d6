namespace Tributary.Warehouses.Tests.PostgreSql;

public sealed class PostgreSqlDatabaseTests : DatabaseCompliance
{
    protected override IDatabaseFixture Fixture { get; } = new PostgreSqlFixture();

    protected override string HiddenChange => "WITH gone AS (DELETE FROM pages RETURNING *) SELECT count(*) FROM gone";

    protected override string Slow => "SELECT pg_sleep(100)";
}
