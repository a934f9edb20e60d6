namespace Tributary.Warehouses.Tests;

public sealed class WarehouseKindsTests
{
    [Fact]
    public void Every_kind_and_option_has_a_name_of_its_own_and_says_what_it_is()
    {
        Assert.Distinct(WarehouseKinds.All.Select(k => k.Name));
        Assert.All(WarehouseKinds.All, kind =>
        {
            Assert.Matches("^[a-z][a-z0-9]*$", kind.Name);
            Assert.NotEmpty(kind.Title);
            Assert.EndsWith(".", kind.Description, StringComparison.Ordinal);
            Assert.Distinct(kind.Options.Select(o => o.Name));
            Assert.All(kind.Options, option =>
            {
                Assert.Matches("^[a-z][a-z0-9_]*$", option.Name);
                Assert.EndsWith(".", option.Description, StringComparison.Ordinal);
                Assert.Equal(option.Type == Destinations.DestinationOptionType.Choice, option.Choices.Count > 0);
            });
        });
    }
}
