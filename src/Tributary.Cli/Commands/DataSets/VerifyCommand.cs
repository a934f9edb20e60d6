using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class VerifyCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<int?> _sample = Kinds.Number("--sample", "How many stored partitions to read again, taken at random. Default: 5.", 1);
    private readonly Option<DateOnly?> _from = Kinds.Date("--from", "Instead of a sample: all partitions from this day on.");
    private readonly Option<DateOnly?> _to = Kinds.Date("--to", "The last of these days, inclusive.");
    private readonly Option<bool> _json = Kinds.Json();

    public VerifyCommand()
        : base("verify", "Read stored partitions again and compare them with the table, cell by cell. Changes nothing; exits with 1 when something differs or cannot be compared.",
            "tributary dataset verify Pages",
            "tributary dataset verify Pages --sample 20",
            "tributary dataset verify Pages --from 2026-11-01 --to 2026-11-07")
    {
        Add(_name);
        AddAll([_sample, _from, _to, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var request = new VerifyRequest { Sample = call.Value(_sample), From = call.Value(_from), To = call.Value(_to) };
        if (request.From is null != request.To is null || (request.From is not null && request.Sample is not null))
        {
            throw new InputException("--from", "Give --from with --to, or --sample, or none of them.");
        }

        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var result = await workspace.VerifyAsync(call.Value(_name), request, cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(VerifyForm.Of(result), JsonForms.Indented.VerifyForm);
        }
        else
        {
            Print(result, call);
        }

        if (result.Unseen.Count > 0)
        {
            call.Say($"{Words.Count(result.Unseen.Count, "stored partition")} could not be compared: the DataSet does not read their sites any more ({string.Join(", ", result.Unseen.Select(k => k.SiteId).Distinct().Order())}).");
        }

        call.Say(result.IsEqual
            ? $"{Words.Count(result.Partitions.Count, "partition")} of {Words.Number(result.Stored)}, {Words.Count(result.Partitions.Sum(p => p.Cells), "cell")}: all as Matomo says now."
            : result.Partitions.All(p => p.Found == 0)
            ? $"{Words.Count(result.Partitions.Count, "partition")} of {Words.Number(result.Stored)}, {Words.Count(result.Partitions.Sum(p => p.Cells), "cell")}: as Matomo says now. The others could not be compared."
            : $"{Words.Count(result.Partitions.Sum(p => p.Found), "difference")}. Nothing was changed. Provisional partitions are read again by the next run; final ones with: tributary dataset run {CommandText.Quote(result.DataSet)} --from DATE --to DATE --full");
        return result.IsEqual ? ExitCode.Ok : ExitCode.Warnings;
    }

    private static void Print(VerifyResult result, Call call)
    {
        var table = new TextTable("SITE", "PERIOD", "START", "STATE", "ROWS", "ROWS NOW", "CELLS", "DIFFERENCES").AlignRight(0, 4, 5, 6, 7);
        foreach (var p in result.Partitions)
        {
            table.Add(
                RowText.Of(p.Partition.Key.SiteId), Words.Plain(p.Partition.Key.Period), FormText.DateOrNull(p.Partition.Key.Start) ?? "-", Words.Plain(p.Partition.State),
                Words.Number(p.StoredRows), Words.Number(p.ReadRows), Words.Number(p.Cells), Words.Number(p.Found));
        }

        call.WriteTable(table);
        var found = new TextTable("START", "ROW", "COLUMN", "STORED", "NOW");
        foreach (var (partition, difference) in result.Partitions.SelectMany(p => p.Differences.Select(d => (p.Partition, d))))
        {
            found.Add(FormText.DateOrNull(partition.Key.Start) ?? "-", difference.Row, difference.Column, difference.Stored ?? "-", difference.Now ?? "-");
        }

        if (!result.IsEqual)
        {
            call.Terminal.Out.WriteLine();
            call.WriteTable(found);
        }
    }
}
