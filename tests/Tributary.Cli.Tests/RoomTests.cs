using NetArchTest.Rules;

namespace Tributary.Cli.Tests;

public sealed class RoomTests
{
    [Fact]
    public void The_command_line_reaches_the_core_through_its_facade_alone()
    {
        var result = Types.InAssembly(typeof(Program).Assembly)
            .ShouldNot()
            .HaveDependencyOnAny("Tributary.Planning", "Tributary.Shaping", "Tributary.Destinations.IDestination", "Tributary.Destinations.DuckDb", "Tributary.Store", "Tributary.Runs", "Tributary.Matomo.Requests", "DuckDB.NET", "Microsoft.Data.Sqlite", "System.Net.Http")
            .GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
