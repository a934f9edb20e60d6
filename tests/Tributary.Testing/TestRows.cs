using System.Text;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Testing;

/// <summary>Rows written down as plain values, staged in memory.</summary>
public sealed class TestRows(params ColumnDefinition[] columns) : IStagedRows
{
    private readonly List<RowBatch> _batches = [];

    public long Count => _batches.Sum(b => (long)b.Rows);

    /// <summary>Called before each batch is handed out, with its index.</summary>
    public Action<int>? BeforeBatch { get; init; }

    /// <summary>Rows of one batch; small to get several.</summary>
    public int BatchRows { get; init; } = RowBatch.MaxRows;

    public static TestRows None { get; } = new();

    public TestRows Add(params object?[] values)
    {
        if (_batches.Count == 0 || _batches[^1].Rows == BatchRows)
        {
            var empty = new RowBatch();
            foreach (var column in columns)
            {
                empty.Add(column);
            }

            _batches.Add(empty);
        }

        var batch = _batches[^1];
        for (var i = 0; i < values.Length; i++)
        {
            Set(batch.Buffer(i), batch.Rows, values[i]);
        }

        batch.Rows++;
        return this;
    }

    /// <summary>Adds the rows of another, with its own columns.</summary>
    public TestRows And(TestRows other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _batches.AddRange(other._batches);
        return this;
    }

    public IEnumerable<RowBatch> ReadBatches()
    {
        for (var i = 0; i < _batches.Count; i++)
        {
            BeforeBatch?.Invoke(i);
            yield return _batches[i];
        }
    }

    private static void Set(ColumnBuffer buffer, int row, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                buffer.SetUtf8(row, Encoding.UTF8.GetBytes(text));
                break;
            case bool flag:
                buffer.SetInteger(row, flag ? 1 : 0);
                break;
            case double number:
                buffer.SetDouble(row, number);
                break;
            case decimal money:
                buffer.SetInteger(row, (long)(money * 10_000m));
                break;
            case DateOnly day:
                buffer.SetInteger(row, day.DayNumber - ColumnText.UnixEpochDay);
                break;
            case DateTimeOffset instant:
                buffer.SetInteger(row, (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
                break;
            default:
                buffer.SetInteger(row, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }
}
