using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Tributary.Destinations.DuckDb;

/// <summary>A statement that a person typed, and its answer as a stream.</summary>
internal sealed class DuckDbQuery : IDisposable
{
    // COPY and ATTACH are refused by the read-only, locked database anyway; the words make the refusal understandable.
    private static readonly string[] ReadingWords =
        ["SELECT", "WITH", "FROM", "VALUES", "TABLE", "DESCRIBE", "DESC", "SHOW", "SUMMARIZE", "EXPLAIN", "PIVOT", "UNPIVOT", "("];

    /// <summary>Rows fetched before the reader's thread is given back: the engine's vector.</summary>
    private const int BlockRows = 2048;

    // Rows of long texts are given back earlier: a block waits in memory.
    private const long BlockBytes = 4 << 20;

    private readonly DuckDbSession _session;
    private readonly string _path;
    private readonly DuckDBCommand _command;
    private readonly QueryLimits _limits;
    private readonly CancellationTokenSource? _time;
    private readonly CancellationToken _timeIsUp;
    private DuckDBDataReader? _reader;
    private QueryTurn? _turn;
    private long _rows;
    private long _bytes;
    private bool _isDone;
    private bool _isCut;

    private DuckDbQuery(DuckDbSession session, string path, string sql, QueryLimits limits, TimeProvider clock)
    {
        _session = session;
        _path = path;
        _limits = limits;
        _time = limits.TimeLimit is { } time ? new CancellationTokenSource(time, clock) : null;
        _timeIsUp = _time?.Token ?? CancellationToken.None;
        _command = session.Connection.CreateCommand();
        _command.CommandText = sql;
        _command.UseStreamingMode = true;
    }

    public static Task<QueryResult> RunAsync(DuckDbFile file, string sql, CancellationToken cancellationToken) => RunAsync(file, sql, QueryLimits.None, TimeProvider.System, cancellationToken);

    public static async Task<QueryResult> RunAsync(DuckDbFile file, string sql, QueryLimits limits, TimeProvider clock, CancellationToken cancellationToken)
    {
        var turn = await QueryTurn.TakeAsync(limits, cancellationToken);
        DuckDbQuery query;
        try
        {
            query = new DuckDbQuery(await file.OpenAsync(DuckDbAccess.Read, cancellationToken), file.Path, sql, limits, clock) { _turn = turn };
        }
        catch
        {
            turn?.Dispose();
            throw;
        }

        try
        {
            var columns = await query.GuardAsync(query.Start, cancellationToken);
            return new QueryResult(
                columns,
                query.ReadAsync(cancellationToken),
                () =>
                {
                    query.Dispose();
                    return ValueTask.CompletedTask;
                },
                () => query._isCut);
        }
        catch
        {
            query.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _command.Dispose();
        _session.Dispose();
        _time?.Dispose();
        _turn?.Dispose();
    }

    private QueryColumn[] Start()
    {
        RequireOneReadingStatement();
        _reader = _command.ExecuteReader();
        return [.. Enumerable.Range(0, _reader.FieldCount).Select(i => new QueryColumn(_reader.GetName(i), DuckDbValues.TypeName(_reader.GetDataTypeName(i))))];
    }

    private void RequireOneReadingStatement()
    {
        var sql = _command.CommandText;
        var count = NativeMethods.ExtractStatements.DuckDBExtractStatements(_session.Connection.NativeConnection, sql, out var statements);
        using (statements)
        {
            if (count == 0)
            {
                throw DuckDbErrors.Statement(NativeMethods.ExtractStatements.DuckDBExtractStatementsError(statements) is { Length: > 0 } error ? error : "It is empty.");
            }
        }

        if (count > 1)
        {
            // A PIVOT without its values is two to the engine: the first makes a type of those it finds.
            throw DuckDbErrors.Statement(sql.Contains("PIVOT", StringComparison.OrdinalIgnoreCase)
                ? "Give a PIVOT the values that become columns: PIVOT … ON column IN ('a', 'b'). Of several statements, give one at a time."
                : $"It has {count} statements; give one at a time.");
        }

        var start = DuckDbValues.SkipComments(sql).ToString();
        if (!ReadingWords.Any(w => start.StartsWith(w, StringComparison.OrdinalIgnoreCase)))
        {
            throw DuckDbErrors.Statement("A query only reads: it starts with SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN, PIVOT or UNPIVOT.");
        }
    }

    private async IAsyncEnumerable<object?[]> ReadAsync(CancellationToken started, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(started, cancellationToken);
        try
        {
            while (!_isDone)
            {
                foreach (var row in await GuardAsync(ReadBlock, stop.Token))
                {
                    yield return row;
                }
            }
        }
        finally
        {
            Dispose();
        }
    }

    private List<object?[]> ReadBlock()
    {
        var rows = new List<object?[]>();
        var most = _bytes + BlockBytes;
        while (rows.Count < BlockRows && _bytes < most)
        {
            _isDone = !_reader!.Read();
            if (_isDone)
            {
                break;
            }

            if (_rows >= _limits.MaxRows || _bytes >= _limits.MaxBytes)
            {
                _isDone = _isCut = true;
                break;
            }

            var row = new object?[_reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = DuckDbValues.Read(_reader, i);
                var size = DuckDbValues.SizeOf(row[i]);
                if (size > _limits.MaxValueBytes)
                {
                    throw DuckDbErrors.TooLarge(_reader.GetName(i), _limits.MaxValueBytes.Value);
                }

                _bytes += size;
            }

            _rows++;
            rows.Add(row);
        }

        return rows;
    }

    private async Task<T> GuardAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _timeIsUp);
        try
        {
            return await _session.RunAsync(
                () =>
                {
                    try
                    {
                        return work();
                    }
                    catch (DuckDBException e) when (!DuckDbErrors.IsInterrupted(e))
                    {
                        throw DuckDbErrors.ExplainStatement(e, _path);
                    }
                },
                stop.Token);
        }
        catch (OperationCanceledException e) when (_timeIsUp.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw DuckDbErrors.TooLong(_limits.TimeLimit!.Value, e);
        }
        catch (ObjectDisposedException e)
        {
            throw new InvalidOperationException("The result was disposed before it was read.", e);
        }
    }
}
