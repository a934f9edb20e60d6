namespace Tributary.Warehouses.Tests.MySql;

public sealed class MySqlDatabaseTests : DatabaseCompliance
{
    protected override IDatabaseFixture Fixture { get; } = new MySqlFixture();

    // InnoDB has to hold half a page of 16 KB for a row.
    protected override int WideColumns => 900;

    protected override string HiddenChange => "SELECT /*! 1 */ ; DELETE FROM pages";

    [Theory]
    [InlineData("SELECT * FROM Russland")]
    [InlineData("SELECT ssl_no_such_column")]
    public async Task What_the_server_says_of_something_with_ssl_in_its_name_is_no_failure_of_encryption(string sql)
    {
        var failure = await Assert.ThrowsAsync<Model.TributaryException>(() => Fixture.Destination.QueryAsync(sql, Destinations.QueryLimits.Screen, TestContext.Current.CancellationToken));

        Assert.Equal("query.sql", failure.Code);
    }

    protected override string Slow => "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c";
}
