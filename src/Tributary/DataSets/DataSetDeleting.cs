using Tributary.Model;
using Tributary.Store;

namespace Tributary.DataSets;

/// <summary>Deletes DataSets. It is a run itself: whoever is updating the table is asked to stop first, so that nobody writes it anew once it is gone.</summary>
internal sealed class DataSetDeleting(RunStores runs, DataSetStore dataSets, DestinationBook destinations, EmbeddedHome home, TimeProvider clock)
{
    // A run sees within a second that it is to stop, and finishes the change it is writing.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Deletes a DataSet with its runs, and with its table unless <paramref name="keepData"/>.</summary>
    /// <exception cref="TributaryException"><c>run.already_running</c>: it is being updated and did not stop in time; its table could not be removed. The DataSet is still there.</exception>
    public async Task DeleteAsync(DataSetRecord record, bool keepData, CancellationToken cancellationToken)
    {
        var runId = await TakeAsync(record, cancellationToken);
        var result = new RunResult { DataSet = record.Definition.Name, RunId = runId, Status = RunStatus.Failed };
        try
        {
            // Before this run had it, another may have moved it.
            if (!keepData && await dataSets.GetAsync(record.Id, cancellationToken) is { } now)
            {
                await home.RequireAsync(now.Definition, cancellationToken);
                await (await destinations.OfAsync(now.Definition, cancellationToken)).DropAsync(now.Table, cancellationToken);
            }

            await dataSets.DeleteAsync(record.Id, CancellationToken.None);
            result = result with { Status = RunStatus.Succeeded };
        }
        catch (OperationCanceledException)
        {
            result = result with { Status = RunStatus.Cancelled };
            throw;
        }
        catch (Exception error)
        {
            result = result with { Error = Runs.RunErrors.Of(error) };
            throw;
        }
        finally
        {
            await runs.Runs.EndAsync(result, CancellationToken.None);
        }
    }

    /// <summary>Takes the DataSet from whatever runs it.</summary>
    private async Task<string> TakeAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            if (await runs.Runs.BeginAsync(record.Id, RunTriggers.Delete, cancellationToken) is { } runId)
            {
                return runId;
            }

            if (clock.GetElapsedTime(began) >= Longest)
            {
                var name = record.Definition.Name;
                throw new TributaryException("run.already_running", Fault.Workspace, $"'{name}' is being updated, and that did not stop within {Longest.TotalSeconds:0} seconds. It was not deleted. Look at it with: tributary dataset history {ShellWord.Of(name)} - and delete again when it has ended.");
            }

            await runs.Queue.RequestStopAsync(record.Id, null, cancellationToken);
            await Task.Delay(Look, clock, cancellationToken);
        }
    }
}
