using NetArchTest.Rules;

namespace Tributary.Tests.Rules;

/// <summary>Who may know whom. A use inside a method body counts.</summary>
public class RoomTests
{
    [Theory]
    [InlineData("Tributary.Model", new[] { "Tributary.Matomo", "Tributary.Planning", "Tributary.Shaping", "Tributary.Destinations", "Tributary.Store", "Tributary.Accounts", "Tributary.Runs", "Tributary.Scheduling", "Tributary.Alerts", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Destinations", new[] { "Tributary.Matomo", "Tributary.Planning", "Tributary.Shaping", "Tributary.Store", "Tributary.Accounts", "Tributary.Runs", "Tributary.Scheduling", "Tributary.Alerts", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Planning", new[] { "Tributary.Shaping", "Tributary.Destinations", "Tributary.Store", "Tributary.Accounts", "Tributary.Runs", "Tributary.Scheduling", "Tributary.Alerts", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Shaping", new[] { "Tributary.Planning", "Tributary.Destinations", "Tributary.Store", "Tributary.Accounts", "Tributary.Runs", "Tributary.Scheduling", "Tributary.Alerts", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Store", new[] { "Tributary.Planning", "Tributary.Shaping", "Tributary.Destinations", "Tributary.Accounts", "Tributary.Runs", "Tributary.Scheduling", "Tributary.Alerts", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Accounts", new[] { "Tributary.Shaping", "Tributary.Destinations", "Tributary.Scheduling", "Tributary.Alerts", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Runs", new[] { "Tributary.Scheduling", "Tributary.Alerts", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Alerts", new[] { "Tributary.Matomo", "Tributary.Shaping", "Tributary.Destinations", "Tributary.Accounts", "Tributary.Scheduling", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Scheduling", new[] { "Tributary.Shaping", "Tributary.Destinations", "Tributary.Matomo", "Tributary.Accounts", "Tributary.Alerts", "Tributary.Files", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Files", new[] { "Tributary.Matomo", "Tributary.Shaping", "Tributary.Destinations", "Tributary.Accounts", "Tributary.Runs", "Tributary.Alerts", "Tributary.Tables", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.Tables", new[] { "Tributary.Shaping", "Tributary.Alerts", "Tributary.Files", "Tributary.DataSets", "Tributary.Applying" })]
    [InlineData("Tributary.DataSets", new[] { "Tributary.Alerts", "Tributary.Files", "Tributary.Applying" })]
    public void A_room_knows_only_the_rooms_below_it(string room, string[] above)
    {
        var result = Types.InAssembly(typeof(Workspace).Assembly)
            .That().ResideInNamespaceMatching($"^{room.Replace(".", "\\.", StringComparison.Ordinal)}(\\.|$)")
            .ShouldNot().HaveDependencyOnAny(above)
            .GetResult();

        Assert.True(result.IsSuccessful, $"{room} must not know {string.Join(", ", above)}, but these do: {string.Join(", ", result.FailingTypeNames ?? [])}");
    }

    [Fact]
    public void The_rule_sees_every_room()
    {
        var rooms = Types.InAssembly(typeof(Workspace).Assembly).GetTypes()
            .Select(t => t.Namespace ?? "")
            .Where(n => n.StartsWith("Tributary.", StringComparison.Ordinal))
            .Select(n => n.Split('.')[1])
            .Distinct();

        Assert.Equal(["Accounts", "Alerts", "Applying", "DataSets", "Destinations", "Files", "Model", "Planning", "Runs", "Scheduling", "Shaping", "Store", "Tables"], rooms.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_folder_of_DuckDB_knows_DuckDB()
    {
        var result = Types.InAssembly(typeof(Workspace).Assembly)
            .That().DoNotResideInNamespace("Tributary.Destinations.DuckDb")
            .ShouldNot().HaveDependencyOn("DuckDB.NET")
            .GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void Only_the_store_knows_the_engines_that_keep_it()
    {
        var result = Types.InAssembly(typeof(Workspace).Assembly)
            .That().DoNotResideInNamespace("Tributary.Store")
            .ShouldNot().HaveDependencyOnAny("Microsoft.Data.Sqlite", "Npgsql")
            .GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
