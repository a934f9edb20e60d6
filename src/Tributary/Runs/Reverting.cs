using Tributary.Destinations;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>Undoes the runs after a run. It is a run itself: nobody else changes the table meanwhile, and the history shows it.</summary>
internal sealed class Reverting(RunStore runs, MoveHistory moves, PartitionStore partitions, DestinationBook destinations, EmbeddedHome home)
{
    /// <summary>Brings a table back to how it was after a run.</summary>
    /// <exception cref="InputException">There is no such run of the DataSet, or the id fits several.</exception>
    /// <exception cref="TributaryException">It cannot be undone so far, or the DataSet is being updated.</exception>
    public async Task<RunResult> RevertAsync(DataSetRecord record, string runId, CancellationToken cancellationToken)
    {
        if (record.Definition.Update is not (UpdateMethod.Partition or UpdateMethod.Replace))
        {
            throw new InputException("NAME", $"'{record.Definition.Name}' is updated by {record.Definition.Update.ToString().ToLowerInvariant()}: what such runs changed is not kept. Only partition and replace can be reverted.");
        }

        var found = (await runs.ReadEndsAsync(record.Id, cancellationToken)).Where(r => r.Id.StartsWith(runId, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count != 1)
        {
            throw new InputException("--run", $"{(found.Count == 0 ? $"'{record.Definition.Name}' has no run {runId}" : $"{found.Count} runs begin with {runId}")}. The list: tributary dataset history {ShellWord.Of(record.Definition.Name)}");
        }

        await home.RequireAsync(record.Definition, cancellationToken);
        var destination = await destinations.OfAsync(record.Definition, cancellationToken);
        if (!destination.Capabilities.Reverts)
        {
            throw new InputException("NAME", $"The destination of '{record.Definition.Name}' keeps nothing of what runs replace, so they cannot be undone there. Run it again with --full to read it anew.");
        }

        var id = await runs.BeginAsync(record.Id, RunTriggers.Revert, cancellationToken)
            ?? throw new TributaryException("run.already_running", Fault.Workspace, $"'{record.Definition.Name}' is being updated. Wait for it or stop it, then revert.");
        var result = new RunResult { DataSet = record.Definition.Name, RunId = id, Status = RunStatus.Failed };
        try
        {
            if (await moves.CountChangesAsync(record.Id, found[0].Id, found[0].EndedAt, cancellationToken) is var later and > 0)
            {
                throw new TributaryException("revert.not_kept", Fault.Setup, $"The table cannot be brought back to run {found[0].Id}: {later} {(later == 1 ? "run has" : "runs have")} changed it since, and then it was moved to another destination, where what {(later == 1 ? "that" : "these")} replaced is not kept. Nothing was changed. Runs after the move can be undone.");
            }

            await destination.RevertAsync(record.Table, found[0].Id, found[0].EndedAt, cancellationToken);
            var stored = await destination.ReadPartitionsAsync(record.Table, CancellationToken.None);
            await partitions.WriteAsync(record.Id, stored, onlyThese: true, CancellationToken.None);
            result = result with { Status = RunStatus.Succeeded, Rows = stored.Sum(p => p.Rows), Partitions = stored.Count, Warnings = [new RunWarning("run.reverted", $"The table is as it was after run {found[0].Id}.") { IsNote = true }] };
            return result;
        }
        catch (OperationCanceledException)
        {
            result = result with { Status = RunStatus.Cancelled };
            throw;
        }
        catch (Exception error)
        {
            result = result with { Error = RunErrors.Of(error) };
            throw;
        }
        finally
        {
            await runs.EndAsync(result, CancellationToken.None);
        }
    }
}
