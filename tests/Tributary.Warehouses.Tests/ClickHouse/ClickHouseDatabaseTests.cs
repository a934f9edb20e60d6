namespace Tributary.Warehouses.Tests.ClickHouse;

public sealed class ClickHouseDatabaseTests : DatabaseCompliance
{
    private readonly ClickHouseFixture _fixture = new();

    protected override IDatabaseFixture Fixture => _fixture;

    protected override int? TooManyColumns => null;

    protected override IEnumerable<string> NamesBeside => ["pages__partitions"];

    protected override string DropOurs => "DROP VIEW pages";

    // The states are read from the log.
    protected override IEnumerable<string> TakeStates => ["DROP VIEW pages__partitions"];

    protected override IEnumerable<string> LeftBehind => ["pages__partitions", "_tributary_rows_pages", "_tributary_log_pages"];

    protected override string CreateOther => "CREATE TABLE pages (x Int32) ENGINE = MergeTree ORDER BY x";

    protected override string Slow => "SELECT count() FROM numbers(10000000000) WHERE sipHash64(number) = 1";
}
