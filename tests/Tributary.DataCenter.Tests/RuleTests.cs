using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NetArchTest.Rules;

namespace Tributary.DataCenter.Tests;

public sealed partial class RuleTests
{
    [Fact]
    public void The_Data_Center_reaches_the_core_through_its_facade_alone()
    {
        var result = Types.InAssembly(typeof(DataCenterServer).Assembly)
            .ShouldNot()
            .HaveDependencyOnAny(
                "Tributary.Planning", "Tributary.Shaping", "Tributary.Destinations.IDestination", "Tributary.Destinations.DuckDb", "Tributary.Store", "Tributary.Runs", "Tributary.Matomo.Requests",
                "Tributary.SampleMatomo", "DuckDB.NET", "Microsoft.Data.Sqlite")
            .GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void No_page_carries_a_style_or_a_script_in_its_text()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Root(), "src", "Tributary.DataCenter"), "*.razor", SearchOption.AllDirectories).ToList();

        Assert.True(pages.Count > 40, "The pages were not found.");
        Assert.All(pages, page => Assert.DoesNotMatch(Inline(), File.ReadAllText(page)));
    }

    [GeneratedRegex("""<[a-z][^>]*\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+="(?!@)""")]
    private static partial Regex Inline();

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
