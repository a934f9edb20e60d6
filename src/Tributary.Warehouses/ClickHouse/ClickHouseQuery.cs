using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>A statement that a person typed; the server runs it as one that only reads.</summary>
internal static class ClickHouseQuery
{
    public static async Task<QueryResult> RunAsync(ClickHouseServer server, string sql, QueryLimits limits, CancellationToken cancellationToken)
    {
        SqlStatement.Require(sql, SqlSyntax.ClickHouse);
        var turn = await QueryTurn.TakeAsync(limits, cancellationToken);
        DbDataReader reader;
        try
        {
            reader = await GuardAsync(limits, () => server.ReadAsync(sql, limits.TimeLimit, cancellationToken));
        }
        catch
        {
            turn?.Dispose();
            throw;
        }

        var isCut = false;
        return new QueryResult(
            [.. Enumerable.Range(0, reader.FieldCount).Select(i => new QueryColumn(reader.GetName(i), reader.GetDataTypeName(i)))],
            ReadAsync(server, reader, limits, () => isCut = true, cancellationToken),
            async () =>
            {
                using (turn)
                {
                    await reader.DisposeAsync();
                }
            },
            () => isCut);
    }

    private static async IAsyncEnumerable<object?[]> ReadAsync(ClickHouseServer server, DbDataReader reader, QueryLimits limits, Action cut, CancellationToken started, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(started, cancellationToken);
        long rows = 0, bytes = 0;
        while (await GuardAsync(limits, () => server.GuardAsync(() => reader.ReadAsync(stop.Token))))
        {
            if (rows >= limits.MaxRows || bytes >= limits.MaxBytes)
            {
                cut();
                yield break;
            }

            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = Value(reader, i);
                var size = SqlRows.SizeOf(row[i]);
                if (size > limits.MaxValueBytes)
                {
                    throw DuckDbErrors.TooLarge(reader.GetName(i), limits.MaxValueBytes.Value);
                }

                bytes += size;
            }

            rows++;
            yield return row;
        }
    }

    private static object? Value(DbDataReader reader, int i)
    {
        var value = SqlRows.ReadAny(reader, i);
        return value is DateTimeOffset moment && reader.GetDataTypeName(i) is var type && type.Contains("Date", StringComparison.Ordinal) && !type.Contains("DateTime", StringComparison.Ordinal)
            ? DateOnly.FromDateTime(moment.UtcDateTime)
            : value;
    }

    private static async Task<T> GuardAsync<T>(QueryLimits limits, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (TributaryException e) when (e.Code == "destination.stopped")
        {
            throw new TributaryException("query.too_long", Fault.Setup, string.Create(CultureInfo.InvariantCulture, $"The query was stopped: it took longer than {limits.TimeLimit?.TotalSeconds:0.#} seconds. Nothing was changed. Ask for fewer days, rows or columns."), e);
        }
        catch (TributaryException e) when (e.Code is "destination.engine" or "destination.read_only")
        {
            throw SqlStatement.Refused(ClickHouseErrors.Says(e.InnerException ?? e), e);
        }
    }
}
