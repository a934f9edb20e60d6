using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;

namespace Tributary.Cli.Commands.Config;

internal sealed class ExportCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ExportCommand()
        : base("export", "Print the workspace as a file for `tributary apply`. Tokens and other secrets are named by environment variables, never printed.",
            "tributary config export > tributary.yaml")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var export = await workspace.ExportFileAsync(cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(new ExportedForm(export.Text, export.Variables, export.Notes), JsonForms.Indented.ExportedForm);
        }
        else
        {
            call.Terminal.Out.Write(export.Text);
        }

        foreach (var note in export.Notes)
        {
            call.Say(note);
        }

        if (export.Variables.Count > 0)
        {
            call.Say($"To apply it elsewhere, set {string.Join(", ", export.Variables)}.");
        }

        return ExitCode.Ok;
    }
}
