using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class PartitionsCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<bool> _json = Kinds.Json();

    public PartitionsCommand()
        : base("partitions", "Every stored partition: its rows, whether Matomo may still change it, what was cut off.", "tributary dataset partitions Pages")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var partitions = await workspace.ReadPartitionsAsync(call.Value(_name), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. partitions.Select(PartitionForm.Of)], JsonForms.Indented.IReadOnlyListPartitionForm);
            return ExitCode.Ok;
        }

        call.WriteTable(TableOf(partitions));
        return ExitCode.Ok;
    }

    private static TextTable TableOf(IEnumerable<PartitionRecord> partitions)
    {
        var table = new TextTable("SITE", "PERIOD", "START", "END", "STATE", "ROWS", "OTHERS", "READ", "TRUNCATED", "SEGMENT").AlignRight(0, 5, 6);
        foreach (var p in partitions)
        {
            table.Add(
                RowText.Of(p.Key.SiteId), Words.Plain(p.Key.Period), FormText.DateOrNull(p.Key.Start) ?? "-", FormText.DateOrNull(p.Key.End) ?? "-", Words.Plain(p.State), Words.Number(p.Rows),
                p.OthersShare is { } share ? share.ToString("P1", System.Globalization.CultureInfo.InvariantCulture) : "-", Words.Moment(p.ReadAt), p.Truncated ?? "", p.Key.Segment);
        }

        return table;
    }
}
