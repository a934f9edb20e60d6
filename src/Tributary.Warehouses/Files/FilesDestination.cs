using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>Tables as files, one a partition, in a folder or a bucket.</summary>
internal sealed class FilesDestination(IFileStore store, FilesFormat format, DestinationPlace place) : IDestination
{
    /// <inheritdoc/>
    /// <remarks>Names of tables become names of folders, where 255 bytes are the most.</remarks>
    public DestinationCapabilities Capabilities { get; } = new()
    {
        MaxIdentifierBytes = 180,
        Queries = false,
        Reverts = true,
        Shared = true,
        Notes =
        [
            "A reader of files meets each partition before or after a change, never between; one that reads several partitions while a window of several is being put in place can meet some before and some after it. This takes moments in a folder, and about a second for a hundred files in a bucket.",
            .. format.Name == FilesFormat.JsonLines ? ["Money and JSON stand in quotes: most programs that read JSON lines would round the one, and would not tell the JSON value null from no value in the other."] : Array.Empty<string>(),
        ],
    };

    /// <inheritdoc/>
    public IDisposable BeginWork() => new Nothing();

    /// <inheritdoc/>
    public async Task<TableSchema?> ReadSchemaAsync(string table, CancellationToken cancellationToken)
    {
        await using var opened = await OpenAsync(table, alone: false, cancellationToken);
        return opened.Note?.Schema;
    }

    /// <inheritdoc/>
    public async Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        await using var table = await OpenAsync(commit.Table, alone: true, cancellationToken);
        await new FilesCommit(table, commit, format, place.Clock.GetUtcNow(), cancellationToken).RunAsync();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string table, CancellationToken cancellationToken)
    {
        await using var opened = await OpenAsync(table, alone: false, cancellationToken);
        return await opened.ReadStatesAsync(null, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReviseAsync(string table, IReadOnlyList<PartitionRecord> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        if (partitions.Count == 0)
        {
            return;
        }

        await using var opened = await OpenAsync(table, alone: true, cancellationToken);
        var stored = await opened.ReadStatesAsync([.. partitions.Select(p => p.Key.SiteId)], cancellationToken);
        var states = CommitRules.Revised(stored, partitions);
        if (states.SequenceEqual(stored))
        {
            return;
        }

        var staging = new FilesStaging(opened, opened.Note!.Files, cancellationToken);
        await opened.Engine.RunAsync(() => staging.WriteStates(states), cancellationToken);
        await staging.ApplyAsync(opened.Note!);
    }

    /// <inheritdoc/>
    public async Task<QueryResult> ReadRowsAsync(string table, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        var opened = await OpenAsync(table, alone: false, cancellationToken);
        try
        {
            var states = partitions.Count == 0 ? [] : await opened.ReadStatesAsync([.. partitions.Select(p => p.SiteId)], cancellationToken);
            if (opened.Note is not { } note || partitions.Count == 0)
            {
                await opened.DisposeAsync();
                return new QueryResult([], AsyncEnumerable.Empty<object?[]>(), () => ValueTask.CompletedTask);
            }

            var rows = await SelectAsync(opened, states.Where(s => partitions.Contains(s.Key)), cancellationToken);
            return new QueryResult(
                [.. note.Columns.Select(c => new QueryColumn(c.Name, DuckDbDialect.TypeName(c.Type)))],
                ReadAsync(opened, rows, cancellationToken),
                opened.DisposeAsync);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ReadKeptRunsAsync(string table, CancellationToken cancellationToken)
    {
        await using var opened = await OpenAsync(table, alone: false, cancellationToken);
        return opened.Note?.KeptRuns() ?? [];
    }

    /// <inheritdoc/>
    public async Task RevertAsync(string table, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        await using var opened = await OpenAsync(table, alone: true, cancellationToken);
        await FilesKept.RevertAsync(opened, runId, endedAt, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DropAsync(string table, CancellationToken cancellationToken)
    {
        await using var opened = await OpenAsync(table, alone: true, cancellationToken);
        if (opened.Note is null)
        {
            return;
        }

        // The note goes first: without it there is no table, whatever is left of it.
        await opened.ApplyAsync(
            new FilesJournal
            {
                Deletes = [FilesLayout.Note(table)],
                Clears = [FilesLayout.Rows(table), FilesLayout.States(table), FilesLayout.Windows(table), FilesLayout.Kept(table), FilesLayout.Folder(table)],
            },
            note: null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var opened = await OpenAsync(table, alone: false, cancellationToken);
        if (opened.Note is not { } note)
        {
            yield break;
        }

        var rows = await SelectAsync(opened, await opened.ReadStatesAsync(null, cancellationToken), cancellationToken);
        await using var command = opened.Engine.Connection.CreateCommand();
        command.CommandText = DuckDbBatches.SelectWords($"({rows})", note.Schema);
        command.UseStreamingMode = true;
        await using var reader = await opened.Engine.RunAsync(command.ExecuteReader, cancellationToken);
        while (await opened.Engine.RunAsync(() => DuckDbBatches.Read(reader, note.Schema), cancellationToken) is { Rows: > 0 } batch)
        {
            yield return batch;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ReadWindowIdsAsync(string table, CancellationToken cancellationToken)
    {
        await using var opened = await OpenAsync(table, alone: false, cancellationToken);
        if (opened.Note is not { } note)
        {
            return [];
        }

        List<string> ids = note.HasEarlierWindows ? await opened.ReadAsync(FilesLayout.EarlierWindows(table), FilesJson.Default.ListString, cancellationToken) ?? [] : [];
        foreach (var file in await store.ListAsync(FilesLayout.Windows(table), cancellationToken))
        {
            ids.AddRange(await opened.ReadAsync(file, FilesJson.Default.ListString, cancellationToken) ?? []);
        }

        return ids;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredTable>> ListTablesAsync(CancellationToken cancellationToken)
    {
        var tables = new List<StoredTable>();
        foreach (var file in (await store.ListAsync(FilesLayout.Tables, cancellationToken)).Where(f => f.EndsWith("/" + FilesLayout.NoteName, StringComparison.Ordinal)))
        {
            if (await store.ReadTextAsync(file, cancellationToken) is { } text && System.Text.Json.JsonSerializer.Deserialize(text, FilesJson.Default.FilesNote) is { } note)
            {
                tables.Add(new StoredTable(note.Table, (await ReadPartitionsAsync(note.Table, cancellationToken)).Sum(p => p.Rows), note.Columns.Count));
            }
        }

        return [.. tables.OrderBy(t => t.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<DestinationStep> CheckAsync(CancellationToken cancellationToken) => store.CheckAsync(cancellationToken);

    private Task<FilesTable> OpenAsync(string table, bool alone, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return FilesTable.OpenAsync(store, table, place.StagingFolder, alone, cancellationToken);
    }

    private static Task<string> SelectAsync(FilesTable table, IEnumerable<PartitionRecord> partitions, CancellationToken cancellationToken) => table.SelectAsync(
        [.. partitions.Where(p => p.Rows > 0).Select(p => FilesLayout.Rows(table.Name, p.Key, table.Note!.Files.Extension))],
        table.Note!.Schema,
        cancellationToken: cancellationToken);

    private static async IAsyncEnumerable<object?[]> ReadAsync(FilesTable table, string sql, CancellationToken started, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(started, cancellationToken);
        await using var command = table.Engine.Connection.CreateCommand();
        command.CommandText = sql;
        command.UseStreamingMode = true;
        await using var reader = await table.Engine.RunAsync(command.ExecuteReader, stop.Token);
        while (await table.Engine.RunAsync(() => ReadBlock(reader), stop.Token) is { Count: > 0 } block)
        {
            foreach (var row in block)
            {
                yield return row;
            }
        }
    }

    private static List<object?[]> ReadBlock(DuckDBDataReader reader)
    {
        var rows = new List<object?[]>();
        while (rows.Count < RowBatch.MaxRows && reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => DuckDbValues.Read(reader, i))]);
        }

        return rows;
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
