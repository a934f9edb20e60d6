using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tributary.DataCenter.Forms;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.DataCenter.Api;

/// <summary>The runs of one DataSet.</summary>
internal static class DataSetRunRoutes
{
    public static void MapDataSetRuns(this IEndpointRouteBuilder api)
    {
        var dataSet = api.MapGroup("/datasets/{dataset}").WithTags("Runs");
        dataSet.MapPost("/run", RunAsync).Needs(KeyScope.Run).WithName("RunDataSet").WithSummary("Queue a run").WithDescription("Answers at once. A worker makes the run; the same asked for again while it waits is not queued twice.");
        dataSet.MapPost("/backfill", BackfillAsync).Needs(KeyScope.Run).WithName("BackfillDataSet").WithSummary("Queue a run over past dates");
        dataSet.MapPost("/stop", StopAsync).Needs(KeyScope.Run).WithName("StopDataSet").WithSummary("Stop the run at work, and take those that wait off the queue");
        dataSet.MapGet("/runs", HistoryAsync).Needs(KeyScope.Read).WithName("ListDataSetRuns").WithSummary("The DataSet's runs, newest first");
        dataSet.MapPost("/revert", RevertAsync).Needs(KeyScope.Manage).WithName("RevertDataSet").WithSummary("Bring the table back to how it was after a run");
    }

    private static async Task<Accepted<QueuedForm>> RunAsync(string dataset, RunFields? fields, HttpContext context, Workspace workspace, CancellationToken cancellationToken) =>
        Queued(await workspace.Runs.QueueAsync((fields ?? new RunFields()).ToRequest(dataset), context.Caller(), cancellationToken));

    private static async Task<Accepted<QueuedForm>> BackfillAsync(string dataset, RunFields fields, HttpContext context, Workspace workspace, CancellationToken cancellationToken)
    {
        await workspace.GetDataSetAsync(dataset, cancellationToken);
        return fields.From is null || fields.To is null
            ? throw new InputException(fields.From is null ? "--from" : "--to", "A backfill needs its first and its last day.")
            : await RunAsync(dataset, fields, context, workspace, cancellationToken);
    }

    private static async Task<Ok<StoppedForm>> StopAsync(string dataset, Workspace workspace, CancellationToken cancellationToken)
    {
        var name = (await workspace.GetDataSetAsync(dataset, cancellationToken)).Definition.Name;
        var (running, queued) = await workspace.StopAsync(dataset, cancellationToken);
        return TypedResults.Ok(new StoppedForm(name, running, queued));
    }

    private static async Task<Tagged<IReadOnlyList<HistoryRunForm>>> HistoryAsync(
        string dataset,
        HttpContext context,
        Workspace workspace,
        [Description("Items of a page, 1 to 1000; 100 when left out.")] int? take,
        [Description("Only runs older than the one of this id: the next page.")] string? before,
        [Description("Only runs that stand or ended so; several with commas.")] string? status,
        CancellationToken cancellationToken)
    {
        var count = Paging.Take(take);
        var found = await workspace.Runs.ListAsync(new RunFilter { DataSet = dataset, Statuses = RunRoutes.Statuses(status), Before = before, Take = count + 1 }, cancellationToken);
        return Paging.Page(context, found, count, HistoryRunForm.Of, "before", r => r.RunId);
    }

    private static async Task<Ok<RunForm>> RevertAsync(string dataset, RevertFields fields, Workspace workspace, CancellationToken cancellationToken)
    {
        await workspace.GetDataSetAsync(dataset, cancellationToken);
        return string.IsNullOrWhiteSpace(fields.RunId)
            ? throw new InputException("--run", "Say to which run to go back.")
            : TypedResults.Ok(RunForm.Of(await workspace.RevertAsync(dataset, fields.RunId, cancellationToken)));
    }

    internal static Accepted<QueuedForm> Queued(IReadOnlyList<QueuedRun> runs) =>
        TypedResults.Accepted(runs is [var one] ? $"{ApiRoutes.Root}/runs/{one.RunId}" : $"{ApiRoutes.Root}/runs", QueuedForm.Of(runs));
}
