using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Reports;

internal sealed class ListCommand : CliCommand
{
    private readonly Option<string> _account = Kinds.Text("--account", "A", "The reports of this account's server. Default: those Tributary knows by itself.");
    private readonly Option<string> _group = Kinds.Text("--group", "G", "One group, as the Report menu writes it or as Matomo names the module.");
    private readonly Option<bool> _json = Kinds.Json();

    public ListCommand()
        : base("list", "The reports on offer, by group.", "tributary report list --group Actions")
    {
        AddAll([_account, _group, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var reports = await workspace.Reports.ListAsync(call.Value(_account), call.Value(_group), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. reports.Select(ReportForm.Of)], JsonForms.Indented.IReadOnlyListReportForm);
            return ExitCode.Ok;
        }

        var table = new TextTable("GROUP", "REPORT", "NAME", "AVAILABLE");
        foreach (var report in reports)
        {
            table.Add(report.Group, ReportForm.NameOf(report), report.Name, report.Available ? "yes" : $"no: {report.Reason}");
        }

        call.WriteTable(table);
        return ExitCode.Ok;
    }
}
