using System.CommandLine;
using Tributary.Cli.Options;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class ShowCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<bool> _json = Kinds.Json();

    public ShowCommand()
        : base("show", "What a DataSet reads, its columns, and how its last run ended.", "tributary dataset show Pages")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        DataSetPrint.One(await workspace.GetDataSetAsync(call.Value(_name), cancellationToken), call, call.Value(_json));
        return ExitCode.Ok;
    }
}
