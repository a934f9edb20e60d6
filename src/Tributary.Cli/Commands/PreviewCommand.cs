using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands;

internal sealed class PreviewCommand : CliCommand
{
    private const int DefaultRows = 50;

    private readonly Option<string> _account = Kinds.Text("--account", "A", "The account to read from.", required: true);
    private readonly DetailsOptions _details = new();
    private readonly Option<int?> _rows = Kinds.Number("--rows", $"How many rows to show. Default: {DefaultRows}.", 1, 10_000);
    private readonly Option<bool> _json = Kinds.Json();

    public PreviewCommand()
        : base("preview", "Read the first rows as they would be stored, and say what a run will ask for. Nothing is stored.",
            "tributary preview --account Main --report Actions.getPageUrls --rows 5",
            "tributary preview --account Main --report VisitsSummary.get --period month --start 2026-01-01 --end 2026-06-30")
    {
        AddAll([_account, .. _details.All, _rows, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var preview = await workspace.PreviewAsync(call.Value(_account)!, _details.Read(call), call.Value(_rows) ?? DefaultRows, cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(PreviewForm.Of(preview), JsonForms.Indented.PreviewForm);
        }
        else
        {
            WriteRows(preview, call);
        }

        var plan = preview.Plan;
        call.Say($"A run reads {Words.Range(plan.From, plan.To)}: {Words.Count(plan.Sites, "site")}, {Words.Count(plan.Partitions, "partition")}, up to about {Words.Count(plan.Requests, "request")}.");
        if (preview.ExpectedRows is { } expected)
        {
            call.Say($"About {Words.Count(expected, "row")} to expect{(preview.OthersShare is > 0 and var share ? $"; Others hold up to {share.ToString("P1", System.Globalization.CultureInfo.InvariantCulture)}" : "")}.");
        }

        foreach (var warning in preview.Warnings)
        {
            call.Say($"{(warning.IsNote ? "note" : "warning")}: {TextTable.Clean(warning.Message)} ({warning.Code})");
        }

        return ExitCode.Ok;
    }

    private static void WriteRows(PreviewResult preview, Call call)
    {
        var table = new TextTable([.. preview.Columns.Select(c => c.Name)])
            .AlignRight([.. Enumerable.Range(0, preview.Columns.Count).Where(i => RowText.IsNumber(preview.Columns[i].Type))]);
        foreach (var row in preview.Rows)
        {
            table.Add([.. row.Select(RowText.Of)]);
        }

        call.WriteTable(table);
    }
}
