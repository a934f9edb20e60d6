using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Cli.Options;
using Tributary.Cli.Terminals;
using Tributary.Model;

namespace Tributary.Cli.Tests;

public sealed class TokenTests
{
    [Theory]
    [InlineData("account add Main --url https://m.example --token " + Cli.Token)]
    [InlineData("account add Main --url https://m.example --token=" + Cli.Token)]
    [InlineData("account add Main --url https://m.example --token")]
    [InlineData("account token Main --token " + Cli.Token)]
    public async Task A_token_as_an_argument_is_refused_with_the_ways_there_are(string line)
    {
        var run = await Cli.RunAsync(line.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("never given as an argument", run.Error, StringComparison.Ordinal);
        Assert.Contains("--token-env VAR or --token-stdin", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cli.Token, run.Error + run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("account token Main " + Cli.Token)]
    [InlineData("account add Main --url https://m.example " + Cli.Token)]
    [InlineData("account add Main --url https://m.example --token-env " + Cli.Token)]
    [InlineData("account add Main --url https://m.example --tokn=" + Cli.Token)]
    [InlineData(Cli.Token)]
    public async Task A_token_in_a_wrong_place_is_not_repeated(string line)
    {
        var run = await Cli.RunAsync(line.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.DoesNotContain(Cli.Token, run.Error + run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void No_command_has_an_option_that_takes_a_token()
    {
        var takers = CommandNames.All(new TributaryCommand())
            .SelectMany(c => c.Options)
            .Where(o => o.Name.Contains("token", StringComparison.Ordinal) && !o.Hidden && o.ValueType != typeof(bool));

        Assert.All(takers, o => Assert.Equal("--token-env", o.Name));
    }

    [Fact]
    public void Takes_the_token_from_the_environment()
    {
        var token = Read(["--token-env", "MATOMO"], new Terminal(TextWriter.Null, TextWriter.Null) { Variable = name => name == "MATOMO" ? $" {Cli.Token}\n" : null });

        Assert.Equal(Cli.Token, token);
    }

    [Fact]
    public void Takes_the_token_from_stdin()
    {
        var (terminal, _, _) = Cli.NewTerminal($"{Cli.Token}\nmore\n");

        Assert.Equal(Cli.Token, Read(["--token-stdin"], terminal));
    }

    [Fact]
    public void Asks_a_person_without_showing_the_answer()
    {
        var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error) { InIsTerminal = true, ErrorIsTerminal = true, ReadHidden = () => Cli.Token };

        Assert.Equal(Cli.Token, Read([], terminal));
        Assert.Contains("Token for Main (not shown while you type): ", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Cli.Token, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the token is missing")]
    [InlineData("--token-env NOPE", "The environment variable NOPE is not set")]
    [InlineData("--token-env abcdefabcdefabcdefabcdefabcdefab", "no name of an environment variable")]
    [InlineData("--token-stdin", "nothing came on stdin")]
    [InlineData("--token-stdin --token-env NOPE", "not both")]
    public void Says_why_there_is_no_token(string line, string reason)
    {
        var (terminal, _, _) = Cli.NewTerminal();

        var error = Assert.Throws<InputException>(() => Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), terminal));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_token_is_refused_without_being_repeated()
    {
        var (terminal, _, _) = Cli.NewTerminal("pass word!\n");

        var error = Assert.Throws<InputException>(() => Read(["--token-stdin"], terminal));

        Assert.Contains("is no token", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass word", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_person_who_gives_nothing_stores_nothing()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null) { InIsTerminal = true, ErrorIsTerminal = true, ReadHidden = () => null };

        Assert.Throws<InputException>(() => Read([], terminal));
    }

    [Fact]
    public void A_token_once_read_is_hidden_in_all_that_is_printed()
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var terminal = new Terminal(output, error) { In = new StringReader("s3cretNotHexAndLong\n") };

        Read(["--token-stdin"], terminal);
        terminal.Out.WriteLine("a s3cretNotHexAndLong b");
        terminal.Error.WriteLine("a s3cretNotHexAndLong b");

        Assert.Equal("a *** b\n", output.ToString());
        Assert.Equal("a *** b\n", error.ToString());
    }

    private static string Read(string[] words, Terminal terminal)
    {
        var options = new TokenOptions();
        var command = new Command("x");
        foreach (var option in options.All)
        {
            command.Options.Add(option);
        }

        return options.Read(new Call(command.Parse(words), new TributaryCommand(), terminal), "Main").Reveal();
    }
}
