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
            terminal.Say($"{Mark(step.State, terminal.ErrorIsTerminal)} {step.Name}: {TextTable.Clean(step.Message)}");
        }
    }

    /// <summary>0 when every step is fine, 2 when the address has no form to ask at, 3 when Matomo or the way to it failed.</summary>
    public static int ExitCodeOf(AccountTest test) => test.Steps.FirstOrDefault(s => s.State == ConnectionStepState.Failed) switch
    {
        null => ExitCode.Ok,
        { Name: "address", Error: null } => ExitCode.Usage,
        _ => ExitCode.Source,
    };

    private static string Mark(ConnectionStepState state, bool terminal) => state switch
    {
        ConnectionStepState.Ok => terminal ? "✓" : "ok    ",
        ConnectionStepState.Failed => terminal ? "✗" : "FAILED",
        _ => terminal ? "–" : "-     ",
    };
}
