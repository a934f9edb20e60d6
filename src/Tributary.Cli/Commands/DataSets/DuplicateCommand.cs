using System.CommandLine;
using Tributary.Cli.Options;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class DuplicateCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Argument<string> _new = Kinds.Name("NEW", "The copy's name.");
    private readonly Option<bool> _json = Kinds.Json();

    public DuplicateCommand()
        : base("duplicate", "Add a DataSet like another, with a table of its own and no data yet.", "tributary dataset duplicate Pages \"Pages by week\"")
    {
        Add(_name);
        Add(_new);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var copy = await workspace.DuplicateDataSetAsync(call.Value(_name), call.Value(_new), cancellationToken);
        DataSetPrint.One(copy, call, call.Value(_json));
        call.Say($"`tributary dataset run {CommandText.Quote(copy.Definition.Name)}` reads it.");
        return ExitCode.Ok;
    }
}
