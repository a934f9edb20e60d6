using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.Cli.Output.Progress;
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

    public static void Plans(IReadOnlyDictionary<string, PlanSummary> plans, Call call, bool json)
    {
        if (json)
        {
            call.WriteJson(PlansForm.Of(plans), JsonForms.Indented.PlansForm);
            return;
        }

        var table = new TextTable("DATASET", "DATES", "SITES", "PARTITIONS", "FINAL ALREADY", "REQUESTS").AlignRight(2, 3, 4, 5);
        foreach (var (name, plan) in plans)
        {
            table.Add(
                name, Words.Range(plan.From, plan.To), Words.Number(plan.Sites), Words.Number(plan.Partitions), Words.Number(plan.Skipped), Words.Number(plan.Requests));
        }

        call.WriteTable(table);
        call.Say("Nothing was read.");
    }
}
