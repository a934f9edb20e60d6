using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>A statement that a person typed, and its answer as a stream, in a transaction that only reads.</summary>
internal sealed class SqlQuery : IAsyncDisposable
{
    private readonly ISqlEngine _engine;
    private readonly SqlSession _session;
    private readonly QueryLimits _limits;
    private readonly CancellationTokenSource? _time;
    private DbCommand? _command;
    private DbDataReader? _reader;
    private QueryTurn? _turn;
    private bool _isCut;

    private SqlQuery(ISqlEngine engine, SqlSession session, QueryLimits limits, TimeProvider clock)
    {
        _engine = engine;
        _session = session;
        _limits = limits;
        _time = limits.TimeLimit is { } time ? new CancellationTokenSource(time, clock) : null;
    }

    public static async Task<QueryResult> RunAsync(ISqlEngine engine, string sql, QueryLimits limits, TimeProvider clock, CancellationToken cancellationToken)
    {
        SqlStatement.Require(sql, engine.Dialect.Syntax);
        var turn = await QueryTurn.TakeAsync(limits, cancellationToken);
        SqlQuery query;
        try
        {
            query = new SqlQuery(engine, new SqlSession(await SqlGuard.RunAsync(engine, () => engine.OpenAsync(cancellationToken))), limits, clock) { _turn = turn };
        }
        catch
        {
            turn?.Dispose();
            throw;
        }

        try
        {
            await query.GuardAsync(
                async stop =>
                {
                    await engine.BeginQueryAsync(query._session, limits.TimeLimit, stop);
                    query._command = query._session.Command(sql);
                    query._reader = await query._command.ExecuteReaderAsync(limits.MaxValueBytes is null ? CommandBehavior.Default : CommandBehavior.SequentialAccess, stop);
                    return true;
                },
                cancellationToken);
            var reader = query._reader!;
            return new QueryResult(
                [.. Enumerable.Range(0, reader.FieldCount).Select(i => new QueryColumn(reader.GetName(i), reader.GetDataTypeName(i).ToUpperInvariant()))],
                query.ReadAsync(cancellationToken),
                query.DisposeAsync,
                () => query._isCut);
        }
        catch
        {
            await query.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var turn = _turn;
        if (_reader is not null)
        {
            // What is left of a large answer would be read to its end otherwise.
            _command!.Cancel();
            await _reader.DisposeAsync();
        }

        if (_command is not null)
        {
            await _command.DisposeAsync();
        }

        await _session.DisposeAsync();
        _time?.Dispose();
    }

    private async IAsyncEnumerable<object?[]> ReadAsync(CancellationToken started, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(started, cancellationToken);
        long rows = 0, bytes = 0;
        while (await GuardAsync(s => _reader!.ReadAsync(s), stop.Token))
        {
            if (rows >= _limits.MaxRows || bytes >= _limits.MaxBytes)
            {
                _isCut = true;
                yield break;
            }

            var row = await GuardAsync(ReadRowAsync, stop.Token);
            bytes += row.Sum(SqlRows.SizeOf);
            rows++;
            yield return row;
        }
    }

    private async Task<object?[]> ReadRowAsync(CancellationToken cancellationToken)
    {
        var row = new object?[_reader!.FieldCount];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = _limits.MaxValueBytes is { } most ? await SqlValues.ReadAsync(_reader, i, most, cancellationToken) : SqlRows.ReadAny(_reader, i);
        }

        return row;
    }

    private async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _time?.Token ?? CancellationToken.None);
        try
        {
            return await work(stop.Token);
        }
        catch (Exception e) when ((e is OperationCanceledException && _time?.IsCancellationRequested == true && !cancellationToken.IsCancellationRequested) || _engine.IsTimeLimit(e))
        {
            throw new TributaryException("query.too_long", Fault.Setup, string.Create(CultureInfo.InvariantCulture, $"The query was stopped: it took longer than {_limits.TimeLimit?.TotalSeconds:0.#} seconds. Nothing was changed. Ask for fewer days, rows or columns."), e);
        }
        catch (DbException e) when (_engine.Explain(e) is { } explained)
        {
            throw explained.Code == "destination.engine" ? SqlStatement.Refused(_engine.Says(e), e) : explained;
        }
    }
}
