using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Tributary.DataCenter.Components.Parts;

/// <summary>What to do about each code, as docs/errors.md says it.</summary>
internal static partial class Cures
{
    private static readonly FrozenDictionary<string, string> All = Read();

    /// <summary>What to do; null for a code that is not listed.</summary>
    public static string? Of(string code) => All.GetValueOrDefault(code);

    private static FrozenDictionary<string, string> Read()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("errors.md")!);
        return Row().Matches(reader.ReadToEnd())
            .DistinctBy(m => m.Groups["code"].Value)
            .ToFrozenDictionary(m => m.Groups["code"].Value, m => InPage(m.Groups["cure"].Value.Trim()), StringComparer.Ordinal);
    }

    /// <summary>The page where a person does what the list tells to type.</summary>
    private static string InPage(string cure) => FieldWords.InPage(Flag().Replace(
        Command().Replace(cure, m => m.Groups["words"].Value switch
        {
            var w when w.StartsWith("account", StringComparison.Ordinal) => "the Accounts page",
            var w when w.StartsWith("dataset show", StringComparison.Ordinal) => "the Data tab",
            var w when w.StartsWith("dataset", StringComparison.Ordinal) => "the Settings tab",
            var w when w.StartsWith("alert", StringComparison.Ordinal) => "the alerts under Settings",
            _ => m.Value.Trim('`'),
        }),
        m => m.Value.Trim('`')).Replace("`", "", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| `(?<code>[a-z_]+\.[a-z_]+)` \|[^|]*\|(?<cure>[^|]*)\|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(tributary )?(?<words>(account|dataset|alert|serve)[^`]*)`", RegexOptions.CultureInvariant)]
    private static partial Regex Command();

    [GeneratedRegex("`--[^`]*`", RegexOptions.CultureInvariant)]
    private static partial Regex Flag();
}
