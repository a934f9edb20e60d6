using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Cli.Terminals;
using Tributary.Cli.Output;

namespace Tributary.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var terminal = Terminal.OfProcess();
        using var interruption = new Interruption(terminal);
        return await RunAsync(args, terminal, interruption.Token);
    }

    /// <summary>One command from its words to its exit code.</summary>
    internal static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var isTold = false;
        try
        {
            var code = await RunCommandAsync(args, terminal, () => isTold = true, cancellationToken);
            terminal.Flush();
            return code;
        }
        catch (IOException error)
        {
            // What waits to be written fails once more when it is tried again, and stderr may be as full.
            return isTold ? ExitCode.Workspace : ErrorReport.OfOutput(error, terminal);
        }
    }

    private static async Task<int> RunCommandAsync(string[] args, Terminal terminal, Action told, CancellationToken cancellationToken)
    {
        var root = new TributaryCommand();
        var parse = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var command = parse.CommandResult.Command;
        try
        {
            if (parse.GetResult(root.Help) is not null || args.Length == 0)
            {
                HelpPage.Write(command, terminal.Out, terminal.Width);
                return ExitCode.Ok;
            }

            if (parse.GetResult(root.Version) is not null)
            {
                terminal.Out.WriteLine($"tributary {TributaryCommand.ProgramVersion}");
                return ExitCode.Ok;
            }

            var problems = ParseProblems.Of(parse);
            if (problems.Count > 0 || command is not CliCommand cliCommand)
            {
                return ErrorReport.Usage(problems, command, terminal);
            }

            return await cliCommand.RunAsync(new Call(parse, root, terminal), cancellationToken);
        }
        catch (Exception exception) when (exception is not OutputException)
        {
            told();
            return ErrorReport.Of(exception, command, terminal, cancellationToken.IsCancellationRequested);
        }
    }
}
