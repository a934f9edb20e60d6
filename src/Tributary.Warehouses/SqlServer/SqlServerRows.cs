using System.Collections;
using System.Data.Common;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.SqlServer;

/// <summary>The rows of a commit as SqlBulkCopy reads them. A value is converted up to the table's type; a column the batch lacks is null, and so is a number that is not finite.</summary>
internal sealed class SqlServerRows(IReadOnlyList<ColumnDefinition> columns, WindowCommit commit, CancellationToken stop) : DbDataReader
{
    private readonly IEnumerator<RowBatch> _batches = commit.Rows.ReadBatches().GetEnumerator();
    private readonly ColumnBuffer?[] _buffers = new ColumnBuffer?[columns.Count];
    private RowBatch? _batch;
    private int _row;
    private bool _isClosed;

    /// <summary>Rows read so far.</summary>
    public long Rows { get; private set; }

    public override int FieldCount => columns.Count;

    public override bool HasRows => commit.Rows.Count > 0;

    public override bool IsClosed => _isClosed;

    public override int RecordsAffected => -1;

    public override int Depth => 0;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read()
    {
        _row++;
        while (_batch is null || _row >= _batch.Rows)
        {
            stop.ThrowIfCancellationRequested();
            if (!_batches.MoveNext())
            {
                return false;
            }

            (_batch, _row) = (_batches.Current, 0);
            CommitRules.RequireKnownColumns(commit.Table, columns, _batch);
            for (var i = 0; i < columns.Count; i++)
            {
                var at = _batch.IndexOf(columns[i].Name);
                _buffers[i] = at < 0 ? null : _batch.Buffer(at);
            }
        }

        Rows++;
        return true;
    }

    public override bool IsDBNull(int ordinal) => GetValue(ordinal) is DBNull;

    public override object GetValue(int ordinal)
    {
        var buffer = _buffers[ordinal];
        return buffer is null || !buffer.IsPresent(_row) ? DBNull.Value : (columns[ordinal].Type, buffer.Type) switch
        {
            (ColumnType.Text or ColumnType.Json, _) => ColumnText.Format(buffer, _row),
            (ColumnType.Double, ColumnType.Double) => double.IsFinite(buffer.GetDouble(_row)) ? buffer.GetDouble(_row) : DBNull.Value,
            (ColumnType.Double, ColumnType.Money) => buffer.GetInteger(_row) / 10_000d,
            (ColumnType.Double, _) => (double)buffer.GetInteger(_row),
            (ColumnType.Integer, _) => buffer.GetInteger(_row),
            (ColumnType.Date, ColumnType.Date) => ((DateOnly)SqlRows.Value(buffer, _row)!).ToDateTime(TimeOnly.MinValue),
            var (to, was) when to == was => SqlRows.Value(buffer, _row)!,
            _ => throw new ArgumentException($"The column '{columns[ordinal].Name}' is {columns[ordinal].Type} in the table and {buffer.Type} in the rows, which is not narrower."),
        };
    }

    public override string GetName(int ordinal) => columns[ordinal].Name;

    public override int GetOrdinal(string name) => columns.Select(c => c.Name).ToList().IndexOf(name);

    public override string GetDataTypeName(int ordinal) => GetFieldType(ordinal).Name;

    public override Type GetFieldType(int ordinal) => columns[ordinal].Type switch
    {
        ColumnType.Integer => typeof(long),
        ColumnType.Double => typeof(double),
        ColumnType.Money => typeof(decimal),
        ColumnType.Boolean => typeof(bool),
        ColumnType.Date => typeof(DateTime),
        ColumnType.Instant => typeof(DateTimeOffset),
        _ => typeof(string),
    };

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, columns.Count);
        for (var i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    public override bool NextResult() => false;

    public override bool GetBoolean(int ordinal) => (bool)GetValue(ordinal);

    public override byte GetByte(int ordinal) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override char GetChar(int ordinal) => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override DateTime GetDateTime(int ordinal) => (DateTime)GetValue(ordinal);

    public override decimal GetDecimal(int ordinal) => (decimal)GetValue(ordinal);

    public override double GetDouble(int ordinal) => (double)GetValue(ordinal);

    public override float GetFloat(int ordinal) => throw new NotSupportedException();

    public override Guid GetGuid(int ordinal) => throw new NotSupportedException();

    public override short GetInt16(int ordinal) => throw new NotSupportedException();

    public override int GetInt32(int ordinal) => throw new NotSupportedException();

    public override long GetInt64(int ordinal) => (long)GetValue(ordinal);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        if (disposing)
        {
            _batches.Dispose();
        }

        base.Dispose(disposing);
    }
}
