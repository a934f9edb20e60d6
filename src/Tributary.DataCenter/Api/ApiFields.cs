using System.Text.RegularExpressions;

namespace Tributary.DataCenter.Api;

/// <summary>Fields as the API writes them: the core names them as the command line does.</summary>
internal static partial class ApiFields
{
    public static string NameOf(string field) => field.Split(' ')[0] switch
    {
        "NAME" or "NEW" or "--rename" => "name",
        "--token-env" or "--token-file" or "--token-stdin" => "token",
        "--basic-env" => "basic",
        "--proxy-env" => "proxy",
        "--header-env" => "header",
        "--run" => "run_id",
        "--preset" => "preset",
        var other => other.TrimStart('-').Replace('-', '_').ToLowerInvariant(),
    };

    /// <summary>A sentence of the core with fields named as in the API.</summary>
    public static string InAnswer(string message) => Flag().Replace(message, m => NameOf(m.Value));

    // Not within a command line, which is meant to be typed as it stands.
    [GeneratedRegex("(?<!tributary [^.]*)--[a-z][a-z-]*[a-z]", RegexOptions.CultureInvariant)]
    private static partial Regex Flag();
}
