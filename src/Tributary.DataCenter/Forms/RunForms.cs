using Tributary.Model;

namespace Tributary.DataCenter.Forms;

internal sealed record RunsForm(IReadOnlyList<RunForm> Runs)
{
    public static RunsForm Of(IEnumerable<RunResult> runs) => new([.. runs.Select(RunForm.Of)]);
}

internal sealed record RunForm(
    string Dataset,
    string RunId,
    string Status,
    long Rows,
    int Partitions,
    int PartitionsSkipped,
    int Requests,
    long BytesRead,
    double Seconds,
    IReadOnlyList<WarningForm> Warnings,
    RunErrorForm? Error)
{
    public static RunForm Of(RunResult run) => new(
        run.DataSet, run.RunId, FormText.Snake(run.Status), run.Rows, run.Partitions, run.PartitionsSkipped, run.Requests, run.BytesRead,
        Math.Round(run.Elapsed.TotalSeconds, 3),
        [.. run.Warnings.Select(WarningForm.Of)],
        run.Error is { } error ? new RunErrorForm(error.Code, error.Message, FormText.Snake(error.Fault)) : null);
}

internal sealed record WarningForm(string Code, string Message, int? SiteId, string? PeriodStart, bool Note)
{
    public static WarningForm Of(RunWarning warning) => new(
        warning.Code, warning.Message, warning.SiteId, warning.PeriodStart is { } start ? FormText.DateOrNull(start) : null, warning.IsNote);
}

internal sealed record RunErrorForm(string Code, string Message, string Fault);

internal sealed record PlansForm(IReadOnlyList<DataSetPlanForm> Plans)
{
    public static PlansForm Of(IEnumerable<KeyValuePair<string, PlanSummary>> plans) => new([.. plans.Select(p => DataSetPlanForm.Of(p.Key, p.Value))]);
}

internal sealed record DataSetPlanForm(string Dataset, int Sites, int Partitions, int Requests, string? From, string? To, int Skipped)
{
    /// <summary>Null when there are no runs to go by.</summary>
    public double? EstimateSeconds { get; init; }

    public static DataSetPlanForm Of(string dataSet, PlanSummary summary)
    {
        var plan = PlanForm.Of(summary);
        return new(dataSet, plan.Sites, plan.Partitions, plan.Requests, plan.From, plan.To, plan.Skipped) { EstimateSeconds = summary.Estimate?.TotalSeconds };
    }
}
