using System.CommandLine;
using System.Globalization;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class HistoryCommand : CliCommand
{
    private const int ShownAtOnce = 20;

    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<int?> _rows = Kinds.Number("--rows", $"How many runs to show, newest first. Default: {ShownAtOnce}; all with --json.", 1);
    private readonly Option<bool> _schema = Kinds.Switch("--schema", "Instead of runs: how the table's columns came to be.");
    private readonly Option<bool> _json = Kinds.Json();

    public HistoryCommand()
        : base("history", "The runs of a DataSet: when, why, how they ended and what they read.",
            "tributary dataset history Pages",
            "tributary dataset history Pages --schema",
            "tributary dataset history Pages --json")
    {
        Add(_name);
        AddAll([_rows, _schema, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        if (call.Value(_schema))
        {
            PrintSchemas(await workspace.ReadSchemasAsync(call.Value(_name), cancellationToken), call, call.Value(_json));
            return ExitCode.Ok;
        }

        var history = await workspace.ReadHistoryAsync(call.Value(_name), cancellationToken);
        var shown = history.Runs.Take(call.Value(_rows) ?? (call.Value(_json) ? int.MaxValue : ShownAtOnce)).ToList();

        if (call.Value(_json))
        {
            call.WriteJson(HistoryForm.Of(history with { Runs = shown }), JsonForms.Indented.HistoryForm);
        }
        else if (shown.Count > 0)
        {
            call.WriteTable(TableOf(shown));
        }

        SaySummary(history, call);
        return ExitCode.Ok;
    }

    private static void PrintSchemas(IReadOnlyList<SchemaVersion> versions, Call call, bool json)
    {
        if (json)
        {
            call.WriteJson([.. versions.Select(SchemaVersionForm.Of)], JsonForms.Indented.IReadOnlyListSchemaVersionForm);
            return;
        }

        var table = new TextTable("AT", "COLUMNS", "CHANGES", "RUN").AlignRight(1);
        foreach (var version in versions)
        {
            table.Add(Words.Moment(version.At), Words.Number(version.Columns.Count), version.Changes.Count == 0 ? "the first run" : string.Join("; ", version.Changes), version.RunId);
        }

        call.WriteTable(table);
    }

    private static void SaySummary(RunHistory history, Call call)
    {
        if (history.Runs.Count == 0)
        {
            call.Say($"{history.DataSet} has no runs yet. `tributary dataset run {CommandText.Quote(history.DataSet)}` makes one.");
            return;
        }

        call.Say(history is { SuccessRate: { } rate, LastSuccessAt: { } last }
            ? string.Create(CultureInfo.InvariantCulture, $"{rate:P0} of the runs succeeded; the last that did ended {Words.Time(call.Terminal.Clock.GetUtcNow() - last)} ago.")
            : "No run succeeded yet.");
    }

    private static TextTable TableOf(IEnumerable<RunEntry> runs)
    {
        var table = new TextTable("STARTED", "STATUS", "WHY", "BY", "ROWS", "PARTITIONS", "REQUESTS", "BYTES", "SECONDS", "WARNINGS", "RUN").AlignRight(4, 5, 6, 7, 8, 9);
        foreach (var run in runs)
        {
            var result = run.Result;
            table.Add(
                Words.Moment(run.StartedAt ?? run.NotBefore ?? run.DueAt),
                run.Status == RunStatus.Queued && run.NotBefore is not null ? "queued until then" : Words.Plain(run.Status),
                run.Trigger + (run.Attempt > 1 ? string.Create(CultureInfo.InvariantCulture, $", attempt {run.Attempt}") : ""),
                run.RequestedBy ?? "-",
                result is null ? "-" : Words.Number(result.Rows),
                result is null ? "-" : Words.Number(result.Partitions),
                result is null ? "-" : Words.Number(result.Requests),
                result is null ? "-" : Words.Number(result.BytesRead),
                result is null ? "-" : Words.Seconds(result.Elapsed),
                result is null ? "-" : Words.Number(result.Warnings.Count(w => !w.IsNote)),
                run.RunId);
        }

        return table;
    }
}
