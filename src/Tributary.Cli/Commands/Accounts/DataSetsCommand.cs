using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class DataSetsCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The account.");
    private readonly Option<bool> _json = Kinds.Json();

    public DataSetsCommand()
        : base("datasets", "The DataSets that stand on an account.", "tributary account datasets Main --json")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson([.. (await workspace.Accounts.ListDataSetsAsync(call.Value(_name), cancellationToken)).Select(DataSetForm.Of)], JsonForms.Indented.IReadOnlyListDataSetForm);
            return ExitCode.Ok;
        }

        var lines = await workspace.ListDataSetLinesAsync(call.Value(_name), cancellationToken);
        if (lines.Count == 0)
        {
            call.Say($"No DataSet stands on {call.Value(_name)}.");
        }
        else
        {
            call.WriteTable(DataSets.ListCommand.TableOf(lines));
        }

        return ExitCode.Ok;
    }
}
