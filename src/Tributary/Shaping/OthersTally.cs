using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;

namespace Tributary.Shaping;

/// <summary>
/// Watches one partition for Matomo's summary rows: the share of the main metric in them, and, where the reply has no marker,
/// the last row named "Others" that lacks what every other row carries (matomo-org/matomo 5.2: no <c>segment</c>, no <c>url</c>, no subtable).
/// </summary>
internal sealed class OthersTally(ReportDefinition report)
{
    private readonly string? _mainMetric = MainMetric(report);
    private double _total, _others;
    private double? _rowMetric;
    private bool _rowIsNamedOthers, _rowHasOrigin;
    private int _rowsWithOrigin;
    private (int Row, double Metric)? _candidate;

    /// <summary>Whether any summary row was seen.</summary>
    public bool Any { get; private set; }

    /// <summary>The share of the main metric in summary rows; null when the report has none.</summary>
    public double? Share => _mainMetric is null || _total <= 0 ? null : _others / _total;

    /// <summary>A partition begins.</summary>
    public void Begin()
    {
        (_total, _others, Any, _candidate, _rowsWithOrigin) = (0, 0, false, null, 0);
    }

    /// <summary>A row of the table begins: what was the last row no longer is.</summary>
    public void RowBegins()
    {
        _candidate = null;
        (_rowMetric, _rowIsNamedOthers, _rowHasOrigin) = (null, false, false);
    }

    /// <summary>A cell of the row.</summary>
    public void Saw(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        if (path.SequenceEqual("label"u8))
        {
            (_rowMetric, _rowIsNamedOthers, _rowHasOrigin) = (null, value.Utf8.SequenceEqual("Others"u8), false);
        }
        else if (path.SequenceEqual("segment"u8) || path.SequenceEqual("url"u8) || path.SequenceEqual("idsubdatatable"u8))
        {
            _rowHasOrigin |= value.Kind is ReplyValueKind.String or ReplyValueKind.Number;
        }
        else if (_mainMetric is not null && Matches(path, _mainMetric) && Numbers.TryDouble(value.Utf8, out var number))
        {
            _rowMetric = number;
        }
    }

    /// <summary>The row has ended.</summary>
    public void RowEnds(TableBuilder table, int row, int depth)
    {
        var metric = _rowMetric ?? 0;
        _total += metric;
        if (table.IsOthers(row))
        {
            _others += metric;
            Any = true;
            return;
        }

        if (_rowHasOrigin)
        {
            _rowsWithOrigin++;
        }
        else if (_rowIsNamedOthers && depth == 0)
        {
            _candidate = (row, metric);
        }
    }

    /// <summary>The row that is the summary row although nothing marks it; null when there is none or it is marked.</summary>
    public int? FindUnmarked(TableBuilder table)
    {
        if (_candidate is not { } candidate || _rowsWithOrigin == 0 || table.IsOthers(candidate.Row))
        {
            return null;
        }

        _others += candidate.Metric;
        Any = true;
        return candidate.Row;
    }

    private static bool Matches(ReadOnlySpan<byte> path, string name)
    {
        if (path.Length != name.Length)
        {
            return false;
        }

        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != name[i])
            {
                return false;
            }
        }

        return true;
    }

    private static string? MainMetric(ReportDefinition report)
    {
        string[] preferred = ["nb_hits", "nb_visits", "nb_events", "nb_impressions", "quantity", "entry_nb_visits", "exit_nb_visits"];
        return report.Shape == ReplyShape.Table
            ? preferred.FirstOrDefault(p => report.Columns.Any(c => c.Name == p))
            : null;
    }
}
