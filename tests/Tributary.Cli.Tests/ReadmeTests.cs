using System.Runtime.CompilerServices;
using Tributary.Cli.Commands;

namespace Tributary.Cli.Tests;

/// <summary>The README's commands. The demo's and the query's are run by <see cref="DemoTests"/>, in a workspace of the test.</summary>
public sealed class ReadmeTests
{
    private const string FromSource = "dotnet run --project src/Tributary.Cli -- ";

    public static TheoryData<string> Commands => [.. Lines().Where(l => l.StartsWith("tributary ", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_can_be_typed_as_it_stands(string line)
    {
        var parse = new TributaryCommand().Parse(HelpTests.ShellWords(line)[1..]);

        Assert.Empty(ParseProblems.Of(parse));
    }

    [Fact]
    public void There_are_commands_to_try()
    {
        Assert.True(Commands.Count >= 4);
        Assert.Contains("./test.sh", Lines());
    }

    /// <summary>The words of the README's command of that name behind <c>--</c>, its workspace left out.</summary>
    internal static IEnumerable<string> Words(string command)
    {
        var words = HelpTests.ShellWords(Lines().Single(l => l.StartsWith(FromSource + command + " ", StringComparison.Ordinal))[FromSource.Length..]);
        var workspace = Array.IndexOf(words, "--workspace");
        return [.. words[..workspace], .. words[(workspace + 2)..]];
    }

    private static IEnumerable<string> Lines() => File.ReadLines(Path.Combine(Root(), "README.md"));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
