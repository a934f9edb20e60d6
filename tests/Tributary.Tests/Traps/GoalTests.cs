using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Tests.Traps;

/// <summary>Goals: one of them, their names, and sites that lack them.</summary>
public sealed class GoalTests(GoalTests.Server server) : IClassFixture<GoalTests.Server>
{
    private const string Day = "2026-11-23";

    [Theory]
    [InlineData("2", "idgoal=2", "goal_2_")]
    [InlineData("4", "idgoal=4", "goal_4_")]
    [InlineData("order", "idgoal=ecommerceOrder", "order_")]
    [InlineData("abandoned-cart", "idgoal=ecommerceAbandonedCart", "abandoned_cart_")]
    public async Task Of_nested_goals_only_the_one_chosen_makes_columns(string goal, string key, string prefix)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = "UserCountry.getCountry", Sites = "1", Date = Day, Goal = goal });
        var plain = await server.Here.Plain.AskAsync("UserCountry.getCountry", null, ("idSite", "1"), ("period", "day"), ("date", Day), ("flat", "1"));

        var columns = stored.Columns.Select(c => c.Name).Where(n => n.StartsWith("goal_", StringComparison.Ordinal) || n.StartsWith("order_", StringComparison.Ordinal) || n.StartsWith("abandoned_cart_", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(columns);
        Assert.All(columns, c => Assert.StartsWith(prefix, c, StringComparison.Ordinal));
        var conversions = plain.EnumerateArray().Sum(r => r.TryGetProperty("goals", out var goals) && goals.TryGetProperty(key, out var one) ? one.GetProperty("nb_conversions").GetInt64() : 0);
        Assert.True(conversions > 0);
        Assert.Equal(conversions, stored.Rows.Sum(r => (long?)r[$"{prefix}nb_conversions"] ?? 0));
    }

    [Theory]
    [InlineData("Goals.get", "2", "2")]
    [InlineData("Goals.get", "119", "119")]
    [InlineData("Goals.get", "order", "ecommerceOrder")]
    [InlineData("Goals.getDaysToConversion", "1", "1")]
    [InlineData("Goals.getVisitsUntilConversion", "abandoned-cart", "ecommerceAbandonedCart")]
    public async Task A_report_of_goals_is_asked_for_the_goal(string report, string goal, string idGoal)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = Day, Goal = goal });
        var plain = await server.Here.Plain.AskAsync(report, null, ("idSite", "1"), ("period", "day"), ("date", Day), ("idGoal", idGoal));

        var expected = plain.ValueKind == System.Text.Json.JsonValueKind.Object ? plain.GetProperty("nb_conversions").GetInt64() : plain.EnumerateArray().Sum(r => r.GetProperty("nb_conversions").GetInt64());
        Assert.Equal(expected, stored.Rows.Sum(r => (long)r["nb_conversions"]!));
        Assert.True(expected > 0);
    }

    [Fact]
    public async Task Column_descriptions_name_the_goal()
    {
        await server.Here.AddAsync("Named", new DetailsInput { Report = "UserCountry.getCountry", Sites = "1", Date = Day });
        await server.Here.RunAsync("Named");
        var columns = (await server.Here.Workspace.GetDataSetAsync("Named", TestContext.Current.CancellationToken)).Columns;
        var goals = await server.Here.Plain.AskAsync("Goals.getGoals", null, ("idSite", "1"));
        var described = 0;
        foreach (var goal in goals.EnumerateObject().Select(g => g.Value))
        {
            if (columns.FirstOrDefault(c => c.Name == $"goal_{goal.GetProperty("idgoal")}_nb_conversions") is { } column)
            {
                Assert.Contains(goal.GetProperty("name").GetString()!, column.Description, StringComparison.Ordinal);
                described++;
            }
        }

        Assert.True(described > 100, $"{described} of 120 goals");
    }

    [Theory]
    [InlineData("Goals.get")]
    [InlineData("UserCountry.getCountry")]
    public async Task A_site_without_the_goal_is_left_out_and_told(string report)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 3, VisitsPerDay = 40, Sites = 5 });
        var stored = await here.StoreAsync(new DetailsInput { Report = report, Date = "2026-11-24", Goal = "2" });

        Assert.Equal([1, 2], stored.Partitions.Select(p => p.Key.SiteId).Order());
        Assert.Equal([3, 4, 5], stored.Run.Warnings.Where(w => w.Code == "goal.missing" && w.IsNote).Select(w => w.SiteId!.Value).Order());
        var refused = await Assert.ThrowsAsync<InputException>(() => here.AddAsync("None", new DetailsInput { Report = report, Date = "2026-11-24", Goal = "77" }));
        Assert.Equal("--goal", Assert.Single(refused.Problems).Field);
        Assert.Contains("Newsletter signup", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A server with 120 goals.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal SampleWorkspace Here { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 5, VisitsPerDay = 60, Sites = 1, Goals = 120 });

        public async ValueTask DisposeAsync() => await Here.DisposeAsync();
    }
}
