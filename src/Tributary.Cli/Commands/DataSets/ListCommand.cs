using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ListCommand()
        : base("list", "All DataSets, with their tables, last and next runs.", "tributary dataset list")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var dataSets = await workspace.ListDataSetsAsync(cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. dataSets.Select(DataSetForm.Of)], JsonForms.Indented.IReadOnlyListDataSetForm);
        }
        else if (dataSets.Count == 0)
        {
            call.Say("No DataSets yet. `tributary dataset add NAME --account A --report REPORT` adds one.");
        }
        else
        {
            call.WriteTable(TableOf(dataSets));
        }

        return ExitCode.Ok;
    }

    internal static TextTable TableOf(IEnumerable<DataSet> dataSets)
    {
        var table = new TextTable("DATASET", "TABLE", "REPORT", "ACCOUNT", "ROWS", "PARTITIONS", "LAST STATUS", "LAST RUN", "NEXT RUN", "SCHEDULE").AlignRight(4, 5);
        foreach (var d in dataSets)
        {
            table.Add(
                d.Definition.Name, d.Table, d.Definition.Details.Report, d.AccountName ?? "-", Words.Number(d.Rows), Words.Number(d.Partitions),
                d.LastRun is { } run ? Words.Plain(run.Status) : "never run", Words.Moment(d.LastRunAt),
                d.Schedule.Next is [var next, ..] ? Words.Moment(next) : "-", d.Schedule.Words);
        }

        return table;
    }
}
