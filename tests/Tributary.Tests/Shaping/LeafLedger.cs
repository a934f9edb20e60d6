using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Shaping;

namespace Tributary.Tests.Shaping;

/// <summary>
/// Holds a table against the reply it came from, leaf by leaf, without the product's reader or naming: a plain walk over the JSON document.
/// Each leaf must be in one cell of its row, equal after the column's type, or stand on the list of what is left out.
/// Each cell must be one of those, or one of the columns Tributary adds.
/// </summary>
internal sealed partial class LeafLedger
{
    private static readonly HashSet<string> OwnColumns = ["site_id", "site_name", "period", "period_start", "period_end", "segment", "currency", "is_others", "_run_id", "_read_at", "is_aggregate"];

    private readonly RecordedReport _recorded;
    private readonly ShapedTable _table;
    private readonly List<string> _problems = [];
    private int _row;

    private LeafLedger(RecordedReport recorded, ShapedTable table)
    {
        _recorded = recorded;
        _table = table;
    }

    /// <summary>Leaves found in a cell.</summary>
    public int Placed { get; private set; }

    /// <summary>Leaves that say "nothing": null, false or an empty text where a number belongs.</summary>
    public int Nothing { get; private set; }

    /// <summary>Cells of columns that Tributary adds.</summary>
    public int Own { get; private set; }

    /// <summary>Leaves left out, by reason.</summary>
    public SortedDictionary<string, int> LeftOutByReason { get; } = new(StringComparer.Ordinal);

    /// <summary>What does not hold.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public static LeafLedger Of(RecordedReport recorded, ShapedTable table)
    {
        var ledger = new LeafLedger(recorded, table);
        ledger.Check();
        return ledger;
    }

    private void Check()
    {
        foreach (var piece in Pieces())
        {
            Piece(piece);
        }

        if (_row != _table.Rows.Count)
        {
            _problems.Add($"{_table.Rows.Count} rows for {_row} in the reply");
        }
    }

    /// <summary>Whether Matomo answers the column with zero when it is asked alone for a period without data (the empty_day recordings).</summary>
    private bool IsPromised(string column) => _recorded.Report.Columns.Any(c =>
        (c.Name == "value" ? Column(c.Name) : Snake(c.Name)) == column && !c.Optional && (c.Periods.Count == 0 || c.Periods.Contains(_recorded.Recording.Parameters.GetValueOrDefault("period", ""), StringComparer.Ordinal)));

    private IEnumerable<JsonElement> Pieces() => _recorded.Keys switch
    {
        ReplyKeys.None => [_recorded.Json],
        ReplyKeys.SitesAndDates => Values(_recorded.Json).SelectMany(Values),
        _ => Values(_recorded.Json),
    };

    private static IEnumerable<JsonElement> Values(JsonElement map) => map.ValueKind == JsonValueKind.Object ? map.EnumerateObject().Select(p => p.Value) : [];

    private void Piece(JsonElement piece)
    {
        if (_recorded.Report.Method.StartsWith("Transitions.", StringComparison.Ordinal))
        {
            Transitions(piece);
            return;
        }

        if (_recorded.Report.Shape is ReplyShape.Row or ReplyShape.Scalar)
        {
            RowPiece(piece);
            return;
        }

        IEnumerable<JsonElement> rows = piece.ValueKind == JsonValueKind.Array ? piece.EnumerateArray() : Values(piece);
        foreach (var row in rows)
        {
            Row(row, []);
        }
    }

    private void RowPiece(JsonElement piece)
    {
        if (piece.ValueKind == JsonValueKind.Array && piece.GetArrayLength() == 0)
        {
            // Asked alone, Matomo answers zeros where a map has an empty list: those zeros are written.
            if (_recorded.Report.ZerosWhenNoData && Next() is { } zeros)
            {
                foreach (var name in _table.Columns.Select(c => c.Name).Where(IsPromised))
                {
                    Expect(zeros.ContainsKey(name), $"{name} of a period without data is null");
                }

                foreach (var (name, cell) in zeros.Where(c => !OwnColumns.Contains(c.Key)))
                {
                    Expect(_table.Columns.Any(c => c.Name == name), $"{name} is no column");
                    Expect(cell.Value is 0L or 0.0 or 0m, $"{name} of a period without data is {cell.Value}");
                    Own++;
                }

                CountOwn(zeros, []);
            }

            return;
        }

        if (piece.ValueKind == JsonValueKind.Array)
        {
            foreach (var row in piece.EnumerateArray())
            {
                Row(row, []);
            }

            return;
        }

        if (piece.ValueKind != JsonValueKind.Object)
        {
            var cells = Next();
            if (cells is not null)
            {
                var seen = new HashSet<string>(StringComparer.Ordinal);
                Leaf(cells, "value", piece, seen);
                Finish(cells, seen);
            }

            return;
        }

        Row(piece, []);
    }

    private void Row(JsonElement row, IReadOnlyList<string> above)
    {
        var cells = Next();
        if (cells is null)
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (row.ValueKind != JsonValueKind.Object)
        {
            Leaf(cells, "value", row, seen);
            Finish(cells, seen);
            return;
        }

        JsonElement? children = null;
        var label = row.TryGetProperty("label", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : null;
        foreach (var property in row.EnumerateObject())
        {
            switch (property.Name)
            {
                case "subtable" when property.Value.ValueKind == JsonValueKind.Array:
                    children = property.Value;
                    break;
                case "goals" when property.Value.ValueKind == JsonValueKind.Object:
                    Goals(cells, property.Value, seen);
                    break;
                case "is_summary":
                    Expect(IsTrue(cells, "is_others") == (property.Value.ValueKind == JsonValueKind.True), "is_others differs from is_summary");
                    Placed++;
                    break;
                case "label" when above.Count > 0:
                    Expect(cells.GetValueOrDefault("label")?.Value as string == (IsPath && IsTrue(cells, "is_others") ? $"{Joined([.. above])}/ - {label}" : Joined([.. above, label ?? ""])), $"label of '{label}' is not joined from its parts");
                    seen.Add("label");
                    Placed++;
                    break;
                default:
                    Leaf(cells, property.Name, property.Value, seen);
                    break;
            }
        }

        if (_recorded.IsExpanded && label is not null)
        {
            Levels(cells, [.. above, label], seen);
        }
        else if (IsPath && label is not null)
        {
            Expect(row.TryGetProperty(_recorded.Report.Dimensions[0].Id, out _) == cells.ContainsKey("level_1"), $"row {_row}: levels without a path, or a path without levels");
            PathLevels(cells, label, seen);
        }

        Finish(cells, seen);
        foreach (var child in children?.EnumerateArray() ?? [])
        {
            Row(child, [.. above, label ?? ""]);
        }
    }

    /// <summary>Each level of the label in a column of its own, and none beyond the row's depth.</summary>
    private void Levels(Dictionary<string, ShapedCell> cells, IReadOnlyList<string> parts, HashSet<string> seen)
    {
        var ids = _recorded.Report.Dimensions.Select(d => d.Id).ToList();
        for (var level = 0; level < parts.Count; level++)
        {
            var id = ids.ElementAtOrDefault(level);
            var folders = _recorded.Report.Dimensions.ElementAtOrDefault(level) is null or { Recursive: true };
            var column = folders ? $"level_{level + 1}" : Column(id!);
            Expect(cells.GetValueOrDefault(column)?.Value as string == parts[level], $"row {_row}: {column} is not '{parts[level]}'");
            seen.Add(column);
            Own++;
        }
    }

    private bool IsPath => _recorded.Report.Dimensions.ElementAtOrDefault(0)?.Id is "Actions_PageUrl" or "Actions_EntryPageUrl" or "Actions_ExitPageUrl" or "Actions_DownloadUrl" or "Actions_ClickedUrl";

    /// <summary>The levels of a path put together again are its label; those of a summary row end with its name.</summary>
    private void PathLevels(Dictionary<string, ShapedCell> cells, string label, HashSet<string> seen)
    {
        var levels = cells.Keys.Where(k => k.StartsWith("level_", StringComparison.Ordinal)).OrderBy(k => int.TryParse(k["level_".Length..], CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue).ToList();
        foreach (var column in levels)
        {
            seen.Add(column);
            Own++;
        }

        var parts = levels.ConvertAll(l => cells[l].Value as string ?? "");
        Expect(parts.Count == 0 || (IsTrue(cells, "is_others") ? parts[^1] == "Others" : Joined(parts) == label), $"row {_row}: levels {string.Join(" | ", parts)} do not make '{label}'");
    }

    private string Joined(IReadOnlyList<string> parts)
    {
        if (!IsPath)
        {
            return string.Join(_recorded.Report.LabelSeparator, parts);
        }

        if (_recorded.Report.Dimensions[0].Id is "Actions_DownloadUrl" or "Actions_ClickedUrl")
        {
            return string.Concat(parts);
        }

        var path = "/" + string.Join('/', parts.Select(p => p.TrimStart('/')));
        return parts[^1] == "/index" ? path[..^"index".Length] : path;
    }

    private void Goals(Dictionary<string, ShapedCell> cells, JsonElement goals, HashSet<string> seen)
    {
        foreach (var goal in goals.EnumerateObject())
        {
            var id = goal.Name["idgoal=".Length..];
            var prefix = id switch
            {
                "ecommerceOrder" => "order",
                "ecommerceAbandonedCart" => "abandoned_cart",
                _ => $"goal_{id}",
            };
            foreach (var metric in goal.Value.EnumerateObject())
            {
                Value(cells, $"{prefix}_{Snake(metric.Name)}", metric.Value, seen);
            }
        }
    }

    private void Leaf(Dictionary<string, ShapedCell> cells, string name, JsonElement value, HashSet<string> seen)
    {
        if (LeftOut.Reasons.TryGetValue(name, out var reason))
        {
            LeftOutByReason[reason] = LeftOutByReason.GetValueOrDefault(reason) + Leaves(value);
            return;
        }

        Value(cells, Column(name), value, seen, GoalColumn().IsMatch(name));
    }

    private void Value(Dictionary<string, ShapedCell> cells, string column, JsonElement value, HashSet<string> seen, bool isFlatGoal = false)
    {
        // filter_update_columns_when_show_all_goals, which Tributary never sends, tells a goal twice: nested and flat.
        if (isFlatGoal && _table.Columns.Any(c => c.Name == column + "_2"))
        {
            column += "_2";
        }

        if (!seen.Add(column))
        {
            _problems.Add($"row {_row}: two leaves want {column}");
            return;
        }

        if (!_table.Columns.Any(c => c.Name == column))
        {
            _problems.Add($"row {_row}: there is no column {column} for {Short(value)}");
            return;
        }

        if (!cells.TryGetValue(column, out var cell))
        {
            Missing(cells, column, value);
        }
        else if (_recorded.IsShapeOnly || Same(cell, value))
        {
            Placed += Leaves(value);
        }
        else
        {
            _problems.Add($"row {_row}: {column} is {cell.Value} ({cell.Type}) for {Short(value)}");
        }
    }

    private void Missing(Dictionary<string, ShapedCell> cells, string column, JsonElement value)
    {
        var type = _table.Columns.First(c => c.Name == column).Type;
        var saysNothing = value.ValueKind is JsonValueKind.Null or JsonValueKind.False
            || (type is not (ColumnType.Text or ColumnType.Json) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);
        if (saysNothing)
        {
            Nothing++;
        }
        else if (IsTrue(cells, "is_others") && column is "nb_uniq_visitors" or "nb_users" or "entry_nb_uniq_visitors" or "exit_nb_uniq_visitors")
        {
            const string Reason = "unique visitors of an Others row: a sum over its members, not a number of people";
            LeftOutByReason[Reason] = LeftOutByReason.GetValueOrDefault(Reason) + 1;
        }
        else if (_recorded.IsShapeOnly)
        {
            const string Reason = "formatted text in a spelling Tributary never asks for";
            LeftOutByReason[Reason] = LeftOutByReason.GetValueOrDefault(Reason) + 1;
        }
        else
        {
            _problems.Add($"row {_row}: {column} is null for {Short(value)}");
        }
    }

    private void Transitions(JsonElement piece)
    {
        var start = _row;
        var own = piece.EnumerateObject().Where(p => p.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)).ToList();
        var nested = piece.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object)
            .SelectMany(p => p.Value.EnumerateObject().Select(m => (Name: Snake(p.Name) + "_" + Snake(m.Name), m.Value))).ToList();
        void TopCells(Dictionary<string, ShapedCell> cells, HashSet<string> seen, bool first)
        {
            var before = Placed;
            foreach (var (name, value) in own.Select(p => (p.Name, p.Value)).Where(p => p.Name != "date").Concat(nested))
            {
                Value(cells, name, value, seen);
            }

            // Parent cells are repeated on every row and count once.
            Own += first ? 0 : Placed - before;
            Placed = first ? Placed : before;
        }

        const string Translated = "the period asked for, as translated text";
        LeftOutByReason[Translated] = LeftOutByReason.GetValueOrDefault(Translated) + own.Count(p => p.Name == "date");
        foreach (var list in piece.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array))
        {
            foreach (var item in list.Value.EnumerateArray())
            {
                if (Next() is not { } cells)
                {
                    return;
                }

                var seen = new HashSet<string>(StringComparer.Ordinal) { "direction" };
                Expect(cells.GetValueOrDefault("direction")?.Value as string == Snake(list.Name), $"direction is not {list.Name}");
                Own++;
                TopCells(cells, seen, _row == start + 1);
                foreach (var property in item.EnumerateObject())
                {
                    Value(cells, Snake(property.Name), property.Value, seen);
                }

                Finish(cells, seen);
            }
        }

        if (_row == start && Next() is { } alone)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            TopCells(alone, seen, first: true);
            Finish(alone, seen);
        }
    }

    private Dictionary<string, ShapedCell>? Next()
    {
        if (_row >= _table.Rows.Count)
        {
            _row++;
            _problems.Add($"row {_row} of the reply is missing");
            return null;
        }

        return _table.Rows[_row++];
    }

    /// <summary>Nothing is invented: every cell was asked for by a leaf, or is one of ours.</summary>
    private void Finish(Dictionary<string, ShapedCell> cells, HashSet<string> seen)
    {
        foreach (var (name, cell) in cells)
        {
            if ((OwnColumns.Contains(name) && !seen.Contains(name)) || seen.Contains(name))
            {
                continue;
            }

            _problems.Add($"row {_row}: {name} is {cell.Value}, which the reply does not say");
        }

        CountOwn(cells, seen);
    }

    private void CountOwn(Dictionary<string, ShapedCell> cells, HashSet<string> seen)
    {
        Own += cells.Keys.Count(n => OwnColumns.Contains(n) && !seen.Contains(n));
        foreach (var name in OwnColumns.Except(["currency", "segment", "is_aggregate"]).Where(n => _recorded.Report.HasDates || !n.StartsWith("period", StringComparison.Ordinal)))
        {
            Expect(cells.ContainsKey(name), $"row {_row}: {name} is null");
        }

        Expect(_recorded.IsExpanded == cells.ContainsKey("is_aggregate") || seen.Contains("is_aggregate") || !_table.Columns.Any(c => c.Name == "is_aggregate"), $"row {_row}: is_aggregate is missing");
        Expect(cells.ContainsKey("currency") || !(_table.Columns.Any(c => c.Type == ColumnType.Money) || _recorded.Report.Columns.Concat(_recorded.Report.GoalColumns).Any(c => c.Type == ReportColumnType.Money)), $"row {_row}: there is money without a currency");
        Expect(!cells.TryGetValue("site_name", out var site) || site.Value as string == "Shop", $"row {_row}: site_name is not the site's");
        Expect(!cells.TryGetValue("currency", out var currency) || currency.Value as string == "EUR", $"row {_row}: currency is not the site's");
        Expect(!cells.TryGetValue("_run_id", out var run) || run.Value as string == "run", $"row {_row}: _run_id is not the run's");
        Expect(!cells.TryGetValue("period", out var period) || period.Value as string == "range", $"row {_row}: period is not what was asked");
        Expect(!cells.TryGetValue("period_start", out var start) || Equals(start.Value, cells.GetValueOrDefault("period_end")?.Value), $"row {_row}: period_start and period_end differ");
        Expect(!cells.TryGetValue("site_id", out var id) || (id.Value is >= 1L and <= 5L), $"row {_row}: site_id is none of the sites");
        Expect(!cells.TryGetValue("_read_at", out var read) || Equals(read.Value, 0L), $"row {_row}: _read_at is not the time of the request");
        Expect(!cells.TryGetValue("is_others", out var others) || others.Value is bool, $"row {_row}: is_others is no flag");
        Expect(!cells.TryGetValue("is_aggregate", out var aggregate) || aggregate.Value is bool, $"row {_row}: is_aggregate is no flag");
    }

    private static bool Same(ShapedCell cell, JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.GetRawText(),
        };
        switch (cell.Type)
        {
            case ColumnType.Text:
                return (string)cell.Value == text;
            case ColumnType.Json:
                return JsonElement.DeepEquals(JsonDocument.Parse((string)cell.Value).RootElement, value);
            case ColumnType.Boolean:
                return (bool)cell.Value == text is "true" or "1";
            case ColumnType.Instant:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && (long)cell.Value == seconds * 1_000_000;
            case ColumnType.Date:
                return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && (long)cell.Value == day.DayNumber - new DateOnly(1970, 1, 1).DayNumber;
            case ColumnType.Integer:
                return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var whole) && (long)cell.Value == whole;
            case ColumnType.Money:
                return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && (decimal)cell.Value == decimal.Round(amount, 4, MidpointRounding.ToEven);
            case ColumnType.Double when text.EndsWith('%'):
                return decimal.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && (double)cell.Value == (double)(percent / 100);
            case ColumnType.Double:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && (double)cell.Value == number;
            default:
                return false;
        }
    }

    private string Column(string name) => name switch
    {
        "segment" => "segment_filter",
        "code" when _recorded.Report.Method == "UserCountry.getContinent" => "continent_code",
        "code" when _recorded.Report.Method.StartsWith("UserCountry.", StringComparison.Ordinal) => "country_code",
        "value" when _recorded.Report.Shape == ReplyShape.Scalar => Snake(_recorded.Report.ValueMetric ?? "value"),
        "referrer_type" when _recorded.Report.Method == "Referrers.getReferrerType" => "referrer_type_id",
        "region" when _recorded.Report.Method == "UserCountry.getRegion" => "region_code",
        "city" when _recorded.Report.Method == "UserCountry.getCity" => "city_code",
        "is_aggregate" when !_recorded.IsExpanded => "is_aggregate",
        _ when DimensionId().IsMatch(name) => Snake(name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..]),
        _ when GoalColumn().Match(name) is { Success: true } match => match.Groups[1].Value switch
        {
            "-1" or "ecommerceAbandonedCart" => "abandoned_cart_",
            "0" or "ecommerceOrder" => "order_",
            var id => $"goal_{id}_",
        } + match.Groups[2].Value,
        _ => Reserved(Snake(name)),
    };

    /// <summary>A name that a column of ours has already gets a number.</summary>
    private static string Reserved(string name) => OwnColumns.Contains(name) ? name + "_2" : name;

    /// <summary><c>visitIp</c> → <c>visit_ip</c>, <c>1. Google</c> → <c>_1_google</c>: the rule of the table columns, told with regular expressions.</summary>
    private static string Snake(string name)
    {
        var words = Hump().Replace(name, "_").ToLowerInvariant();
        var plain = NotWord().Replace(words, "_").Trim('_');
        return plain.Length > 0 && char.IsDigit(plain[0]) ? "_" + plain : plain;
    }

    private static int Leaves(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Sum(p => Leaves(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().Sum(Leaves),
        _ => 1,
    };

    private static bool IsTrue(Dictionary<string, ShapedCell> cells, string column) => cells.GetValueOrDefault(column)?.Value is true;

    private static string Short(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }

    private void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            _problems.Add(otherwise);
        }
    }

    [GeneratedRegex("^[A-Z][A-Za-z]*_[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex DimensionId();

    [GeneratedRegex("^goal_(-?[0-9]+|ecommerceOrder|ecommerceAbandonedCart)_(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex GoalColumn();

    [GeneratedRegex("(?<=[\\p{Ll}0-9])(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})", RegexOptions.CultureInvariant)]
    private static partial Regex Hump();

    [GeneratedRegex("[^\\p{L}\\p{Nd}]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotWord();
}
