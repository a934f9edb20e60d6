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

    private readonly DuckDbSession _session;
    private readonly string _path;
    private readonly DuckDBCommand _command;
    private DuckDBDataReader? _reader;

    private DuckDbQuery(DuckDbSession session, string path, string sql)
    {
        _session = session;
        _path = path;
        _command = session.Connection.CreateCommand();
        _command.CommandText = sql;
        _command.UseStreamingMode = true;
    }

    public static async Task<QueryResult> RunAsync(DuckDbFile file, string sql, CancellationToken cancellationToken)
    {
        var query = new DuckDbQuery(await file.OpenAsync(DuckDbAccess.Read, cancellationToken), file.Path, sql);
        try
        {
            var columns = await query.GuardAsync(query.Start, cancellationToken);
            return new QueryResult(columns, query.ReadAsync(cancellationToken), () =>
            {
                query.Dispose();
                return ValueTask.CompletedTask;
            });
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
            throw DuckDbErrors.Statement($"It has {count} statements; give one at a time.");
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
            List<object?[]> block;
            do
            {
                block = await GuardAsync(ReadBlock, stop.Token);
                foreach (var row in block)
                {
                    yield return row;
                }
            }
            while (block.Count == BlockRows);
        }
        finally
        {
            Dispose();
        }
    }

    private List<object?[]> ReadBlock()
    {
        var rows = new List<object?[]>();
        while (rows.Count < BlockRows && _reader!.Read())
        {
            var row = new object?[_reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = DuckDbValues.Read(_reader, i);
            }

            rows.Add(row);
        }

        return rows;
    }

    private async Task<T> GuardAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
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
                cancellationToken);
        }
        catch (ObjectDisposedException e)
        {
            throw new InvalidOperationException("The result was disposed before it was read.", e);
        }
    }
}
