namespace Tributary.Warehouses.Tests.ClickHouse;

public sealed class ClickHouseDatabaseTests : DatabaseCompliance
{
    private readonly ClickHouseFixture _fixture = new();

    protected override IDatabaseFixture Fixture => _fixture;

    protected override int? TooManyColumns => null;

    protected override IEnumerable<string> NamesBeside => ["pages__partitions"];

    protected override string DropOurs => "DROP VIEW pages";

    protected override string CreateOther => "CREATE TABLE pages (x Int32) ENGINE = MergeTree ORDER BY x";

    protected override string Slow => "SELECT count() FROM numbers(10000000000) WHERE sipHash64(number) = 1";
}
