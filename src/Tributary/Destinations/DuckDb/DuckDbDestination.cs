using System.Runtime.CompilerServices;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>
/// One DuckDB file, the default destination. The file is held only while a commit or a query runs; <c>&lt;table&gt;__partitions</c> shows the
/// states of a table's partitions, and tables named <c>_tributary_…</c> hold what else belongs to the data.
/// </summary>
public sealed class DuckDbDestination : IQueryableDestination
{
    private readonly DuckDbFile _file;
    private readonly TimeProvider _clock;

    /// <summary>Names a file; nothing is opened or created yet.</summary>
    /// <param name="path">The file; created by the first commit.</param>
    /// <param name="stagingFolder">A folder for temporary files.</param>
    public DuckDbDestination(string path, string stagingFolder, TimeProvider clock, DuckDbOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(stagingFolder);
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _file = new DuckDbFile(path, stagingFolder, options ?? new DuckDbOptions(), clock);
    }

    /// <inheritdoc/>
    public IDisposable BeginWork() => _file.BeginWork();

    /// <summary>Lets what is read stay open from one reading to the next until this is disposed: for who shows pages of many tables. Closes whenever another process wants to write.</summary>
    internal IDisposable BeginLooking() => _file.BeginLooking();

    /// <inheritdoc/>
    /// <remarks>DuckDB has no limit for names; this one keeps them readable.</remarks>
    public DestinationCapabilities Capabilities { get; } = new() { MaxIdentifierBytes = 255, Queries = true, Reverts = true };

    /// <inheritdoc/>
    public Task<TableSchema?> ReadSchemaAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return ReadAsync(session => DuckDbTables.ReadSchema(session.Connection, table), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return ReadAsync(
            session => DuckDbTables.HasStates(session.Connection, table) ? DuckDbTables.ReadPartitions(session.Connection, table) : [],
            cancellationToken);
    }

    /// <summary>By how many rows a table differs from what its states say: fewer than 0 are missing, as when somebody deleted some. 0 where there is no file.</summary>
    internal async Task<long> ReadDifferenceAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return _file.Exists ? await ReadAsync(session => DuckDbTables.ReadDifference(session.Connection, table), cancellationToken) : 0;
    }

    /// <inheritdoc/>
    public async Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);

        // Not inside the change, which holds a thread: no other node writes into this file, and its processes take turns at it.
        await commit.Confirm(cancellationToken);
        await ChangeAsync(session => new DuckDbCommit(session.Connection, session.Known, commit, _clock.GetUtcNow(), cancellationToken).Run(), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReviseAsync(string table, IReadOnlyList<PartitionRecord> partitions, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentNullException.ThrowIfNull(partitions);
        if (partitions.Count > 0 && _file.Exists)
        {
            await ChangeAsync(session => DuckDbTables.Revise(session.Connection, table, partitions), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<QueryResult> ReadRowsAsync(string table, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        var schema = partitions.Count == 0 ? null : await ReadSchemaAsync(table, cancellationToken);
        return schema is null
            ? new QueryResult([], AsyncEnumerable.Empty<object?[]>(), () => ValueTask.CompletedTask)
            : await DuckDbQuery.RunAsync(_file, DuckDbDialect.SelectPartitions(table, schema, partitions), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadKeptRunsAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return ReadAsync(session => DuckDbKept.Runs(session.Connection, table), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RevertAsync(string table, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentException.ThrowIfNullOrEmpty(runId);
        await ChangeAsync(
            session =>
            {
                session.Known.Clear();
                DuckDbKept.Revert(session.Connection, table, runId, endedAt);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DropAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        if (!_file.Exists)
        {
            return;
        }

        await ChangeAsync(
            session =>
            {
                session.Known.Clear();
                DuckDbTables.Drop(session.Connection, table);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        using var session = await _file.OpenAsync(DuckDbAccess.Read, cancellationToken);
        if (await session.RunAsync(() => DuckDbTables.ReadSchema(session.Connection, table), cancellationToken) is not { } schema)
        {
            yield break;
        }

        await using var command = session.Connection.CreateCommand();
        command.CommandText = DuckDbBatches.SelectWords(DuckDbDialect.Quote(table), schema);
        command.UseStreamingMode = true;
        await using var reader = await session.RunAsync(command.ExecuteReader, cancellationToken);
        while (await session.RunAsync(() => DuckDbBatches.Read(reader, schema), cancellationToken) is { Rows: > 0 } batch)
        {
            yield return batch;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadWindowIdsAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return ReadAsync<IReadOnlyList<string>>(
            session => DuckDbTables.Exists(session.Connection, DuckDbDialect.WindowsTable)
                ? session.Connection.Rows($"SELECT window_id FROM {DuckDbDialect.WindowsTable} WHERE lower(table_name) = lower($1) ORDER BY committed_at, window_id", r => r.GetString(0), table)
                : [],
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTable>> ListTablesAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<StoredTable>>(
        session => session.Connection.Rows(
            "SELECT table_name, estimated_size, column_count FROM duckdb_tables() WHERE NOT internal AND database_name = current_database() AND NOT starts_with(table_name, '_') AND NOT ends_with(table_name, '__partitions') ORDER BY table_name",
            r => new StoredTable(r.GetString(0), r.GetInt64(1), checked((int)r.GetInt64(2)))),
        cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<DestinationStep> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await OpeningAsync(cancellationToken);
    }

    private async Task<DestinationStep> OpeningAsync(CancellationToken cancellationToken)
    {
        try
        {
            var version = await ReadAsync(session => (string)session.Connection.Scalar("SELECT version()")!, cancellationToken);
            return new DestinationStep("open", true, $"The data file {_file.Path} can be opened, by DuckDB {version.TrimStart('v')}.");
        }
        catch (TributaryException error)
        {
            return new DestinationStep("open", false, error.Message);
        }
    }

    /// <inheritdoc/>
    public Task<QueryResult> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(sql);
        DuckDbReading.Require(sql);
        return DuckDbQuery.RunAsync(_file, sql, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<QueryResult> QueryAsync(string sql, QueryLimits limits, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(sql);
        ArgumentNullException.ThrowIfNull(limits);
        DuckDbReading.Require(sql);
        return DuckDbQuery.RunAsync(_file, sql, limits, _clock, cancellationToken);
    }

    /// <summary>Some rows of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ask">Which rows, once the columns are known.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows; null when there is no such table.</returns>
    internal Task<PageRows?> ReadPageAsync(string table, Func<TableSchema, PageQuery> ask, CancellationToken cancellationToken) => ReadAsync(
        session => DuckDbTables.ReadSchema(session.Connection, table) is { } schema ? DuckDbPages.Read(session.Connection, table, schema, ask(schema)) : null,
        cancellationToken);

    /// <summary>What the values of some columns of a table are.</summary>
    internal Task<IReadOnlyList<ColumnFacts>> ReadFactsAsync(string table, IReadOnlyList<ColumnDefinition> columns, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<ColumnFacts>>(
        session => [.. columns.Select(c => DuckDbFacts.Read(session.Connection, table, c))],
        cancellationToken);

    /// <summary>The names of the sites in a table, the newest of each.</summary>
    internal Task<IReadOnlyDictionary<int, string>> ReadSiteNamesAsync(string table, CancellationToken cancellationToken) => ReadAsync<IReadOnlyDictionary<int, string>>(
        session => DuckDbTables.ReadSchema(session.Connection, table) is { } schema && schema.Find("site_id") is not null && schema.Find("site_name") is not null
            ? session.Connection.Rows(
                $"SELECT site_id, arg_max(site_name, _read_at) FROM {DuckDbDialect.Quote(table)} WHERE site_name IS NOT NULL GROUP BY 1",
                r => (Id: checked((int)r.GetInt64(0)), Name: r.GetString(1))).ToDictionary(s => s.Id, s => s.Name)
            : new Dictionary<int, string>(),
        cancellationToken);

    /// <summary>The values of a column that hold a text, the most frequent first; none when there is no such table.</summary>
    internal Task<IReadOnlyList<string>> ReadValuesAsync(string table, Func<TableSchema, ColumnDefinition> ask, string holding, int most, CancellationToken cancellationToken) => ReadAsync(
        session => DuckDbTables.ReadSchema(session.Connection, table) is { } schema ? DuckDbLooks.Values(session.Connection, table, ask(schema), holding, most) : [],
        cancellationToken);

    /// <summary>What came before and after a page; null when there is no such table, or it does not tell directions apart.</summary>
    internal Task<PageTransitions?> ReadTransitionsAsync(string table, DateOnly? from, int most, CancellationToken cancellationToken) => ReadAsync(
        session => DuckDbTables.ReadSchema(session.Connection, table) is { } schema ? DuckDbLooks.Transitions(session.Connection, table, schema, from, most) : null,
        cancellationToken);

    /// <summary>A metric of a table, combined over its rows.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ask">What is wanted, once the columns are known.</param>
    /// <param name="check">Told what is stored before anything is combined; throws where it must not be.</param>
    /// <param name="withPoints">Whether each period is told too.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The metric; null when there is no such table.</returns>
    internal Task<SumRows?> ReadSumsAsync(string table, Func<TableSchema, SumQuery> ask, Action<SumRows> check, bool withPoints, CancellationToken cancellationToken) => ReadAsync(
        session => DuckDbTables.ReadSchema(session.Connection, table) is { } schema ? DuckDbSums.Read(session.Connection, table, schema, ask(schema), check, withPoints) : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task ExportAsync(string table, ExportFormat format, Stream output, ExportOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(options);
        return DuckDbExport.RunAsync(_file, table, format, options, (file, stop) => DuckDbExport.CopyAsync(file, output, stop), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ExportAsync(string table, ExportFormat format, string path, ExportOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        return DuckDbExport.RunAsync(_file, table, format, options, (file, stop) => DuckDbExport.MoveAsync(file, path, stop), cancellationToken);
    }

    /// <summary>Gives replaced space back to the disk by writing the file anew.</summary>
    /// <returns>The file's bytes before and after; zero when there is no file.</returns>
    public Task<(long Before, long After)> CompactAsync(CancellationToken cancellationToken) => DuckDbCompaction.RunAsync(_file, cancellationToken);

    /// <summary>Writes a copy of the file while no process can change it, and does something more in that time.</summary>
    /// <param name="path">The new file; none comes to be while there is no file.</param>
    /// <param name="meanwhile">Done while nothing can be committed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task CopyAsync(string path, Func<Task> meanwhile, CancellationToken cancellationToken) => DuckDbCopy.RunAsync(_file, path, meanwhile, cancellationToken);

    private async Task ChangeAsync(Action<DuckDbSession> change, CancellationToken cancellationToken)
    {
        using var session = await _file.OpenAsync(DuckDbAccess.Write, cancellationToken, mayKeep: true);
        await session.RunAsync(() => change(session), cancellationToken);
    }

    private async Task<T> ReadAsync<T>(Func<DuckDbSession, T> read, CancellationToken cancellationToken)
    {
        using var session = await _file.OpenAsync(_file.IsKept ? DuckDbAccess.Write : DuckDbAccess.Read, cancellationToken, mayKeep: true);
        return await session.RunAsync(() => read(session), cancellationToken);
    }
}
