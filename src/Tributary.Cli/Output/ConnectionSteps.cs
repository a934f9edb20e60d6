using Tributary.Accounts;
using Tributary.Cli.Terminals;
using Tributary.Matomo;

namespace Tributary.Cli.Output;

/// <summary>The steps of a connection test, one line each, on stderr.</summary>
internal static class ConnectionSteps
{
    public static void Say(AccountTest test, Terminal terminal)
    {
        foreach (var step in test.Steps)
        {
            terminal.Say($"{Mark(step.Result, terminal.ErrorIsTerminal)} {step.Name}: {TextTable.Clean(step.Sentence)}");
        }
    }

    /// <summary>Whether Matomo or the way to it failed. An address of no usable form is refused before any step.</summary>
    public static int ExitCodeOf(AccountTest test) => test.Steps.Any(s => s.Result == ConnectionStepResult.Failed) ? ExitCode.Source : ExitCode.Ok;

    private static string Mark(ConnectionStepResult result, bool terminal) => result switch
    {
        ConnectionStepResult.Ok => terminal ? "✓" : "ok    ",
        ConnectionStepResult.Warning => terminal ? "!" : "WARN  ",
        ConnectionStepResult.Failed => terminal ? "✗" : "FAILED",
        _ => terminal ? "–" : "-     ",
    };
}
