using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>
/// A ClickHouse database. A DataSet's table is a view over <c>_tributary_rows_…</c>; what it shows is decided by the number it carries and the log, <c>_tributary_log_…</c>.
/// <c>&lt;table&gt;__partitions</c> shows the states of its partitions.
/// </summary>
internal sealed class ClickHouseDestination(ServerOptions options, TimeProvider clock) : ISqlDestination
{
    // Conditions of one statement.
    private const int MostPartitions = 200;

    private readonly ClickHouseServer _server = new(options);
    private readonly ClickHouseDialect _dialect = new(options.Database);

    public DestinationCapabilities Capabilities { get; } = new()
    {
        MaxIdentifierBytes = 150,
        Queries = false,
        Reverts = true,
        Shared = true,
        Changes = ["Dates and instants before 1900 and after 2299 become null: ClickHouse knows none."],
    };

    public IDisposable BeginWork() => new Nothing();

    public async Task<TableSchema?> ReadSchemaAsync(string table, CancellationToken cancellationToken) => (await ReadAsync(table, cancellationToken))?.Schema;

    public async Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        await using var hold = await HoldAsync(commit.Table, cancellationToken);
        await new ClickHouseCommit(_server, _dialect, commit, clock.GetUtcNow(), cancellationToken).RunAsync(hold);
    }

    public async Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string table, CancellationToken cancellationToken) =>
        await ReadAsync(table, cancellationToken) is { } found ? await Log(table).ReadStatesAsync(found.Commit, cancellationToken) : [];

    public Task ReviseAsync(string table, IReadOnlyList<PartitionRecord> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        return partitions.Count == 0 ? Task.CompletedTask : ChangeAsync(
            table,
            async (found, at) =>
            {
                var origins = await Log(table).ReadOriginsAsync(found.Commit, cancellationToken);
                var stored = await Log(table).ReadStatesAsync(found.Commit, cancellationToken);
                await Log(table).AddAsync([.. CommitRules.Revised(stored, partitions).Except(stored).Select(p => ClickHouseLog.State(at, p, origins[p.Key]))], cancellationToken);
                return true;
            },
            cancellationToken);
    }

    public async Task<QueryResult> ReadRowsAsync(string table, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        return partitions.Count > 0 && await ReadAsync(table, cancellationToken) is { } found
            ? new QueryResult([.. found.Schema.Columns.Select(c => new QueryColumn(c.Name, ClickHouseDialect.TypeName(c.Type)))], RowsAsync(found, partitions, cancellationToken), () => ValueTask.CompletedTask)
            : new QueryResult([], AsyncEnumerable.Empty<object?[]>(), () => ValueTask.CompletedTask);
    }

    public async Task<IReadOnlyList<string>> ReadKeptRunsAsync(string table, CancellationToken cancellationToken) =>
        await ReadAsync(table, cancellationToken) is { } found ? await Log(table).ReadKeptAsync(found.Commit, cancellationToken) : [];

    public Task RevertAsync(string table, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken) =>
        ChangeAsync(table, (found, at) => new ClickHouseRevert(Log(table), cancellationToken).RunAsync(found, at, runId, endedAt, clock.GetUtcNow()), cancellationToken);

    public async Task DropAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        await using var hold = await HoldAsync(table, cancellationToken);
        await ClickHouseTable.DropAsync(_server, _dialect, table, cancellationToken);
    }

    public async IAsyncEnumerable<RowBatch> ReadBatchesAsync(string table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await ReadAsync(table, cancellationToken) is { } found)
        {
            await foreach (var batch in ClickHouseReading.BatchesAsync(_server, ClickHouseReading.Select(_dialect, table, found.Schema), found.Schema, cancellationToken))
            {
                yield return batch;
            }
        }
    }

    public async Task<IReadOnlyList<string>> ReadWindowIdsAsync(string table, CancellationToken cancellationToken) =>
        await ReadAsync(table, cancellationToken) is { } found ? [.. (await Log(table).ReadWindowsAsync(found.Commit, cancellationToken)).Select(w => w.Id)] : [];

    public async Task<IReadOnlyList<StoredTable>> ListTablesAsync(CancellationToken cancellationToken)
    {
        var tables = new List<StoredTable>();
        foreach (var name in await ClickHouseTable.ReadNamesAsync(_server, cancellationToken))
        {
            if (await ReadAsync(name, cancellationToken) is { } table)
            {
                tables.Add(new StoredTable(name, (await Log(name).ReadStatesAsync(table.Commit, cancellationToken)).Sum(s => s.Rows), table.Columns.Count));
            }
        }

        return tables;
    }

    public async IAsyncEnumerable<DestinationStep> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reach = await StepAsync("reach", async () =>
        {
            using var client = new TcpClient();
            await _server.GuardAsync(async () =>
            {
                await client.ConnectAsync(options.Host, options.Port, cancellationToken);
                return true;
            });
            return $"{_server.Place} can be reached.";
        });
        yield return reach;
        if (!reach.IsFine)
        {
            yield break;
        }

        var signIn = await StepAsync("sign in", async () => $"It accepts the user and the password; it is ClickHouse {(await _server.RowsAsync("SELECT version()", r => r.GetString(0), cancellationToken))[0]}.");
        yield return signIn;
        if (signIn.IsFine)
        {
            yield return await StepAsync("database", () => LookAtDatabaseAsync(cancellationToken));
        }
    }

    public Task<QueryResult> QueryAsync(string sql, QueryLimits limits, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(sql);
        ArgumentNullException.ThrowIfNull(limits);
        return ClickHouseQuery.RunAsync(_server, sql, limits, cancellationToken);
    }

    private async Task<string> LookAtDatabaseAsync(CancellationToken cancellationToken)
    {
        var engine = await _server.RowsAsync($"SELECT engine FROM system.databases WHERE name = {ClickHouseDialect.Text(options.Database)}", r => r.GetString(0), cancellationToken);
        return engine switch
        {
            [] => throw new TributaryException("destination.no_database", Fault.Setup, $"There is no database '{options.Database}' at {_server.Place}, or the user may not see it. Create it, or name another."),
            ["Atomic" or "Replicated" or "Shared"] => $"The database '{options.Database}' is there; views are replaced at once in it.",
            [var other] => throw new TributaryException("destination.no_database", Fault.Setup, $"The database '{options.Database}' has the engine {other}, which does not replace a view at once. Create one with the engine Atomic, or name another."),
            _ => "",
        };
    }

    private static async Task<DestinationStep> StepAsync(string name, Func<Task<string>> look)
    {
        try
        {
            return new DestinationStep(name, true, await look());
        }
        catch (TributaryException e)
        {
            return new DestinationStep(name, false, e.Message);
        }
    }

    private async IAsyncEnumerable<object?[]> RowsAsync(ClickHouseTable table, IReadOnlyList<PartitionKey> partitions, CancellationToken started, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(started, cancellationToken);
        foreach (var chunk in partitions.Chunk(MostPartitions))
        {
            await foreach (var batch in ClickHouseReading.BatchesAsync(_server, $"{ClickHouseReading.Select(_dialect, table.Name, table.Schema)} WHERE {ClickHouseReading.IsOf(table.Schema, chunk)}", table.Schema, stop.Token))
            {
                for (var row = 0; row < batch.Rows; row++)
                {
                    yield return [.. table.Schema.Columns.Select((_, i) => SqlRows.Value(batch.Buffer(i), row))];
                }
            }
        }
    }

    private ClickHouseLog Log(string table) => new(_server, _dialect, table);

    private Task<ClickHouseTable?> ReadAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        return ClickHouseTable.ReadAsync(_server, _dialect, table, cancellationToken);
    }

    /// <summary>
    /// Takes a table for a change. What a change before it had sent and given up, its answer lost, may still run: it is ended before anybody looks at the table,
    /// as its rows and entries would land under the number that the next commit takes, and its view over the view of that.
    /// </summary>
    private async Task<ClickHouseLock> HoldAsync(string table, CancellationToken cancellationToken)
    {
        var hold = await ClickHouseLock.TakeAsync(_server, _dialect.Lock(table), clock, cancellationToken);
        try
        {
            await _server.EndAsync(_dialect.Writing(table), cancellationToken);
            return hold;
        }
        catch
        {
            await hold.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes what a table shows without bringing rows.</summary>
    private async Task ChangeAsync(string table, Func<ClickHouseTable, ulong, Task<bool>> change, CancellationToken cancellationToken)
    {
        await using var hold = await HoldAsync(table, cancellationToken);
        if (await ReadAsync(table, cancellationToken) is not { } found)
        {
            return;
        }

        await ClickHouseUpkeep.RemoveLeftoversAsync(_server, _dialect, found, cancellationToken);
        if (await change(found, found.Commit + 1))
        {
            await ClickHouseCommit.PublishAsync(_server, _dialect, Log(table), found with { Commit = found.Commit + 1 }, hold, cancellationToken);
        }
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
