using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>One run of one stored DataSet: lock, update, record. Every failure becomes its result.</summary>
internal sealed class DataSetRun(DataSetUpdate update, RunStore runs, TimeProvider clock)
{
    /// <summary>Runs a DataSet.</summary>
    public async Task<RunResult> RunAsync(
        DataSetRecord record,
        PlanOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        if (await runs.BeginAsync(record.Id, "manual", cancellationToken) is not { } runId)
        {
            return new RunResult
            {
                DataSet = record.Definition.Name,
                RunId = "",
                Status = RunStatus.Skipped,
                Warnings = [new RunWarning("run.already_running", $"'{record.Definition.Name}' is being updated by another process. Nothing was done.")],
            };
        }

        RunResult result;
        try
        {
            result = await update.RunAsync(record, runId, options, progress, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = new RunResult { DataSet = record.Definition.Name, RunId = runId, Status = RunStatus.Cancelled };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            result = new RunResult { DataSet = record.Definition.Name, RunId = runId, Status = RunStatus.Failed, Error = RunErrors.Of(error) };
        }

        result = result with { Elapsed = clock.GetElapsedTime(started) };
        await runs.EndAsync(result, CancellationToken.None);
        return result;
    }
}
