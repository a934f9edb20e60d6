using System.CommandLine;
using System.Globalization;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;

namespace Tributary.Cli.Commands.Store;

internal sealed class ShowCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ShowCommand()
        : base("show", "Show where the workspace's records are, and which nodes work on them.", "tributary store show")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var store = await workspace.Store.DescribeAsync(cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(StoreForm.Of(store), JsonForms.Indented.StoreForm);
            return ExitCode.Ok;
        }

        call.Say($"{store.Engine}, {store.Place}, version {store.Version} of the records' form.");
        if (store.Nodes.Count == 0)
        {
            call.Say("No worker is at work. `tributary serve` starts one.");
            return ExitCode.Ok;
        }

        var table = new TextTable("Node", "Process", "Seen");
        foreach (var node in store.Nodes)
        {
            table.Add(node.Machine, node.ProcessId.ToString(CultureInfo.InvariantCulture), Words.Instant(node.SeenAt));
        }

        call.WriteTable(table);
        return ExitCode.Ok;
    }
}
