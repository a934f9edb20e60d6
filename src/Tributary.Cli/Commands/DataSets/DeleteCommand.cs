using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class DeleteCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<bool> _keepData = Kinds.Switch("--keep-data", "Leave the table where it is.");
    private readonly Option<bool> _json = Kinds.Json();

    public DeleteCommand()
        : base("delete", "Delete a DataSet, with its table unless told to keep it.", "tributary dataset delete Pages --keep-data")
    {
        Add(_name);
        AddAll([_keepData, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var keep = call.Value(_keepData);
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        await workspace.DeleteDataSetAsync(call.Value(_name), keep, cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new DeletedDataSetForm(call.Value(_name), keep), JsonForms.Indented.DeletedDataSetForm);
            return ExitCode.Ok;
        }

        call.Say($"{call.Value(_name)} is deleted{(keep ? "; its table stays." : ", with its table.")}");
        return ExitCode.Ok;
    }
}
