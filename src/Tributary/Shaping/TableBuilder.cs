using System.Text;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>What all rows of one window share.</summary>
/// <param name="Site">The site asked.</param>
/// <param name="RunId">The run.</param>
/// <param name="ReadAt">When Matomo was asked, UTC.</param>
/// <param name="HasPeriods">Whether the table has period columns: lists without dates have none.</param>
/// <param name="HasSegment">Whether the table has a segment column.</param>
internal sealed record RowContext(MatomoSite Site, string RunId, DateTimeOffset ReadAt, bool HasPeriods, bool HasSegment)
{
    /// <summary>Every site rows may belong to.</summary>
    public IReadOnlyList<MatomoSite> Sites { get; init; } = [Site];
}

/// <summary>
/// Fills batches row by row and keeps the columns that every table has. Columns can be added and widened while rows arrive;
/// a full batch goes to <paramref name="flush"/>.
/// </summary>
internal sealed class TableBuilder(RowContext context, Action<RowBatch> flush)
{
    private readonly List<ColumnDefinition> _columns = [];
    private readonly List<(int Rows, int Bytes)> _room = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<long, (byte[] Name, byte[] Currency)> _sites = context.Sites.ToDictionary(s => (long)s.Id, s => (Encoding.UTF8.GetBytes(s.Name), Encoding.UTF8.GetBytes(s.Currency)));
    private readonly byte[] _runId = Encoding.UTF8.GetBytes(context.RunId);
    private readonly long _readAt = (context.ReadAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    private RowBatch? _batch;
    private PartitionKey? _key;
    private int _keyed;
    private bool[] _dropped = [];
    private readonly List<Action> _atEnd = [];
    private int _droppedCount;
    private int _siteIdColumn, _siteNameColumn, _periodColumn, _startColumn, _endColumn, _segmentColumn, _currencyColumn = -1, _othersColumn, _runColumn, _readColumn;

    /// <summary>The columns so far, in the order they were added.</summary>
    public IReadOnlyList<ColumnDefinition> Columns => _columns;

    /// <summary>The batch being filled.</summary>
    public RowBatch Batch => _batch ??= NewBatch();

    /// <summary>Adds the columns that every table has. Called once, before any other column.</summary>
    /// <param name="hasMoney">Whether amounts are to be expected: a window without any has the currency all the same.</param>
    public void AddOwnColumns(bool hasMoney = false)
    {
        _siteIdColumn = Add(OwnColumns.SiteId);
        _siteNameColumn = Add(OwnColumns.SiteName);
        if (context.HasPeriods)
        {
            _periodColumn = Add(OwnColumns.Period);
            _startColumn = Add(OwnColumns.PeriodStart);
            _endColumn = Add(OwnColumns.PeriodEnd);
        }

        if (context.HasSegment)
        {
            _segmentColumn = Add(OwnColumns.Segment);
        }

        _othersColumn = Add(OwnColumns.IsOthers);
        _runColumn = Add(OwnColumns.RunId);
        _readColumn = Add(OwnColumns.ReadAt);
        if (hasMoney)
        {
            _currencyColumn = Add(OwnColumns.Currency);
        }
    }

    /// <summary>Adds a column and returns its index. A name already taken gets a number behind it.</summary>
    public int Add(ColumnDefinition column)
    {
        var name = column.Name;
        for (var number = 2; !_names.Add(name); number++)
        {
            name = $"{column.Name}_{number}";
        }

        column = column with { Name = name };
        _columns.Add(column);
        _batch?.Add(column, new ColumnBuffer(column.Type, 0));
        if (column.Type == ColumnType.Money && _currencyColumn < 0)
        {
            _currencyColumn = Add(OwnColumns.Currency);
        }

        return _columns.IndexOf(column);
    }

    /// <summary>The index of the column of that name; -1 when there is none.</summary>
    public int Find(string name) => _columns.FindIndex(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Begins a row of that partition and returns its index in <see cref="Batch"/>.</summary>
    public int BeginRow(PartitionKey key)
    {
        var batch = Batch;
        if (!ReferenceEquals(key, _key))
        {
            FillKeys();
            _key = key;
        }

        var row = batch.Rows++;
        batch.Buffer(_othersColumn).SetInteger(row, 0);
        return row;
    }

    /// <summary>Says which site a row belongs to.</summary>
    public void SetSite(int row, int site)
    {
        FillKeys();
        Batch.Buffer(_siteIdColumn).SetInteger(row, site);
        Batch.Buffer(_siteNameColumn).SetUtf8(row, _sites[site].Name);
    }

    /// <summary>The values of a column in the batch being filled.</summary>
    public ColumnBuffer Buffer(int column) => Batch.Buffer(column);

    /// <summary>Marks a row as Matomo's summary row.</summary>
    public void MarkOthers(int row) => Batch.Buffer(_othersColumn).SetInteger(row, 1);

    /// <summary>Whether a row is marked as Matomo's summary row.</summary>
    public bool IsOthers(int row) => Batch.Buffer(_othersColumn).GetInteger(row) != 0;

    /// <summary>Gives a column a wider type, in this batch and all that follow.</summary>
    public void Widen(int column, ColumnType type)
    {
        Batch.Widen(column, type);
        _columns[column] = _columns[column] with { Type = type };
    }

    /// <summary>Takes a row back: it will not be handed on.</summary>
    public void Drop(int row)
    {
        if (row >= _dropped.Length)
        {
            Array.Resize(ref _dropped, Math.Max(row + 1, RowBatch.MaxRows));
        }

        _dropped[row] = true;
        _droppedCount++;
    }

    /// <summary>Hands the batch on when it is full; the rows in it are ended.</summary>
    public void FlushWhenFull()
    {
        if (_batch is { Rows: >= RowBatch.MaxRows })
        {
            Flush();
        }
    }

    /// <summary>Has something done before the last batch is handed on.</summary>
    public void AtEnd(Action last) => _atEnd.Add(last);

    /// <summary>No row comes any more.</summary>
    public void Complete()
    {
        _atEnd.ForEach(last => last());
        Flush();
    }

    private void Flush()
    {
        if (_batch is not { Rows: > 0 } batch)
        {
            return;
        }

        FillKeys();
        if (_droppedCount > 0)
        {
            Compact(batch);
        }

        FillWhole(batch);
        RememberRoom(batch);
        (_batch, _keyed) = (null, 0);
        if (batch.Rows > 0)
        {
            flush(batch);
        }
    }

    /// <summary>The key columns of the rows since they were last filled: all of one partition.</summary>
    private void FillKeys()
    {
        if (_key is not { } key || _batch is not { } batch || _keyed == batch.Rows)
        {
            return;
        }

        var (from, to) = (_keyed, batch.Rows);
        batch.Buffer(_siteIdColumn).FillIntegers(from, to, key.SiteId);
        batch.Buffer(_siteNameColumn).FillUtf8(from, to, _sites[key.SiteId].Name);
        if (context.HasPeriods)
        {
            batch.Buffer(_periodColumn).FillUtf8(from, to, OwnColumns.PeriodName(key.Period));
            batch.Buffer(_startColumn).FillIntegers(from, to, key.Start.DayNumber - ColumnText.UnixEpochDay);
            batch.Buffer(_endColumn).FillIntegers(from, to, key.End.DayNumber - ColumnText.UnixEpochDay);
        }

        if (context.HasSegment)
        {
            batch.Buffer(_segmentColumn).FillUtf8(from, to, Encoding.UTF8.GetBytes(key.Segment));
        }

        _keyed = to;
    }

    /// <summary>The columns that say the same on every row of a run, or of a site.</summary>
    private void FillWhole(RowBatch batch)
    {
        batch.Buffer(_runColumn).FillUtf8(0, batch.Rows, _runId);
        batch.Buffer(_readColumn).FillIntegers(0, batch.Rows, _readAt);
        if (_currencyColumn < 0)
        {
            return;
        }

        var sites = batch.Buffer(_siteIdColumn).Words;
        for (var from = 0; from < batch.Rows;)
        {
            var same = sites[from..batch.Rows].IndexOfAnyExcept(sites[from]);
            var to = same < 0 ? batch.Rows : from + same;
            batch.Buffer(_currencyColumn).FillUtf8(from, to, _sites[sites[from]].Currency);
            from = to;
        }
    }

    private void Compact(RowBatch batch)
    {
        var kept = 0;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (row < _dropped.Length && _dropped[row])
            {
                continue;
            }

            if (kept != row)
            {
                for (var column = 0; column < batch.Columns.Count; column++)
                {
                    batch.Buffer(column).Move(row, kept);
                }
            }

            kept++;
        }

        batch.Rows = kept;
        Array.Clear(_dropped);
        _droppedCount = 0;
    }

    private RowBatch NewBatch()
    {
        var batch = new RowBatch();
        for (var i = 0; i < _columns.Count; i++)
        {
            var (rows, bytes) = i < _room.Count ? _room[i] : default;
            batch.Add(_columns[i], new ColumnBuffer(_columns[i].Type, rows, bytes));
        }

        return batch;
    }

    /// <summary>The next batch will be much like this one: what grew step by step gets its room at once.</summary>
    private void RememberRoom(RowBatch batch)
    {
        _room.Clear();
        for (var i = 0; i < batch.Columns.Count; i++)
        {
            var buffer = batch.Buffer(i);
            _room.Add((buffer.Capacity == 0 || batch.Rows < RowBatch.MaxRows ? 0 : RowBatch.MaxRows, buffer.ByteCount + (buffer.ByteCount / 8)));
        }
    }
}
