using System.CommandLine;
using System.Text;
using Tributary.Cli.Commands;

namespace Tributary.Cli.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> EveryCommand => [.. CommandNames.All(new TributaryCommand()).Select(CommandNames.Full)];

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public async Task Every_command_has_help_with_an_example(string command)
    {
        var help = await Cli.RunAsync([.. command.Split(' ')[1..], "--help"]);

        Assert.Equal(0, help.ExitCode);
        Assert.Empty(help.Error);
        Assert.Contains($"Usage:\n  {command}", help.Out, StringComparison.Ordinal);
        Assert.Matches($"Examples?:\n  {command}", help.Out);
        Assert.Contains("--workspace DIR", help.Out, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public void Every_example_can_be_typed_as_it_stands(string command)
    {
        var root = new TributaryCommand();
        var own = CommandNames.All(root).Single(c => CommandNames.Full(c) == command);

        Assert.All(own.Examples, example =>
        {
            var parse = root.Parse(ShellWords(example)[1..]);
            Assert.Same(own, parse.CommandResult.Command);
            Assert.Empty(ParseProblems.Of(parse));
        });
    }

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public void Every_option_and_argument_is_described_in_a_sentence(string command)
    {
        var own = CommandNames.All(new TributaryCommand()).Single(c => CommandNames.Full(c) == command);

        Assert.EndsWith(".", own.Description, StringComparison.Ordinal);
        Assert.All(own.Options.Where(o => !o.Hidden), o => Assert.EndsWith(".", o.Description, StringComparison.Ordinal));
        Assert.All(own.Arguments, a => Assert.EndsWith(".", a.Description, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_name_alone_shows_the_help_of_everything()
    {
        var bare = await Cli.RunAsync();
        var asked = await Cli.RunAsync("--help");

        Assert.Equal(0, bare.ExitCode);
        Assert.Equal(asked.Out, bare.Out);
        Assert.All(CommandNames.All(new TributaryCommand()), c => Assert.Contains($"\n  {CommandNames.Full(c)["tributary ".Length..]} ", bare.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_is_shown_even_beside_mistakes()
    {
        var help = await Cli.RunAsync("dataset", "run", "--nonsense", "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Contains("tributary dataset run", help.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_noun_alone_says_which_words_follow_it()
    {
        var noun = await Cli.RunAsync("dataset");

        Assert.Equal(2, noun.ExitCode);
        Assert.Empty(noun.Out);
        Assert.Contains("add, list, show, run", noun.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lines_fit_the_window()
    {
        var help = await Cli.RunAsync("dataset", "add", "--help");

        Assert.All(help.Out.Split('\n').TakeWhile(l => !l.StartsWith("Example", StringComparison.Ordinal)), l => Assert.True(l.Length <= 100, l));
    }

    [Fact]
    public async Task Says_its_version()
    {
        var version = await Cli.RunAsync("--version");

        Assert.Matches("^tributary [0-9]+\\.[0-9]+\\.[0-9]+\n$", version.Out);
        Assert.Equal(0, version.ExitCode);
    }

    /// <summary>The words of a line as a shell would hand them over, up to a pipe or redirection.</summary>
    internal static string[] ShellWords(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char? quote = null;
        foreach (var c in line + " ")
        {
            if (quote is null && c is '|' or '>' or '<')
            {
                break;
            }

            if (c == quote || (quote is null && c is '"' or '\''))
            {
                quote = quote is null ? c : null;
            }
            else if (c == ' ' && quote is null)
            {
                words.Add(word.ToString());
                word.Clear();
            }
            else
            {
                word.Append(c);
            }
        }

        return [.. words.Where(w => w.Length > 0)];
    }
}
