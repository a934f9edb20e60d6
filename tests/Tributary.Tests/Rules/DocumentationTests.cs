using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Tributary.Matomo;
using Tributary.Runs;

namespace Tributary.Tests.Rules;

public partial class DocumentationTests
{
    [Fact]
    public void Every_code_in_the_source_stands_in_the_list_of_errors()
    {
        var documented = File.ReadAllText(Path.Combine(Root(), "docs", "errors.md"));
        var codes = Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(m => m.Groups["code"].Value))
            .Concat(Enum.GetValues<MatomoErrorKind>().Select(RunErrors.CodeOf))
            .Distinct()
            .ToList();

        Assert.True(codes.Count > 50, $"only {codes.Count} codes were found");
        Assert.DoesNotContain(codes, code => !documented.Contains($"| `{code}` |", StringComparison.Ordinal));
        Assert.Empty(Documented().Matches(documented).GroupBy(m => m.Value, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public void Nothing_in_the_repository_names_a_folder_outside_it()
    {
        var files = Directory.EnumerateFiles(Root(), "*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".md", StringComparison.Ordinal) || f.EndsWith(".sh", StringComparison.Ordinal))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}artifacts{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !f.Contains($"{Path.DirectorySeparatorChar}node_modules{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

        Assert.DoesNotContain(files, file => File.ReadAllText(file).Contains("/wo" + "rk/", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_page_that_a_page_names_is_there()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Root(), "README.md")).ToList();

        var missing = pages.SelectMany(page => Link().Matches(File.ReadAllText(page))
            .Select(m => m.Groups["to"].Value)
            .Where(to => !to.Contains(':', StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, to)))
            .Select(to => $"{Path.GetFileName(page)} → {to}"));

        Assert.True(pages.Count > 20, $"only {pages.Count} pages were found");
        Assert.Empty(missing);
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex("^\\| `[a-z_.]+` \\|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Documented();

    [GeneratedRegex("\"(?<code>(workspace|input|account|dataset|move|apply|columns|lookback|run|plan|values|dates|partition|rows|transitions|site|destination|query|subtable|segment|goal|visits|flatten|matomo|drift|merge|replace|revert|totals|alert|store|schedule|file|verify|web)\\.[a-z_]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex("\\]\\((?<to>[^)#\\s]+)(#[^)]*)?\\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
