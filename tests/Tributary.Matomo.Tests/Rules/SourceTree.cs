using System.Runtime.CompilerServices;

namespace Tributary.Matomo.Tests.Rules;

/// <summary>Finds files of the repository by where this file was compiled.</summary>
internal static class SourceTree
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
