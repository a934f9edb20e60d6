using Tributary.Accounts;
using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Matomo.Catalog;

namespace Tributary.Cli.Commands.Reports;

internal sealed class DescribeCommand : CliCommand
{
    private readonly Argument<string> _report = Kinds.Name("REPORT", "The report as Matomo names the method.");
    private readonly Option<string> _account = Kinds.Text("--account", "A", "As this account's server has it.");
    private readonly Option<bool> _json = Kinds.Json();

    public DescribeCommand()
        : base("describe", "What a report's rows are, what it takes, and its columns.", "tributary report describe Actions.getPageUrls")
    {
        Add(_report);
        AddAll([_account, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var report = await workspace.Reports.DescribeAsync(call.Value(_report), call.Value(_account), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(ReportDetailForm.Of(report), JsonForms.Indented.ReportDetailForm);
            return ExitCode.Ok;
        }

        WriteWords(report, call.Terminal.Out);
        call.WriteTable(ColumnsOf(report));
        return ExitCode.Ok;
    }

    private static void WriteWords(ReportDefinition report, TextWriter writer)
    {
        writer.WriteLine($"{report.Method}: {report.Name} ({report.Group})");
        writer.WriteLine(report.Description);
        if (!report.Available)
        {
            writer.WriteLine($"Not available: {report.Reason}");
        }

        writer.WriteLine($"Dates: {(report.HasDates ? "yes" : "no")}. Segments: {(report.AcceptsSegment ? "yes" : "no")}.");
        if (report.Dimensions.Count > 0)
        {
            writer.WriteLine($"Dimensions: {string.Join(", ", report.Dimensions.Select(d => d.Name).Distinct(StringComparer.Ordinal))}.");
        }

        writer.WriteLine();
        var fields = new TextTable("FIELD", "REQUIRED", "MEANING");
        foreach (var field in ReportBook.FieldsOf(report))
        {
            fields.Add(field.Flag, field.Required ? "yes" : "", field.Choices.Count > 0 ? $"{field.Meaning} One of: {string.Join(", ", field.Choices)}." : field.Meaning);
        }

        fields.Write(writer, null);
        writer.WriteLine();
    }

    private static TextTable ColumnsOf(ReportDefinition report)
    {
        var table = new TextTable("COLUMN", "TYPE", "OVER TIME", "UNIT", "DESCRIPTION");
        foreach (var column in report.Columns)
        {
            table.Add(column.Name, Words.Plain(column.Type), column.OverTime == OverTime.NotApplicable ? "-" : Words.Plain(column.OverTime), column.Unit ?? "", column.Description ?? "");
        }

        return table;
    }
}
