using System.Globalization;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>Combines a metric over the rows of a table. Rows that sum up others are left out; Matomo's own summary rows belong to the rest.</summary>
internal sealed class DuckDbSums
{
    private readonly DuckDBConnection _connection;
    private readonly SumQuery _query;
    private readonly TableSchema _schema;
    private readonly string _states;
    private readonly string _from;
    private readonly string _combined;
    private readonly string _segment;

    private DuckDbSums(DuckDBConnection connection, string table, TableSchema schema, SumQuery query)
    {
        (_connection, _schema, _query) = (connection, schema, query);
        _states = DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(table));
        _segment = query.Segment ?? connection.Scalar($"SELECT segment FROM {_states} GROUP BY segment ORDER BY segment = '' DESC, sum(rows) DESC, segment LIMIT 1") as string ?? "";
        var joined = query.LastReadOnly ? $" JOIN {_states} AS k ON {DuckDbDialect.RowIsOf(schema)} AND t._run_id = k.run_id" : "";
        _from = $"{DuckDbDialect.Quote(table)} AS t{joined} WHERE {string.Join(" AND ", Conditions())}";
        var metric = $"t.{DuckDbDialect.Quote(query.Metric.Name)}";
        _combined = $"CAST({(query.Metric.Additivity switch { Additivity.Min => "min", Additivity.Max => "max", _ => "sum" })}({metric}) AS DOUBLE)";
    }

    public static SumRows Read(DuckDBConnection connection, string table, TableSchema schema, SumQuery query, Action<SumRows> check, bool withPoints) =>
        new DuckDbSums(connection, table, schema, query).Read(check, withPoints);

    private SumRows Read(Action<SumRows> check, bool withPoints)
    {
        var rows = new SumRows
        {
            Segment = _segment,
            Sites = (int)(long)_connection.Scalar($"SELECT count(DISTINCT site_id) FROM {_states} AS s WHERE {StateCondition()}", _segment)!,
            Periods = _connection.Rows(
                $"SELECT period_start, count(DISTINCT site_id), bool_or(state = 'provisional'), bool_or(truncated IS NOT NULL) FROM {_states} AS s WHERE {StateCondition()} GROUP BY 1 ORDER BY 1",
                r => new StoredPeriod(r.GetFieldValue<DateOnly>(0), (int)r.GetInt64(1), r.GetBoolean(2), r.GetBoolean(3)),
                _segment),
            Currencies = _query.Metric.Type == ColumnType.Money && _schema.Find("currency") is not null
                ? _connection.Rows($"SELECT DISTINCT t.currency FROM {_from} AND t.currency IS NOT NULL ORDER BY 1", r => r.GetString(0), _segment)
                : [],
        };
        check(rows);
        rows = WithGroups(rows);
        if (!withPoints)
        {
            return rows;
        }

        rows = rows with { Points = Points(rows) };
        return _query.By?.Name != "site_id" || rows.Groups.Count == 0 ? rows : rows with
        {
            SitePeriods = _connection.Rows(
                $"SELECT DISTINCT site_id, period_start FROM {_states} AS s WHERE {StateCondition()} AND site_id IN ({string.Join(", ", rows.Groups.Select(g => Convert.ToInt64(g.Key, CultureInfo.InvariantCulture)))})",
                r => (r.GetInt64(0), r.GetFieldValue<DateOnly>(1)),
                _segment),
        };
    }

    private SumRows WithGroups(SumRows rows)
    {
        if (_query.By is not { } by)
        {
            var all = _connection.Rows($"SELECT {_combined} FROM {_from}", r => r.IsDBNull(0) ? (double?)null : r.GetDouble(0), _segment);
            return rows with { Groups = [new SumGroup(null, null, all[0])] };
        }

        var key = $"t.{DuckDbDialect.Quote(by.Name)}";
        var name = _query.Name is { } named ? $"arg_max(t.{DuckDbDialect.Quote(named.Name)}, t.period_start)" : $"any_value(CAST({key} AS VARCHAR))";
        var groups = _connection.Rows(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {key} AS _key, {name}, {_combined} AS _value FROM {_from} AND {NotOthers} GROUP BY 1 ORDER BY _value DESC NULLS LAST, _key LIMIT {_query.Most + 1}"),
            r => new SumGroup(DuckDbValues.Read(r, 0), r.IsDBNull(1) ? null : r.GetString(1), r.IsDBNull(2) ? null : r.GetDouble(2)),
            _segment);
        var hasOthers = NotOthers != "true" && _connection.Scalar($"SELECT count(*) FROM {_from} AND t.is_others", _segment) is > 0L;
        if (groups.Count <= _query.Most - (hasOthers ? 1 : 0))
        {
            return hasOthers ? rows with { Groups = groups, Rest = Rest(groups) } : rows with { Groups = groups };
        }

        groups = [.. groups.Take(Math.Max(1, _query.Most - 1))];
        return rows with { Groups = groups, Rest = Rest(groups) };
    }

    private SumGroup Rest(List<SumGroup> groups)
    {
        // What is left of a sum need not be told row by row which of a million groups it is of.
        var isSum = _query.Metric.Additivity == Additivity.Sum;
        var (place, values) = isSum ? ("-1", [_segment]) : PlaceOf(groups);
        var value = _connection.Rows($"SELECT {_combined} FROM {_from} AND {place} < 0", r => r.IsDBNull(0) ? (double?)null : r.GetDouble(0), values)[0];
        return new SumGroup(null, null, isSum && value is { } all ? Math.Round(all - groups.Sum(g => g.Value ?? 0), 4) : value);
    }

    private List<SumPoint> Points(SumRows rows)
    {
        var (place, values) = _query.By is null ? ("0", [_segment]) : PlaceOf(rows.Groups);
        return _connection.Rows(
            $"SELECT {place} AS _place, t.period_start, {_combined} FROM {_from} GROUP BY 1, 2 ORDER BY 1, 2",
            r => new SumPoint(r.GetInt32(0), r.GetFieldValue<DateOnly>(1), r.IsDBNull(2) ? null : r.GetDouble(2)),
            values);
    }

    private string NotOthers => _query.By is { Role: not ColumnRole.Key } && _schema.Find("is_others") is not null ? "NOT coalesce(t.is_others, false)" : "true";

    /// <summary>The place of the group that a row belongs to, as an expression; -1 for the rest.</summary>
    private (string Place, object[] Values) PlaceOf(IReadOnlyList<SumGroup> groups)
    {
        var values = new List<object> { _segment };
        var key = $"t.{DuckDbDialect.Quote(_query.By!.Name)}";
        var places = groups.Select((group, place) =>
        {
            switch (group.Key)
            {
                case null:
                    return string.Create(CultureInfo.InvariantCulture, $"WHEN {key} IS NULL THEN {place}");
                case string text:
                    values.Add(text);
                    return string.Create(CultureInfo.InvariantCulture, $"WHEN {key} = ${values.Count} THEN {place}");
                default:
                    return string.Create(CultureInfo.InvariantCulture, $"WHEN {key} = {group.Key} THEN {place}");
            }
        }).ToList();
        return places.Count == 0 ? ("-1", [_segment]) : ($"CASE WHEN NOT ({NotOthers}) THEN -1 {string.Join(' ', places)} ELSE -1 END", [.. values]);
    }

    private IEnumerable<string> Conditions()
    {
        yield return "t.period = " + DuckDbDialect.Literal(_query.Period);
        yield return _schema.Find("segment") is null ? "$1 = ''" : "coalesce(t.segment, '') = $1";
        foreach (var day in Days("t"))
        {
            yield return day;
        }

        if (_schema.Find("is_aggregate") is not null)
        {
            yield return "NOT coalesce(t.is_aggregate, false)";
        }
    }

    private IEnumerable<string> Days(string table)
    {
        if (_query.From is { } from)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{table}.period_start >= DATE '{from:yyyy-MM-dd}'");
        }

        if (_query.To is { } to)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{table}.period_start <= DATE '{to:yyyy-MM-dd}'");
        }
    }

    private string StateCondition() => string.Join(" AND ", Days("s").Prepend($"s.period = {DuckDbDialect.Literal(_query.Period)} AND s.segment = $1"));
}
