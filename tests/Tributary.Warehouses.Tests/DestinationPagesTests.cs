using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tributary.Warehouses.Tests;

public partial class DestinationPagesTests
{
    [Fact]
    public void Every_kind_has_a_page_whose_options_are_those_it_has()
    {
        foreach (var kind in WarehouseKinds.All)
        {
            var page = File.ReadAllText(Path.Combine(Pages(), kind.Name + ".md"));
            var section = page.Split("\n## ").Single(s => s.StartsWith("Options\n", StringComparison.Ordinal));
            var documented = section.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).SelectMany(l => Name().Matches(l.Split('|')[1]).Select(m => m.Groups["name"].Value));

            Assert.Equal(kind.Options.Select(o => o.Name).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_table_of_kinds_names_every_kind()
    {
        var page = File.ReadAllText(Path.Combine(Pages(), "README.md"));

        Assert.All(WarehouseKinds.All, kind => Assert.Contains($"({kind.Name}.md)", page, StringComparison.Ordinal));
        Assert.All(WarehouseKinds.All, kind => Assert.Contains($"| `{kind.Name}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_tested_against_a_server_says_so() =>
        Assert.Contains("*not tested against a server*", File.ReadAllText(Path.Combine(Pages(), "sqlserver.md")), StringComparison.Ordinal);

    private static string Pages([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "destinations"));

    [GeneratedRegex("`(?<name>[a-z_]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
