using System.Text;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>Puts values into the table by their path: finds or adds the column, reads the value by its kind, widens or counts what does not fit.</summary>
internal sealed class CellWriter
{
    private readonly TableBuilder _table;
    private readonly ColumnNaming _naming;
    private readonly HashSet<string>? _columns;
    private readonly List<int> _uniqueColumns = [];
    private readonly HashSet<string> _untrue;
    private readonly HashSet<string> _emptied = new(StringComparer.Ordinal);
    private readonly PersonalData? _personal;
    private readonly List<(int Column, int WhereZero)> _meaningless = [];
    private readonly ShapeOptions _options;
    private readonly SlotTable _slots = new();
    private readonly Dictionary<string, (long Count, string Sample)> _unreadable = new(StringComparer.Ordinal);

    /// <param name="table">Where rows go.</param>
    /// <param name="naming">From path to column.</param>
    /// <param name="options">The columns to keep, what is personal, what this Matomo fills wrongly.</param>
    public CellWriter(TableBuilder table, ColumnNaming naming, ShapeOptions options)
    {
        _table = table;
        _naming = naming;
        _options = options;
        _columns = options.Columns.Count == 0 ? null : new HashSet<string>(options.Columns, StringComparer.OrdinalIgnoreCase);
        _untrue = new HashSet<string>(options.Untrue, StringComparer.Ordinal);
        _personal = options.Personal;
    }

    /// <summary>The index of the label column; -1 when there is none.</summary>
    public int LabelColumn { get; private set; } = -1;

    /// <summary>Metric columns the catalog announced.</summary>
    public List<int> AnnouncedMetrics { get; } = [];

    /// <summary>Values that could not be read and are null.</summary>
    public IReadOnlyList<UnreadableValues> Unreadable => [.. _unreadable.Select(u => new UnreadableValues(u.Key, u.Value.Count, u.Value.Sample))];

    /// <summary>Adds a column before any value of it is seen.</summary>
    public void Announce(string path, NamedColumn named)
    {
        var slot = _slots.Meet(Encoding.UTF8.GetBytes(path));
        Place(slot, named);
        if (slot.Column >= 0 && named.Column.Role == ColumnRole.Metric)
        {
            AnnouncedMetrics.Add(slot.Column);
        }
    }

    /// <summary>Columns whose values this Matomo fills wrongly, and which are null instead.</summary>
    public IReadOnlyList<string> Emptied => [.. _emptied.Order(StringComparer.Ordinal)];

    /// <summary>Whether a column of that name is wanted.</summary>
    public bool Keeps(string column) => _columns is null || column == "label" || _columns.Contains(column);

    /// <summary>A row begins.</summary>
    public void BeginRow() => _slots.Rewind();

    /// <summary>What is known of a path.</summary>
    public Slot Meet(ReadOnlySpan<byte> path) => _slots.Meet(path);

    /// <summary>Writes a value into its column and returns the column's index; -1 when it is left out.</summary>
    public int Write(ReadOnlySpan<byte> path, int row, in ReplyValue value) => Write(_slots.Meet(path), row, value);

    /// <summary>Writes a value into a column named otherwise than the report's own.</summary>
    public void Write(ReadOnlySpan<byte> path, int row, in ReplyValue value, Func<NamedColumn> column)
    {
        var slot = _slots.Meet(path);
        if (!slot.IsPlaced)
        {
            Place(slot, column());
        }

        Write(slot, row, value);
    }

    /// <summary>Writes a value into the column of its path and returns the column's index; -1 when it is left out.</summary>
    public int Write(Slot slot, int row, in ReplyValue value)
    {
        if (!slot.IsPlaced && !TryPlace(slot, value))
        {
            return -1;
        }

        if (slot.Column < 0)
        {
            return -1;
        }

        if (slot.IsUntrue)
        {
            if (value.Kind is ReplyValueKind.Number or ReplyValueKind.String)
            {
                _emptied.Add(_table.Columns[slot.Column].Name);
            }
        }
        else if (_personal is null)
        {
            Put(slot, row, value);
        }
        else if (_personal.Treat(slot.Path, value) is { } treated)
        {
            var isHash = value.Kind == ReplyValueKind.Number && _personal.Of(slot.Path) == PersonalTreatment.Hash;
            Put(slot, row, new ReplyValue(isHash ? ReplyValueKind.String : value.Kind, treated));
        }

        return slot.Column;
    }

    /// <summary>Marks a row as Matomo's summary row. Its unique visitors are a sum over its members, not a number of people.</summary>
    public void MarkOthers(int row)
    {
        _table.MarkOthers(row);
        foreach (var column in _uniqueColumns)
        {
            _table.Buffer(column).SetNull(row);
        }
    }

    /// <summary>The row has ended.</summary>
    public void EndRow(int row)
    {
        foreach (var (column, whereZero) in _meaningless)
        {
            if (_table.Buffer(whereZero).IsPresent(row) && _table.Buffer(whereZero).GetInteger(row) == 0)
            {
                _table.Buffer(column).SetNull(row);
            }
        }
    }

    private void Put(Slot slot, int row, in ReplyValue value)
    {
        var buffer = _table.Buffer(slot.Column);
        switch (CellReader.Read(buffer, row, slot.Reading, value))
        {
            case CellOutcome.Placed:
                return;
            // A count of more than 64 bits is a defect of the server's; the column of all others stays whole.
            case CellOutcome.NeedsDouble when buffer.Type == ColumnType.Integer && !(slot.IsDeclared && IsBeyondCounting(value)):
                Widen(slot, ColumnType.Double, row, slot.Reading, value);
                return;
            default:
                if (slot.IsDeclared)
                {
                    CountUnreadable(slot.Column, value);
                    return;
                }

                Widen(slot, ColumnType.Text, row, ReportColumnType.Text, value);
                return;
        }
    }

    private void Widen(Slot slot, ColumnType type, int row, ReportColumnType reading, in ReplyValue value)
    {
        _table.Widen(slot.Column, type);
        CellReader.Read(_table.Buffer(slot.Column), row, reading, value);
    }

    private void CountUnreadable(int column, in ReplyValue value)
    {
        var name = _table.Columns[column].Name;
        var (count, sample) = _unreadable.GetValueOrDefault(name);
        _unreadable[name] = (count + 1, count == 0 ? Shorten(Encoding.UTF8.GetString(value.Utf8)) : sample);
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    /// <summary>Finds the column of a path. One that neither the catalog nor its name tells the type of waits for its first value: null and false are of every type.</summary>
    private bool TryPlace(Slot slot, in ReplyValue value)
    {
        var isNothing = value.Kind is ReplyValueKind.Null or ReplyValueKind.False;
        if (isNothing && slot.Waits)
        {
            return false;
        }

        var named = _naming.Name(slot.Path, value.Kind);
        slot.Waits = isNothing && named is { Declared: false, Reading: ReportColumnType.Text };
        if (slot.Waits)
        {
            _table.AtEnd(() =>
            {
                if (!slot.IsPlaced)
                {
                    Place(slot, named);
                }
            });
            return false;
        }

        Place(slot, named);
        return true;
    }

    /// <summary>Whether a number is whole and has more digits than 64 bits hold.</summary>
    private static bool IsBeyondCounting(in ReplyValue value) => Numbers.TryDouble(value.Utf8, out var number) && Math.Abs(number) >= 9.3e18;

    private void Place(Slot slot, NamedColumn named)
    {
        var keep = !LeftOut.Contains(slot.Path)
            && Keeps(named.Column.Name)
            && (_personal is null || _personal.Of(slot.Path) != PersonalTreatment.Drop);
        if (!keep)
        {
            slot.Place(-1, named);
            return;
        }

        var column = _table.Add(named.Column);
        if (named.Column.Name == "label")
        {
            LabelColumn = column;
        }

        if (named.Reading == ReportColumnType.UniqueCount)
        {
            _uniqueColumns.Add(column);
        }

        foreach (var (meaningless, whereZero) in _options.Meaningless)
        {
            var (first, second) = (_table.Find(meaningless), _table.Find(whereZero));
            if (first >= 0 && second >= 0 && !_meaningless.Contains((first, second)))
            {
                _meaningless.Add((first, second));
            }
        }

        slot.IsUntrue = _untrue.Contains(named.Column.Name);
        slot.Place(column, named);
    }
}
