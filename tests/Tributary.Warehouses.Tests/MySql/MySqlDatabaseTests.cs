namespace Tributary.Warehouses.Tests.MySql;

public sealed class MySqlDatabaseTests : DatabaseCompliance
{
    protected override IDatabaseFixture Fixture { get; } = new MySqlFixture();

    // InnoDB has to hold half a page of 16 KB for a row.
    protected override int WideColumns => 900;

    protected override string HiddenChange => "SELECT /*! 1 */ ; DELETE FROM pages";

    protected override string Slow => "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c";
}
