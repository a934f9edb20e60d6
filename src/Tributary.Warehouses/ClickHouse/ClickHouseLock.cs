using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>
/// Makes changes of one table wait for each other: within the process by a semaphore, over nodes by a table that only one can create. ClickHouse has no locks of its own.
/// The holder says every half minute that it lives; a lock of one that has not for two minutes is broken, and at once that of a process that ended on this machine.
/// </summary>
internal sealed class ClickHouseLock : IAsyncDisposable
{
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Dead = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Here = new(StringComparer.Ordinal);

    private readonly ClickHouseServer _server;
    private readonly string _table;
    private readonly SemaphoreSlim _here;
    private readonly string _owner = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid():N} {Environment.ProcessId} {ProcessIdentity.OwnStart} {ProcessIdentity.Machine}");
    private readonly CancellationTokenSource _stop = new();
    private Task _living = Task.CompletedTask;

    private ClickHouseLock(ClickHouseServer server, string table, SemaphoreSlim here)
    {
        _server = server;
        _table = table;
        _here = here;
    }

    /// <param name="table">The table that is the lock, quoted and qualified.</param>
    public static async Task<ClickHouseLock> TakeAsync(ClickHouseServer server, string table, TimeProvider clock, CancellationToken cancellationToken)
    {
        var here = Here.GetOrAdd($"{server.Place}\n{table}", _ => new SemaphoreSlim(1, 1));
        await here.WaitAsync(cancellationToken);
        var taken = new ClickHouseLock(server, table, here);
        try
        {
            while (!await server.TryAsync($"CREATE TABLE {table} (x UInt8) ENGINE = Memory COMMENT {ClickHouseDialect.Text(taken._owner)}", ClickHouseErrors.TableExists, cancellationToken))
            {
                await taken.BreakIfDeadAsync(cancellationToken);
                await Task.Delay(Pause, clock, cancellationToken);
            }

            taken._living = taken.LiveAsync(clock);
            return taken;
        }
        catch
        {
            taken._stop.Dispose();
            here.Release();
            throw;
        }
    }

    /// <summary>Refuses to go on where another has broken the lock.</summary>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (await OwnerAsync(cancellationToken) is not [var (owner, _)] || owner != _owner)
        {
            throw new TributaryException("destination.conflict", Fault.Destination, $"A change at {_server.Place} took so long without a sign of life that another node took its place. Nothing was changed; it is tried again.") { IsTransient = true };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _living;
            if (await OwnerAsync(CancellationToken.None) is [var (owner, _)] && owner == _owner)
            {
                await _server.ExecuteAsync($"DROP TABLE IF EXISTS {_table}", CancellationToken.None);
            }
        }
        catch (TributaryException)
        {
            // The server is away: the lock is broken by the next who wants it.
        }
        finally
        {
            _stop.Dispose();
            _here.Release();
        }
    }

    private Task<List<(string Owner, double Age)>> OwnerAsync(CancellationToken cancellationToken) => _server.RowsAsync(
        $"SELECT comment, toFloat64(now()) - toFloat64(metadata_modification_time) FROM system.tables WHERE concat('`', database, '`.`', name, '`') = {ClickHouseDialect.Text(_table.Replace("\\", "", StringComparison.Ordinal))}",
        r => (r.GetString(0), Convert.ToDouble(r.GetValue(1), CultureInfo.InvariantCulture)),
        cancellationToken);

    private async Task BreakIfDeadAsync(CancellationToken cancellationToken)
    {
        if (await OwnerAsync(cancellationToken) is [var (owner, age)] && (age > Dead.TotalSeconds || IsOfTheDead(owner)))
        {
            await _server.ExecuteAsync($"DROP TABLE IF EXISTS {_table}", cancellationToken);
        }
    }

    /// <summary>Whether a lock is of a process that was seen on this machine and is not any more. Containers may share a name and number their processes alike.</summary>
    internal static bool IsOfTheDead(string owner) =>
        owner.Split(' ', 4) is [_, var process, var started, var machine]
        && int.TryParse(process, CultureInfo.InvariantCulture, out var id)
        && long.TryParse(started, CultureInfo.InvariantCulture, out var at)
        && !ProcessIdentity.MayLive(machine, id, at);

    private async Task LiveAsync(TimeProvider clock)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pulse, clock, _stop.Token);
                await PulseAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Given back.
        }
    }

    private async Task PulseAsync()
    {
        try
        {
            // Not over the name of another who has broken the lock: RequireAsync would not notice.
            if (await OwnerAsync(_stop.Token) is [var (owner, _)] && owner == _owner)
            {
                await _server.ExecuteAsync($"ALTER TABLE {_table} MODIFY COMMENT {ClickHouseDialect.Text(_owner)}", _stop.Token);
            }
        }
        catch (TributaryException)
        {
            // The server is away for now: several more come before the lock is taken for dead.
        }
    }
}
