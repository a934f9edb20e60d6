using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tributary.Accounts;
using Tributary.DataCenter.Forms;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.DataCenter.Api;

/// <summary>Runs of all DataSets.</summary>
internal static class RunRoutes
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Runs");
        runs.MapGet("", ListAsync).Needs(KeyScope.Read).WithName("ListRuns").WithSummary("Runs of all DataSets, newest first");
        runs.MapPost("", QueueAsync).Needs(KeyScope.Run).WithName("RunDataSets").WithSummary("Queue runs of several DataSets");
        runs.MapGet("/active", ActiveAsync).Needs(KeyScope.Read).WithName("ListActiveRuns").WithSummary("Runs at work with where they are, then those that wait");
        runs.MapGet("/{run}", GetAsync).Needs(KeyScope.Read).WithName("GetRun").WithSummary("One run");
        runs.MapGet("/{run}/log", LogAsync).Needs(KeyScope.Read).WithName("GetRunLog").WithSummary("The log of a run");
        runs.MapPost("/{run}/stop", StopAsync).Needs(KeyScope.Run).WithName("StopRun").WithSummary("Stop a run between two windows, or take it off the queue");
    }

    /// <exception cref="InputException">One of them is none.</exception>
    public static IReadOnlyCollection<RunStatus> Statuses(string? words) => words is null ? [] : [.. words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(w => Choice.Of<RunStatus>("status", w)!.Value)];

    private static async Task<Tagged<IReadOnlyList<HistoryRunForm>>> ListAsync(
        HttpContext context,
        Workspace workspace,
        [Description("Items of a page, 1 to 1000; 100 when left out.")] int? take,
        [Description("Only runs older than the one of this id: the next page.")] string? before,
        [Description("Only runs that stand or ended so; several with commas.")] string? status,
        [Description("Only runs of the DataSet.")] string? dataset,
        [Description("Only runs of the account's DataSets.")] string? account,
        [Description("scheduled or manual.")] string? trigger,
        CancellationToken cancellationToken)
    {
        var count = Paging.Take(take);
        if (trigger is not (null or "scheduled" or "manual"))
        {
            throw new InputException("trigger", $"'{trigger}' is not one of scheduled, manual.");
        }

        var found = await workspace.Runs.ListAsync(new RunFilter { DataSet = dataset, Account = account, Trigger = trigger, Statuses = Statuses(status), Before = before, Take = count + 1 }, cancellationToken);
        return Paging.Page(context, found, count, HistoryRunForm.Of, "before", r => r.RunId);
    }

    private static async Task<Accepted<QueuedForm>> QueueAsync(RunsFields fields, HttpContext context, Workspace workspace, CancellationToken cancellationToken) =>
        DataSetRunRoutes.Queued(await workspace.Runs.QueueAsync(fields.ToRequest(fields.Datasets ?? []) with { Tag = fields.Tag, All = fields.All ?? false }, context.Caller(), cancellationToken));

    private static async Task<Tagged<IReadOnlyList<HistoryRunForm>>> ActiveAsync(Workspace workspace, CancellationToken cancellationToken) =>
        new([.. (await workspace.Runs.ActiveAsync(cancellationToken)).Select(HistoryRunForm.Of)]);

    private static async Task<Tagged<HistoryRunForm>> GetAsync(string run, Workspace workspace, CancellationToken cancellationToken) => new(HistoryRunForm.Of(await workspace.Runs.GetAsync(run, cancellationToken)));

    private static async Task<Tagged<IReadOnlyList<LogLineForm>>> LogAsync(string run, Workspace workspace, CancellationToken cancellationToken)
    {
        var log = await workspace.Runs.ReadLogAsync(run, cancellationToken);
        return new([.. log.Lines.Select(l => LogLineForm.Of(log.Run.RunId, l))]);
    }

    private static async Task<Ok<StoppedRunForm>> StopAsync(string run, Workspace workspace, CancellationToken cancellationToken) => await workspace.Runs.StopAsync(run, cancellationToken)
        ? TypedResults.Ok(new StoppedRunForm(run, true))
        : throw new CallException(StatusCodes.Status409Conflict, "run.ended", "The run has ended: there is nothing to stop.");
}
