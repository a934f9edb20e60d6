using System.CommandLine;
using Tributary.Model;

namespace Tributary.Cli.Options;

/// <summary>Which folder is the workspace: the flag, else the environment, else the platform's folder for data of programs.</summary>
internal static class WorkspaceFolder
{
    public const string Variable = "TRIBUTARY_WORKSPACE";

    public static Option<string> Option() => new("--workspace")
    {
        HelpName = "DIR",
        Description = $"The workspace's folder. Default: ${Variable}, else {PlatformFolder("tributary") ?? "none"}.",
        Recursive = true,
    };

    public static string Default(Func<string, string?> variable) =>
        variable(Variable) is { Length: > 0 } named
            ? named
            : PlatformFolder("tributary") ?? throw new InputException("--workspace", $"this user has no home folder to keep data in. Name a folder with --workspace or {Variable}.");

    /// <summary>A folder beside the default workspace that no account of a person lives in.</summary>
    public static string Demo() =>
        PlatformFolder("tributary-demo") ?? throw new InputException("--workspace", "this user has no home folder to keep data in. Name a folder with --workspace.");

    private static string? PlatformFolder(string name)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length == 0 ? null : Path.Combine(data, name);
    }
}
