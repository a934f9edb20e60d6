using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>What a table held: how many rows, and a sum over the hashes of all of them, which no order changes.</summary>
internal sealed record TableContent(string Table, long Rows, UInt128 Sum);

/// <summary>Carries all records of a store over into another, and proves that they arrived.</summary>
internal static partial class StoreCopy
{
    /// <summary>Tables of what belongs to living processes. They are not carried over: nobody lives in a copy.</summary>
    public static IReadOnlyList<string> OfTheLiving { get; } = ["run_locks", "workers", "request_gates", "requests", "run_parts"];

    /// <summary>All tables, those others refer to first.</summary>
    public static IReadOnlyList<string> Tables { get; } = [.. StoreSchema.Steps.SelectMany(s => TableName().Matches(s)).Select(m => m.Groups[1].Value)];

    /// <summary>Copies everything into an empty store in one transaction, reads it again from there, and compares.</summary>
    /// <param name="from">What is copied.</param>
    /// <param name="to">An empty one.</param>
    /// <param name="takeOver">Has the other store used from now on, once it has all, while nobody can write into this one; who has this one open is refused from then on. Null for a copy.</param>
    /// <param name="cancellationToken">Cancels; nothing was written.</param>
    /// <exception cref="TributaryException">The other store is not empty, or something did not arrive as it was; nothing was written.</exception>
    public static Task<IReadOnlyList<TableContent>> CopyAsync(StoreDatabase from, StoreDatabase to, Func<Task>? takeOver, CancellationToken cancellationToken) => from.UseAsync(
        async source =>
        {
            // One moment of all tables. SQLite's reads are always of one.
            await using var moment = await source.BeginTransactionAsync(from.Engine.IsShared ? IsolationLevel.RepeatableRead : IsolationLevel.Serializable, cancellationToken);
            await from.Engine.StayAsync(source, moment, cancellationToken);
            var copied = await to.ChangeAsync<IReadOnlyList<TableContent>>((target, transaction) => CopyAsync(source, moment, target, transaction, to.Engine, cancellationToken), cancellationToken);
            if (takeOver is not null)
            {
                await takeOver();
                await from.Engine.LetGoAsync(source, CancellationToken.None);
                await moment.CommitAsync(CancellationToken.None);
            }

            return copied;
        },
        cancellationToken);

    private static async Task<IReadOnlyList<TableContent>> CopyAsync(DbConnection source, DbTransaction moment, DbConnection target, DbTransaction transaction, StoreEngine engine, CancellationToken cancellationToken)
    {
        await engine.StayAsync(target, transaction, cancellationToken);
        foreach (var table in Tables.Except(OfTheLiving))
        {
            if (await target.Command($"SELECT 1 FROM {table} LIMIT 1", [], transaction).ExecuteScalarAsync(cancellationToken) is not null)
            {
                throw new TributaryException("workspace.store_not_empty", Fault.Workspace, $"There are records in {engine.Place} already (in {table}). Nothing was changed. Name an empty database or another schema, or remove what is there.");
            }
        }

        var copied = new List<TableContent>();
        foreach (var table in Tables.Except(OfTheLiving))
        {
            var columns = await ColumnsAsync(source, moment, table, cancellationToken);
            var sent = new Tally(table);
            await engine.InsertAsync(target, transaction, table, columns, ReadAsync(source, moment, table, columns, sent, cancellationToken), cancellationToken);
            var arrived = new Tally(table);
            await foreach (var _ in ReadAsync(target, transaction, table, columns, arrived, cancellationToken))
            {
                // Counted on the way.
            }

            if (sent.Content != arrived.Content)
            {
                throw new TributaryException(
                    "workspace.move_failed", Fault.Workspace, $"The records of {table} did not arrive in {engine.Place} as they were ({sent.Content.Rows} rows sent, {arrived.Content.Rows} there). Nothing was changed. Please report this.");
            }

            copied.Add(sent.Content);
        }

        return copied;
    }

    private static async Task<IReadOnlyList<string>> ColumnsAsync(DbConnection connection, DbTransaction transaction, string table, CancellationToken cancellationToken)
    {
        await using var command = connection.Command($"SELECT * FROM {table} WHERE 1 = 0", [], transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).Where(n => n != "rowid")];
    }

    private static async IAsyncEnumerable<object?[]> ReadAsync(DbConnection connection, DbTransaction transaction, string table, IReadOnlyList<string> columns, Tally tally, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var order = IsNumbered(table) ? " ORDER BY rowid" : "";
        await using var command = connection.Command($"SELECT {string.Join(", ", columns)} FROM {table}{order}", [], transaction);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object?[columns.Count];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.GetValue(i) switch
                {
                    DBNull => null,
                    string text => StoreText.Storable(text),
                    var value => value,
                };
            }

            tally.Add(row);
            yield return row;
        }
    }

    private static bool IsNumbered(string table) => StoreSchema.Steps.Any(s => Regex.IsMatch(s, $@"CREATE TABLE {table} \([^;]*\);"));

    [GeneratedRegex(@"CREATE TABLE (\w+)")]
    private static partial Regex TableName();

    private sealed class Tally(string table)
    {
        private readonly XxHash128 _row = new();
        private long _rows;
        private UInt128 _sum;

        public TableContent Content => new(table, _rows, _sum);

        public void Add(object?[] values)
        {
            Span<byte> number = stackalloc byte[sizeof(long)];
            foreach (var value in values)
            {
                var (kind, bytes) = value switch
                {
                    null => ((byte)0, (byte[])[]),
                    long => ((byte)1, []),
                    double => ((byte)2, []),
                    byte[] blob => ((byte)3, blob),
                    _ => ((byte)4, Encoding.UTF8.GetBytes((string)value)),
                };
                BinaryPrimitives.WriteInt64LittleEndian(number, value switch { long l => l, double d => BitConverter.DoubleToInt64Bits(d), _ => bytes.Length });
                _row.Append([kind]);
                _row.Append(number);
                _row.Append(bytes);
            }

            _rows++;
            _sum = unchecked(_sum + _row.GetCurrentHashAsUInt128());
            _row.Reset();
        }
    }
}
