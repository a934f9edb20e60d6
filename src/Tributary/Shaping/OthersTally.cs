using System.Runtime.InteropServices;
using System.Text;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;

namespace Tributary.Shaping;

/// <summary>
/// Watches the tables of a partition for Matomo's summary rows: the share of the main metric in them, and, where the reply has no marker,
/// the last row of a table named "Others", in whatever language, that lacks what the other rows carry (matomo-org/matomo 5.2: no <c>segment</c>, no <c>url</c>, no subtable).
/// Child tables stand inside their parent's row, so tables and rows are held by depth.
/// </summary>
internal sealed class OthersTally(ReportDefinition report)
{
    private readonly byte[]? _mainMetric = NameOf(report) is { } name ? Encoding.UTF8.GetBytes(name) : null;

    // Pages and addresses begin with a slash, folders have rows below them: in their tree nothing else can have the name.
    private readonly bool _isPathTree = report.Dimensions.Count > 0 && report.Dimensions[0].Recursive;
    private readonly List<Row> _rows = [];
    private readonly List<Table> _tables = [];
    private PartitionTally? _partition;

    /// <summary>The metric shared out; null when the report has none.</summary>
    public string? MainMetric { get; } = NameOf(report);

    /// <summary>A table of the partition begins, at the top or below a row of another reply.</summary>
    public void Begin(PartitionTally partition)
    {
        _partition = partition;
        _tables.Clear();
        _rows.Clear();
    }

    /// <summary>A row begins: what was the last row of its table no longer is, and the table below it is empty yet.</summary>
    public void RowBegins(int depth)
    {
        while (_tables.Count <= depth)
        {
            _tables.Add(default);
        }

        _tables.RemoveRange(depth + 1, _tables.Count - depth - 1);
        CollectionsMarshal.AsSpan(_tables)[depth].Candidate = null;
        _rows.Add(default);
    }

    /// <summary>What a path of a row means here.</summary>
    public CellTraits TraitsOf(ReadOnlySpan<byte> path)
    {
        if (path.SequenceEqual("label"u8))
        {
            return CellTraits.Label;
        }

        if (path.SequenceEqual("segment"u8) || path.SequenceEqual("url"u8) || path.SequenceEqual("idsubdatatable"u8))
        {
            return CellTraits.Origin;
        }

        return _mainMetric is not null && path.SequenceEqual(_mainMetric) ? CellTraits.MainMetric : CellTraits.None;
    }

    /// <summary>A cell of the row that began last, which means something here.</summary>
    public void Saw(CellTraits traits, in ReplyValue value)
    {
        ref var row = ref CollectionsMarshal.AsSpan(_rows)[^1];
        if ((traits & CellTraits.Label) != CellTraits.None)
        {
            row.IsNamedOthers = SummaryRowNames.Contains(value.Utf8);
        }
        else if ((traits & CellTraits.Origin) != CellTraits.None)
        {
            row.HasOrigin |= value.Kind is ReplyValueKind.String or ReplyValueKind.Number;
        }
        else if ((traits & CellTraits.MainMetric) != CellTraits.None && Numbers.TryDouble(value.Utf8, out var number))
        {
            row.Metric = number;
        }
    }

    /// <summary>The row has ended.</summary>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="depth">Its depth.</param>
    /// <param name="isOthers">Whether it is marked as a summary row.</param>
    /// <param name="counts">False for a row whose children count instead of it.</param>
    public void RowEnds(int index, int depth, bool isOthers, bool counts)
    {
        var row = _rows[^1];
        _rows.RemoveAt(_rows.Count - 1);
        ref var table = ref CollectionsMarshal.AsSpan(_tables)[depth];
        table.EndsWithOthers = isOthers || (row.IsNamedOthers && !row.HasOrigin);
        if (counts)
        {
            _partition!.Total += row.Metric;
        }

        if (isOthers)
        {
            _partition!.Others += row.Metric;
            _partition.HasOthers = true;
        }
        else if (row.HasOrigin)
        {
            table.HasRowWithOrigin = true;
        }
        else if (row.IsNamedOthers)
        {
            table.Candidate = (index, row.Metric);
        }
    }

    /// <summary>The table at that depth has ended: the row of it that looks like the summary row although nothing marks it; null when there is none.</summary>
    /// <param name="depth">The depth.</param>
    /// <param name="isCertain">Whether the other rows carry what it lacks.</param>
    public int? TableEnds(int depth, out bool isCertain)
    {
        isCertain = depth < _tables.Count && (_tables[depth].HasRowWithOrigin || _isPathTree);
        return depth < _tables.Count && _tables[depth].Candidate is { } candidate ? candidate.Row : null;
    }

    /// <summary>Whether the last row of the table at that depth is, or looks like, the summary row: nothing can come behind it.</summary>
    public bool EndsWithOthers(int depth) => depth < _tables.Count && _tables[depth].EndsWithOthers;

    /// <summary>The row that looked like the summary row of the table is it.</summary>
    public void Confirm(int depth)
    {
        _partition!.Others += _tables[depth].Candidate!.Value.Metric;
        _partition.HasOthers = true;
    }

    // What can be added over rows stands first: one visit is in many rows of pages, events and contents.
    internal static string? NameOf(ReportDefinition report)
    {
        string[] preferred = ["nb_hits", "nb_events", "nb_impressions", "quantity", "nb_visits", "entry_nb_visits", "exit_nb_visits"];
        return report.Shape == ReplyShape.Table
            ? preferred.FirstOrDefault(p => report.Columns.Any(c => c.Name == p))
            : null;
    }

    private struct Row
    {
        public double Metric;
        public bool IsNamedOthers;
        public bool HasOrigin;
    }

    private struct Table
    {
        public bool HasRowWithOrigin;
        public bool EndsWithOthers;
        public (int Row, double Metric)? Candidate;
    }
}
