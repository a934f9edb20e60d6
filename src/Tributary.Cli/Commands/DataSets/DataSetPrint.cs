using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.Cli.Commands.DataSets;

internal static class DataSetPrint
{
    public static void One(DataSet dataSet, Call call, bool json)
    {
        if (json)
        {
            call.WriteJson(DataSetForm.Of(dataSet), JsonForms.Indented.DataSetForm);
            return;
        }

        var table = new TextTable("FIELD", "VALUE");
        foreach (var (field, value) in Fields(dataSet).Where(f => f.Value.Length > 0))
        {
            table.Add(field, value);
        }

        table.Write(call.Terminal.Out, null);
        if (dataSet.Columns.Count == 0)
        {
            return;
        }

        var columns = new TextTable("COLUMN", "TYPE", "ADDITIVE", "DESCRIPTION");
        foreach (var column in dataSet.Columns)
        {
            columns.Add(column.Name, Words.Plain(column.Type), column.Additivity == Additivity.NotApplicable ? "-" : Words.Plain(column.Additivity), column.Description);
        }

        call.Terminal.Out.WriteLine();
        call.WriteTable(columns);
    }

    private static IEnumerable<(string Field, string Value)> Fields(DataSet dataSet)
    {
        var definition = dataSet.Definition;
        var details = definition.Details;
        return
        [
            ("name", definition.Name),
            ("description", definition.Description),
            ("account", dataSet.AccountName ?? "removed: this DataSet does not run"),
            ("report", $"{details.Report} ({dataSet.Group})"),
            ("sites", details.Sites is { } sites ? string.Join(",", sites) : "all"),
            ("period", Words.Plain(details.Period)),
            ("dates", Dates(details)),
            ("segments", string.Join("  ", details.Segments)),
            ("url", details.Url ?? ""),
            ("title", details.Title ?? ""),
            ("action", details.ActionName ?? ""),
            ("goal", details.Goal ?? ""),
            ("subtable", details.Subtable is { } subtable ? RowText.Of(subtable) : ""),
            ("parameters", string.Join(" ", details.Parameters.Select(p => $"{p.Key}={p.Value}"))),
            ("levels", details.Levels == RowDetail.Top ? "top" : ""),
            ("columns kept", string.Join(",", details.Columns)),
            ("destination", dataSet.DestinationName ?? "removed: this DataSet does not run"),
            ("table", dataSet.Table),
            ("tags", string.Join(",", definition.Tags)),
            ("update", $"{Words.Plain(definition.Update)}{(definition.Key.Count > 0 ? $" by {string.Join(", ", definition.Key)}" : "")}"),
            ("kept", definition.KeepDays is { } days ? Words.Count(days, "day") : ""),
            ("empty answers", definition.AllowEmpty ? "may replace rows" : ""),
            ("drift", definition.Drift == DriftPolicy.Evolve ? "" : Words.Plain(definition.Drift)),
            ("checks", string.Join(" ", definition.Checks.Select(c => $"{c.Key}={Words.Plain(c.Value)}"))),
            ("runs to revert", definition.Update is UpdateMethod.Partition or UpdateMethod.Replace ? Words.Number(definition.KeepRuns) : ""),
            ("lookback", Words.Count(definition.LookbackDays, "day")),
            ("schedule", dataSet.Schedule.Words),
            ("next updates", string.Join(", ", dataSet.Schedule.Next.Select(n => Words.Moment(n)))),
            ("missed times", dataSet.Schedule.Next.Count == 0 ? "" : definition.Schedule.RunsMissed ? "made up for, once" : "skipped"),
            ("retries", dataSet.Schedule.Next.Count == 0 ? "" : dataSet.Schedule.Typed is { Retry: { } times, RetryAfter: { } after } ? $"{times}, {after} apart" : "none"),
            ("expected every", dataSet.Schedule.Typed.ExpectEvery ?? ""),
            ("rows", Words.Number(dataSet.Rows)),
            ("partitions", Words.Number(dataSet.Partitions)),
            ("data read", Words.Moment(dataSet.ReadAt)),
            ("last run", dataSet.LastRun is { } run ? $"{Words.Moment(dataSet.LastRunAt)} {Words.Plain(run.Status)}{(run.Error is { } error ? $": {error.Message}" : "")}" : "never"),
        ];
    }

    private static string Dates(Details details) =>
        details.Start is { } start && details.End is { } end ? $"{Date(start)} to {Date(end)}" : details.Date is { } date ? Date(date) : "none";

    private static string Date(DateChoice date) => date.On is { } on ? Words.Date(on) : date.DaysBack == 0 ? "today" : $"{Words.Count(date.DaysBack!.Value, "day")} back";
}
