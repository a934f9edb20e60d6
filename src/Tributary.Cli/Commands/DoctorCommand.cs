using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;

namespace Tributary.Cli.Commands;

internal sealed class DoctorCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public DoctorCommand()
        : base("doctor", "Look at everything that can be wrong with the workspace, and say how to mend it.", "tributary doctor")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var findings = await workspace.DiagnoseAsync(cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. findings.Select(FindingForm.Of)], JsonForms.Indented.IReadOnlyListFindingForm);
        }
        else
        {
            foreach (var finding in findings)
            {
                call.Terminal.Out.WriteLine($"{(finding.Ok ? "ok    " : "WRONG ")} {finding.Name}: {TextTable.Clean(finding.Message)}");
            }
        }

        return findings.All(f => f.Ok) ? ExitCode.Ok : ExitCode.Workspace;
    }
}
