using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.Cli.Output.Progress;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.Cli.Commands.DataSets;

internal static class RunPrint
{
    public static void Results(IReadOnlyList<RunResult> runs, Call call, bool json)
    {
        if (json)
        {
            call.WriteJson(RunsForm.Of(runs), JsonForms.Indented.RunsForm);
        }
        else if (runs.Count == 0)
        {
            call.Say("There is nothing to run.");
        }
        else
        {
            var table = new TextTable("DATASET", "STATUS", "ROWS", "PARTITIONS", "SKIPPED", "REQUESTS", "SECONDS").AlignRight(2, 3, 4, 5, 6);
            foreach (var r in runs)
            {
                table.Add(
                    r.DataSet, Words.Plain(r.Status), Words.Number(r.Rows), Words.Number(r.Partitions), Words.Number(r.PartitionsSkipped), Words.Number(r.Requests), Words.Seconds(r.Elapsed));
            }

            call.WriteTable(table);
        }

        RunWords.SayFindings(runs, call.Terminal);
    }

    /// <summary>What a backfill comes to, before it begins.</summary>
    public static void SayBackfill(IReadOnlyDictionary<string, PlanSummary> plans, Call call)
    {
        foreach (var (name, plan) in plans)
        {
            call.Say($"{name}: {Words.Count(plan.Partitions, "partition")} to read, newest first, {Words.Number(plan.Skipped)} are final already; up to about {Words.Count(plan.Requests, "request")}{(plan.Estimate is { } time ? $", about {Words.Time(time)}" : "")}. Stopped anywhere, the same command goes on where it was.");
        }
    }

    public static void Plans(IReadOnlyDictionary<string, PlanSummary> plans, Call call, bool json)
    {
        if (json)
        {
            call.WriteJson(PlansForm.Of(plans), JsonForms.Indented.PlansForm);
            return;
        }

        var table = new TextTable("DATASET", "DATES", "SITES", "PARTITIONS", "FINAL ALREADY", "REQUESTS", "ABOUT").AlignRight(2, 3, 4, 5, 6);
        foreach (var (name, plan) in plans)
        {
            table.Add(
                name, Words.Range(plan.From, plan.To), Words.Number(plan.Sites), Words.Number(plan.Partitions), Words.Number(plan.Skipped), Words.Number(plan.Requests), plan.Estimate is { } time ? Words.Time(time) : "-");
        }

        call.WriteTable(table);
        call.Say("Nothing was read.");
    }
}
