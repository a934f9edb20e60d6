using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary;

/// <summary>Moves a DataSet to another destination without reading Matomo again. It is a run itself: nobody else changes the table meanwhile, and the history shows it.</summary>
internal sealed class DestinationMoves(DestinationBook destinations, TableOwners owners, EmbeddedHome home, RunStore runs, DataSetStore dataSets, string staging)
{
    /// <summary>Moves one.</summary>
    /// <param name="record">The DataSet.</param>
    /// <param name="to">The other destination's name.</param>
    /// <param name="keep">Whether the table stays where it was, too.</param>
    /// <param name="progress">Told how many rows are over.</param>
    /// <param name="cancellationToken">Cancels: the DataSet stays where it is.</param>
    /// <exception cref="InputException">It is there already, or what it needs cannot be had there.</exception>
    /// <exception cref="TributaryException">It is being updated, a table of that name is there, or what came over is not what was sent; the DataSet stays where it is.</exception>
    public async Task<DestinationMove> MoveAsync(DataSetRecord record, string to, bool keep, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var name = record.Definition.Name;
        var target = await destinations.GetAsync(to, cancellationToken);
        var targetId = await destinations.IdOfAsync(to, cancellationToken);
        var names = await destinations.NamesAsync(cancellationToken);
        var from = names.GetValueOrDefault(record.Definition.DestinationId ?? "");
        if (targetId == record.Definition.DestinationId)
        {
            throw new InputException("--to", $"'{name}' is written to '{target.Name}' already.");
        }

        await home.RequireAsync(record.Definition, cancellationToken);
        await home.RequireAsync(record.Definition, targetId, cancellationToken);
        var destination = await destinations.OfAsync(record.Definition with { DestinationId = targetId }, cancellationToken);
        DestinationBook.Refuse(record.Definition, destination, target.Name);
        var runId = await runs.BeginAsync(record.Id, RunTriggers.Move, cancellationToken)
            ?? throw new TributaryException("run.already_running", Fault.Workspace, $"'{name}' is being updated. Wait for it or stop it, then move it.");
        var result = new RunResult { DataSet = name, RunId = runId, Status = RunStatus.Failed };
        try
        {
            // Before this run had it, another may have moved it.
            if ((await dataSets.GetAsync(record.Id, cancellationToken))?.Definition.DestinationId != record.Definition.DestinationId)
            {
                throw new TributaryException("move.moved", Fault.Workspace, $"'{name}' was moved or deleted in the meantime. Nothing was changed. Look where it is, then move it again: tributary dataset show {ShellWord.Of(name)}");
            }

            // Where the destination was removed, what it held cannot be had: the DataSet begins anew.
            var source = from is null ? null : await destinations.OfAsync(record.Definition, cancellationToken);
            var (rows, partitions) = source is null ? (0, 0) : await CopyAsync(source, destination, record, runId, target.Name, progress, cancellationToken);
            if (!await dataSets.SetDestinationAsync(record.Id, targetId, runId, CancellationToken.None))
            {
                throw runs.Locks.Lost();
            }

            // It is moved, whatever goes wrong with what is left over.
            result = result with { Status = RunStatus.Succeeded, Rows = rows, Partitions = partitions, Warnings = [new RunWarning("dataset.moved", $"It was moved from '{from ?? "a destination that was removed"}' to '{target.Name}', with its rows and the states of its partitions. Matomo was not read.") { IsNote = true }] };
            var notes = await NotesAsync(source, destination, record, runId, keep, from).ToListAsync(CancellationToken.None);
            return new DestinationMove(name, from ?? "", target.Name, rows, partitions, notes);
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

    private async Task<(long Rows, int Partitions)> CopyAsync(IDestination source, IDestination target, DataSetRecord record, string runId, string targetName, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var table = record.Table;
        if (await source.ReadSchemaAsync(table, cancellationToken) is not { } schema)
        {
            return (0, 0);
        }

        await MakeRoomAsync(source, target, record, runId, targetName, cancellationToken);
        var states = await source.ReadPartitionsAsync(table, cancellationToken);
        using var staged = new StagedRows(staging);
        await foreach (var batch in source.ReadBatchesAsync(table, cancellationToken))
        {
            staged.Add(batch);
            progress?.Report(staged.Count);
        }

        // Where somebody changed the table, what is there is moved; rows that are of nothing that was read have no place in it.
        states = states.Sum(s => s.Rows) == staged.Count ? states : RowPartitions.Counted(staged, states);
        var moved = ChosenRows.Of(staged, states);
        var sent = moved.ReadBatches().Aggregate(new TableSum(0, 0), (sum, batch) => sum.With(batch, schema));

        var commit = new WindowCommit
        {
            Table = table,
            Description = record.Definition.Description,
            WindowId = $"{runId}/move",
            RunId = runId,
            Update = UpdateMethod.Replace,
            Schema = schema,
            Partitions = states,
            Rows = moved,
            EarlierWindows = await source.ReadWindowIdsAsync(table, cancellationToken),
            Confirm = token => runs.Locks.ConfirmAsync(runId, token),
        };
        using (target.BeginWork())
        {
            await target.CommitAsync(commit, cancellationToken);
            await CheckAsync(target, table, schema, sent, runId, targetName, cancellationToken);
        }

        return (moved.Count, states.Count);
    }

    /// <summary>What a move that did not come to its end has left, or one that kept its table, is in the way; what somebody else made is not ours to remove.</summary>
    private async Task MakeRoomAsync(IDestination source, IDestination target, DataSetRecord record, string runId, string targetName, CancellationToken cancellationToken)
    {
        var table = record.Table;
        if (await target.ReadSchemaAsync(table, cancellationToken) is null)
        {
            return;
        }

        if (await owners.IsOfOthersAsync(target, record, cancellationToken))
        {
            throw new TributaryException("move.table_taken", Fault.Destination, $"'{targetName}' has a table '{table}' already, which is no part of this DataSet. Nothing was changed. Rename or remove that table, then move again.");
        }

        // Two destinations may be one place by two names, where room would be made by removing what is to be moved. A table that was moved has one window more than where it came from.
        var windows = (await source.ReadWindowIdsAsync(table, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        if (windows.SetEquals(await target.ReadWindowIdsAsync(table, cancellationToken)))
        {
            throw new TributaryException("move.same_place", Fault.Setup, $"The table '{table}' is in '{targetName}' already, written by the same runs: it is the same place by another name. Nothing was changed. To use it by that name, edit the destination the DataSet has.");
        }

        // Whoever took the DataSet over may have moved it there.
        await runs.Locks.ConfirmAsync(runId, cancellationToken);
        await target.DropAsync(table, cancellationToken);
    }

    private async Task CheckAsync(IDestination target, string table, TableSchema schema, TableSum sent, string runId, string targetName, CancellationToken cancellationToken)
    {
        var arrived = new TableSum(0, 0);
        await foreach (var batch in target.ReadBatchesAsync(table, cancellationToken))
        {
            arrived = arrived.With(batch, schema);
        }

        if (arrived == sent)
        {
            return;
        }

        await runs.Locks.ConfirmAsync(runId, CancellationToken.None);
        await target.DropAsync(table, CancellationToken.None);
        throw new TributaryException(
            "move.differs",
            Fault.Destination,
            string.Create(CultureInfo.InvariantCulture, $"{sent.Rows} rows of '{table}' were sent to '{targetName}' and what stood there then ({arrived.Rows} rows) was not the same. They were removed again; the DataSet stays where it is."));
    }

    private async IAsyncEnumerable<string> NotesAsync(IDestination? source, IDestination target, DataSetRecord record, string runId, bool keep, string? from)
    {
        if (source is null)
        {
            yield return "Its destination was removed, so its rows could not be moved. The next run reads them anew: tributary dataset run \"" + record.Definition.Name + "\" --full";
            yield break;
        }

        if (!target.Capabilities.Reverts)
        {
            yield return "Runs cannot be undone there.";
        }
        else if (await HasKeptRunsAsync(source, record.Table))
        {
            yield return "Runs before the move cannot be undone any more; runs after it can.";
        }

        foreach (var change in target.Capabilities.Changes.Concat(target.Capabilities.Notes))
        {
            yield return change;
        }

        if (keep)
        {
            yield return $"The table stays in '{from}' as it is now and is not updated there any more.";
        }
        else if (await DropAsync(source, record.Table, runId) is { } error)
        {
            yield return $"The table '{record.Table}' could not be removed from '{from}'; it stays there and is not updated any more. Remove it there, or move the DataSet there and back. {error.Message}";
        }
    }

    private static async Task<bool> HasKeptRunsAsync(IDestination source, string table)
    {
        try
        {
            return (await source.ReadKeptRunsAsync(table, CancellationToken.None)).Count > 0;
        }
        catch (Exception)
        {
            // Not known: it is moved all the same.
            return true;
        }
    }

    /// <returns>What went wrong; null where it is gone.</returns>
    private async Task<RunError?> DropAsync(IDestination source, string table, string runId)
    {
        try
        {
            await runs.Locks.ConfirmAsync(runId, CancellationToken.None);
            await source.DropAsync(table, CancellationToken.None);
            return null;
        }
        catch (Exception error)
        {
            return RunErrors.Of(error);
        }
    }

    /// <summary>Rows in any order, as one number: the same for the same rows.</summary>
    /// <param name="Rows">How many.</param>
    /// <param name="Sum">The hashes of all rows, added.</param>
    private sealed record TableSum(long Rows, ulong Sum)
    {
        public TableSum With(RowBatch batch, TableSchema schema)
        {
            var sum = Sum;
            for (var row = 0; row < batch.Rows; row++)
            {
                sum += HashOf(batch, schema, row);
            }

            return new TableSum(Rows + batch.Rows, sum);
        }

        // An engine that holds no NUL holds one of the characters that stand for it.
        private static string Comparable(string text) => text.AsSpan().IndexOfAny('\0', '\uFFFD', '\u2400') < 0 ? text : text.Replace('\u2400', '\0').Replace('\uFFFD', '\0');

        private static ulong HashOf(RowBatch batch, TableSchema schema, int row)
        {
            var hash = new System.IO.Hashing.XxHash3();
            for (var i = 0; i < schema.Columns.Count; i++)
            {
                var at = batch.IndexOf(schema.Columns[i].Name);
                if (at >= 0 && batch.Buffer(at).IsPresent(row))
                {
                    hash.Append([(byte)i, (byte)(i >> 8)]);
                    hash.Append(System.Text.Encoding.UTF8.GetBytes(Comparable(ColumnText.Format(batch.Buffer(at), row))));
                }
            }

            return hash.GetCurrentHashAsUInt64();
        }
    }
}
