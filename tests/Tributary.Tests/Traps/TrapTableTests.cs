using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tributary.Tests.Traps;

public partial class TrapTableTests
{
    [Fact]
    public void Every_test_named_in_the_table_of_traps_exists()
    {
        var named = Named().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "traps.md"))).ToList();
        var tests = Directory.EnumerateFiles(Path.Combine(Root(), "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Test().Matches(File.ReadAllText(file)).Select(m => (Project: Path.GetRelativePath(Path.Combine(Root(), "tests"), file).Split(Path.DirectorySeparatorChar)[0], Class: Path.GetFileNameWithoutExtension(file), Method: m.Groups["method"].Value)))
            .ToHashSet();

        Assert.True(named.Count > 40, $"only {named.Count} tests are named");
        Assert.DoesNotContain(named, n => !tests.Contains((n.Groups["project"] is { Success: true } project ? project.Value : "Tributary.Tests", n.Groups["class"].Value, n.Groups["method"].Value)));
    }

    [Fact]
    public void No_row_of_the_table_of_traps_is_without_a_test()
    {
        var rows = File.ReadAllLines(Path.Combine(Root(), "docs", "traps.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| Trap |", StringComparison.Ordinal)).ToList();

        Assert.True(rows.Count > 25, $"only {rows.Count} rows");
        Assert.DoesNotContain(rows, r => !Named().IsMatch(r));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex("`((?<project>[A-Za-z.]+):)?(?<class>[A-Za-z]+)\\.(?<method>[A-Za-z0-9]+(_[A-Za-z0-9]+)+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"public (async )?(Task|void) (?<method>[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+)\(", RegexOptions.CultureInvariant)]
    private static partial Regex Test();
}
