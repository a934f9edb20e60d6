using System.Security.Cryptography;
using System.Text;
using Tributary.Warehouses.ClickHouse;
using Tributary.Warehouses.MySql;
using Tributary.Warehouses.PostgreSql;

namespace Tributary.Warehouses.Tests.Sql;

public class SqlNamesTests
{
    [Fact]
    public void A_name_that_fits_is_taken_as_it_is()
    {
        Assert.Equal("select", new PostgreSqlDialect("public").Fit("select"));
        Assert.Equal(new string('x', 63), new PostgreSqlDialect("public").Fit(new string('x', 63)));
        Assert.Equal("ünïcode", new MySqlDialect("d").Fit("ünïcode"));
        Assert.Equal("it's", ClickHouseDialect.Fit("it's"));
    }

    [Fact]
    public void A_longer_one_is_cut_between_characters_and_gets_the_hash_of_the_whole()
    {
        var name = string.Concat(Enumerable.Repeat("ä", 40));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8];

        Assert.Equal(string.Concat(Enumerable.Repeat("ä", 27)) + "_" + hash, new PostgreSqlDialect("public").Fit(name));
        Assert.Equal(name, new MySqlDialect("d").Fit(name));
    }

    [Theory]
    [InlineData("ctid")]
    [InlineData("nul\0")]
    public void A_name_that_PostgreSQL_keeps_to_itself_gets_a_hash_too(string name) => Assert.Matches("^[a-z]+_*_[0-9a-f]{8}$", new PostgreSqlDialect("public").Fit(name));

    [Theory]
    [InlineData("blank at the end ")]
    [InlineData("emoji \U0001F600")]
    public void A_name_that_MySQL_does_not_take_gets_a_hash_too(string name) => Assert.Matches("^[a-z _]+_[0-9a-f]{8}$", new MySqlDialect("d").Fit(name));
}
