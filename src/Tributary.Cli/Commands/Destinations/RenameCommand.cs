using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Destinations;

internal sealed class RenameCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The destination.");
    private readonly Argument<string> _new = Kinds.Name("NEW", "Its new name.");
    private readonly Option<bool> _json = Kinds.Json();

    public RenameCommand()
        : base("rename", "Give a destination another name.", "tributary destination rename Warehouse Lake")
    {
        Add(_name);
        Add(_new);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var renamed = await workspace.Destinations.RenameAsync(call.Value(_name), call.Value(_new), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new RenamedDestinationForm(call.Value(_name), DestinationForm.Of(renamed)), JsonForms.Indented.RenamedDestinationForm);
            return ExitCode.Ok;
        }

        call.Say($"{call.Value(_name)} is called {renamed.Name} now.");
        return ExitCode.Ok;
    }
}
