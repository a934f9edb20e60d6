using System.Runtime.CompilerServices;

namespace Tributary.Matomo.Tests.Package;

/// <summary>Where the sources of this test run are.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Folder(), "..", "..", ".."));

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
