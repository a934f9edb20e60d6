using Npgsql;
using Tributary.Model;
using Tributary.Warehouses.PostgreSql;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.Tests.PostgreSql;

public class PostgreSqlErrorTests
{
    [Theory]
    [InlineData("28P01", "destination.sign_in", Fault.Setup, false)]
    [InlineData("3D000", "destination.no_database", Fault.Setup, false)]
    [InlineData("42501", "destination.denied", Fault.Setup, false)]
    [InlineData("0A000", "destination.in_the_way", Fault.Setup, false)]
    [InlineData("2BP01", "destination.in_the_way", Fault.Setup, false)]
    [InlineData("54011", "destination.too_many_columns", Fault.Setup, false)]
    [InlineData("53100", "destination.disk_full", Fault.Destination, false)]
    [InlineData("53300", "destination.too_busy", Fault.Destination, true)]
    [InlineData("25006", "destination.read_only", Fault.Setup, false)]
    [InlineData("40P01", "destination.conflict", Fault.Destination, true)]
    [InlineData("55P03", "destination.table_busy", Fault.Destination, false)]
    [InlineData("57P01", "destination.lost", Fault.Destination, true)]
    [InlineData("XX000", "destination.engine", Fault.Destination, false)]
    public void Each_failure_of_the_server_is_told_as_one_for_people(string state, string code, Fault fault, bool isTransient)
    {
        var server = new ServerOptions("db", 5432, "analytics", "ann", "not-to-be-told", ServerTls.Prefer, null);

        var told = PostgreSqlErrors.Explain(new PostgresException("what the server says", "ERROR", "ERROR", state), "PostgreSQL at db", server)!;

        Assert.Equal((code, fault, isTransient), (told.Code, told.Fault, told.IsTransient));
        Assert.Contains("PostgreSQL at db", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-to-be-told", told.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('{', told.Message);
    }
}
