using Tributary.Cli.Terminals;

namespace Tributary.Cli.Tests;

/// <summary>The program in this process, with what it printed.</summary>
internal sealed record Cli(int ExitCode, string Out, string Error)
{
    public const string Token = "c0ffee00c0ffee00c0ffee00c0ffee00";

    public static async Task<Cli> RunAsync(params string[] args)
    {
        var (terminal, output, error) = NewTerminal();
        var code = await Program.RunAsync(args, terminal, TestContext.Current.CancellationToken);
        return new Cli(code, output.ToString(), error.ToString());
    }

    public static (Terminal Terminal, StringWriter Out, StringWriter Error) NewTerminal(string input = "", bool isTerminal = false)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        return (new Terminal(output, error) { In = new StringReader(input), ErrorIsTerminal = isTerminal, InIsTerminal = isTerminal }, output, error);
    }
}
