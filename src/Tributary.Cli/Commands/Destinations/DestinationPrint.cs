using Tributary.Cli.Output;
using Tributary.Cli.Terminals;
using Tributary.DataCenter.Forms;
using Tributary.Destinations;

namespace Tributary.Cli.Commands.Destinations;

internal static class DestinationPrint
{
    public static void Step(DestinationStep step, Terminal terminal)
    {
        var mark = (step.IsFine, step.IsWarning, terminal.ErrorIsTerminal) switch
        {
            (false, _, true) => "✗",
            (false, _, false) => "FAILED",
            (true, true, true) => "!",
            (true, true, false) => "note  ",
            (_, _, true) => "✓",
            _ => "ok    ",
        };
        terminal.Say($"{mark} {step.Name}: {TextTable.Clean(step.Sentence)}");
    }

    /// <summary>The steps, and the destination when all went well; the exit code.</summary>
    public static int Test(DestinationTest test, Call call, bool json, string whenFailed)
    {
        foreach (var step in test.Steps)
        {
            Step(step, call.Terminal);
        }

        if (json)
        {
            call.WriteJson(DestinationTestForm.Of(test), JsonForms.Indented.DestinationTestForm);
        }

        if (!test.IsFine)
        {
            call.Say($"error: {whenFailed}");
            return ExitCode.Destination;
        }

        return ExitCode.Ok;
    }

    /// <summary>Whether an option of a kind is a secret; of a kind that is not there, everything is.</summary>
    public static bool IsSecret(Workspace workspace, string kind, string option) =>
        workspace.Destinations.Kinds.FirstOrDefault(k => string.Equals(k.Name, kind, StringComparison.OrdinalIgnoreCase)) is { } known && known.Options.Any(o => o.Name == option && o.Secret);
}
