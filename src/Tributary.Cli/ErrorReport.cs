using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Cli.Terminals;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Cli;

/// <summary>A failure in words on stderr, and its exit code.</summary>
internal static class ErrorReport
{
    public static int Usage(IReadOnlyList<string> problems, Command command, Terminal terminal)
    {
        if (problems.Count == 0)
        {
            problems = [$"{CommandNames.Full(command)} needs one more word: {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}."];
        }

        return Write(terminal, problems, HelpHint(command), ExitCode.Usage);
    }

    public static int Of(Exception exception, Command command, Terminal terminal, bool stopped) => exception switch
    {
        OperationCanceledException when stopped => Stopped(terminal),
        InputException e => Write(terminal, e.Problems.Select(p => $"{p.Field}: {p.Message}"), HelpHint(command), ExitCode.Usage),
        TributaryException { Fault: Fault.Defect } e => Defect(terminal, e),
        TributaryException e => Write(terminal, [e.Message], Hint(e.Fault), ExitCode.Of(e.Fault)),
        MatomoException e => Write(terminal, [e.Message], Hint(Fault.Source), ExitCode.Source),
        IOException or UnauthorizedAccessException => Write(terminal, [exception.Message], Hint(Fault.Workspace), ExitCode.Workspace),
        _ => Defect(terminal, exception),
    };

    /// <summary>Output that could not be written, told if that can be.</summary>
    public static int OfOutput(IOException error, Terminal terminal)
    {
        try
        {
            return Write(terminal, [error.Message], null, ExitCode.Workspace);
        }
        catch (IOException)
        {
            return ExitCode.Workspace;
        }
    }

    private static int Stopped(Terminal terminal)
    {
        terminal.Error.WriteLine("stopped.");
        return ExitCode.Cancelled;
    }

    private static int Defect(Terminal terminal, Exception exception)
    {
        var code = Write(terminal, [$"something went wrong inside Tributary: {exception.Message}"], "this is a defect of ours. Please report it with the lines below; no token is in them.", ExitCode.Defect);
        terminal.Error.WriteLine(exception.ToString());
        return code;
    }

    private static int Write(Terminal terminal, IEnumerable<string> messages, string? hint, int code)
    {
        foreach (var message in messages)
        {
            terminal.Error.WriteLine($"error: {Visible.Text(message)}");
        }

        if (hint is not null)
        {
            terminal.Error.WriteLine($"hint: {Visible.Text(hint)}");
        }

        return code;
    }

    private static string HelpHint(Command command) => $"`{CommandNames.Full(command)} --help` shows what can be given.";

    private static string? Hint(Fault fault) => fault switch
    {
        Fault.Source => "`tributary account test NAME` checks the connection step by step.",
        Fault.Workspace => "`tributary doctor` looks at what is wrong with the workspace. `--workspace DIR` names another.",
        Fault.Setup => null,
        _ => "`tributary doctor` looks at what is wrong and how to mend it.",
    };
}
