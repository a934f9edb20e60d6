using System.Globalization;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Turns what a person typed into <see cref="Details"/>, or says everything that is wrong, each at its field.</summary>
internal sealed class DetailsRules
{
    private readonly DetailsInput _input;
    private readonly ReportDefinition _report;
    private readonly FieldReader _fields = new();

    private DetailsRules(DetailsInput input, ReportDefinition report)
    {
        _input = input;
        _report = report;
    }

    /// <summary>Reads the details of a report.</summary>
    /// <exception cref="InputException">Something does not hold together; all of it is listed.</exception>
    public static Details Read(DetailsInput input, ReportDefinition report)
    {
        var rules = new DetailsRules(input, report);
        var details = rules.Read();
        return rules._fields.Problems.Count == 0 ? details : throw new InputException(rules._fields.Problems);
    }

    /// <summary>Sites and dates alone, whatever is wrong with the other fields; null when something is wrong with these.</summary>
    public static Details? ReadDates(DetailsInput input, ReportDefinition report)
    {
        var rules = new DetailsRules(input, report);
        var details = new DateRules(input, report, rules._fields).Read(new Details { Report = report.Method, Sites = rules.Sites(), Segments = rules.Segments() });
        return rules._fields.Problems.Count == 0 ? details : null;
    }

    private Details Read()
    {
        var details = new Details
        {
            Report = _report.UniqueId == _report.Method.Replace('.', '_') ? _report.Method : _report.UniqueId,
            Sites = Sites(),
            Segments = Segments(),
            Goal = Goal(),
            SavedSegments = SavedSegments(),
            Url = Lookup("--url", _input.Url),
            Title = Lookup("--title", _input.Title),
            ActionName = Lookup("--action-name", _input.ActionName),
            ActionType = ActionType(),
            Flatten = Flatten(),
            Personal = Personal(),
            Parameters = Parameters(),
            Steps = Whole("--steps", _input.Steps, 1, 20) ?? 5,
            Levels = Levels(),
            Columns = Columns(),
        };
        details = Subtables(details);
        if (details.Flatten == "subtable" && (details.IsOneSubtable || details.AllSubtables))
        {
            Fail("--flatten", "--flatten subtable already makes rows of the subtables. Leave the other subtable field out.");
        }

        if (_input.Steps is not null && _report.Method != "ClickPath.getPaths")
        {
            NotTaken("--steps");
        }

        return new DateRules(_input, _report, _fields).Read(details);
    }

    private string[] Columns() => string.Equals(_input.Columns?.Trim(), "all", StringComparison.OrdinalIgnoreCase)
        ? []
        : (_input.Columns ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private List<int>? Sites()
    {
        if (_input.Sites is null || string.Equals(_input.Sites.Trim(), "all", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var sites = new List<int>();
        foreach (var part in _input.Sites.Split(',', StringSplitOptions.TrimEntries))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0)
            {
                sites.Add(id);
            }
            else
            {
                Fail("--sites", part.Length == 0
                    ? "There is no site between two commas. Write 'all', or ids with commas: 1,2,5."
                    : $"'{part}' is not a site id. Write 'all', or ids with commas: 1,2,5.");
            }
        }

        return [.. sites.Distinct()];
    }

    private IReadOnlyList<string> Segments()
    {
        if (_input.Segments.Count > 0 && !_report.AcceptsSegment)
        {
            NotTaken("--segment");
        }

        foreach (var _ in _input.Segments.Where(string.IsNullOrWhiteSpace))
        {
            Fail("--segment", "The segment is empty. Write a condition such as deviceType==smartphone, or leave --segment out.");
        }

        foreach (var segment in _input.Segments.Where(s => !string.IsNullOrWhiteSpace(s)))
        {
            if (SegmentText.Fault(segment) is { } fault)
            {
                Fail("--segment", fault);
            }
        }

        return [.. _input.Segments.Distinct(StringComparer.Ordinal)];
    }

    private IReadOnlyList<string> SavedSegments()
    {
        if (_input.SavedSegments.Count > 0 && !_report.AcceptsSegment)
        {
            NotTaken("--saved-segment");
        }

        foreach (var _ in _input.SavedSegments.Where(string.IsNullOrWhiteSpace))
        {
            Fail("--saved-segment", "The name is empty. Write the name of a segment as Matomo shows it.");
        }

        return [.. _input.SavedSegments.Distinct(StringComparer.Ordinal)];
    }

    private string? Goal()
    {
        if (_input.Goal is null || string.Equals(_input.Goal, "all", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (!ReportFields.TakesGoal(_report))
        {
            NotTaken("--goal");
            return null;
        }

        if (_input.Goal is "order" or "abandoned-cart" || (int.TryParse(_input.Goal, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0))
        {
            return _input.Goal;
        }

        Fail("--goal", $"'{_input.Goal}' is not a goal. Write 'all', a goal id, 'order' or 'abandoned-cart'.");
        return null;
    }

    private string? Lookup(string field, string? value)
    {
        if (ReportFields.Lookup(_report, field) is not { } wanted)
        {
            if (value is not null)
            {
                NotTaken(field);
            }

            return null;
        }

        if (string.IsNullOrWhiteSpace(value))
        {
            if (wanted.Required)
            {
                Fail(field, $"This report is about one {(field == "--url" ? "URL" : field == "--title" ? "page title" : "action")}: give it with {field}.");
            }

            return null;
        }

        return value;
    }

    private string? ActionType()
    {
        if (ReportFields.Lookup(_report, "--action-type") is null)
        {
            if (_input.ActionType is not null)
            {
                NotTaken("--action-type");
            }

            return null;
        }

        if (_input.ActionType is "url" or "title")
        {
            return _input.ActionType;
        }

        Fail("--action-type", _input.ActionType is null ? "Say what --action-name is: --action-type url or --action-type title." : $"'{_input.ActionType}' is not an action type. Write url or title.");
        return null;
    }

    private Details Subtables(Details details)
    {
        List<string> given = [];
        foreach (var (field, value) in new[] { ("--subtable", _input.Subtable), ("--subtable-of", _input.SubtableOf), ("--subtables", _input.Subtables) })
        {
            if (value is not null)
            {
                given.Add(field);
            }
        }

        if (given.Count == 0)
        {
            if (_report.NeedsSubtable)
            {
                Fail("--subtable-of", $"{_report.Method} lists what lies below the rows of another report: name one with --subtable-of LABEL, give its id with --subtable, or take all with --subtables all.");
            }

            return details;
        }

        if (!ReportFields.TakesSubtable(_report))
        {
            NotTaken(given[0]);
            return details;
        }

        if (given.Count > 1)
        {
            Fail(given[1], $"Give either {given[0]} or {given[1]}, not both.");
            return details;
        }

        if (_input.SubtableOf is { } label && string.IsNullOrWhiteSpace(label))
        {
            Fail("--subtable-of", "The label is empty. Write the label of a row as the report shows it; a>b walks down.");
        }

        if (_input.Subtable is not null && (_input.Start is not null || _input.StartDaysBack is not null || Sites() is not { Count: 1 }))
        {
            Fail("--subtable", "A subtable id belongs to one site and one date. Give one site with --sites and one date with --date or --days-back, or name the row with --subtable-of LABEL.");
        }

        return details with
        {
            Subtable = Whole("--subtable", _input.Subtable, 1, int.MaxValue),
            SubtableOf = _input.SubtableOf,
            AllSubtables = Choice("--subtables", _input.Subtables, ["all"]) is not null,
        };
    }

    private string? Flatten()
    {
        if (_input.Flatten is not { } field)
        {
            return null;
        }

        var choices = ReportFields.FlattenChoices(_report);
        if (choices.Count == 0)
        {
            NotTaken("--flatten");
            return null;
        }

        if (choices.Contains(field, StringComparer.Ordinal))
        {
            return field;
        }

        Fail("--flatten", $"{_report.Method} nests no '{field}'.{NearestName.Hint(field, choices)} Write one of: {string.Join(", ", choices)}.");
        return null;
    }

    private Dictionary<string, PersonalTreatment> Personal()
    {
        var result = new Dictionary<string, PersonalTreatment>(StringComparer.Ordinal);
        if (_input.Personal.Count > 0 && !ReportFields.IsPersonal(_report))
        {
            NotTaken("--personal");
            return result;
        }

        foreach (var text in _input.Personal)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var (field, treatment) = equals > 0 ? (text[..equals], text[(equals + 1)..]) : (text, "");
            if (!PersonalFields.Defaults.ContainsKey(field))
            {
                Fail("--personal", $"'{field}' is not a personal field.{NearestName.Hint(field, PersonalFields.Defaults.Keys)} Fields: {string.Join(", ", PersonalFields.Defaults.Keys)}.");
            }
            else if (treatment is not ("keep" or "hash" or "drop"))
            {
                Fail("--personal", $"'{text}' does not say what to do with {field}. Write {field}=keep, {field}=hash or {field}=drop.");
            }
            else
            {
                result[field] = Enum.Parse<PersonalTreatment>(treatment, ignoreCase: true);
            }
        }

        return result;
    }

    private Dictionary<string, string> Parameters()
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = ReportFields.OtherParameters(_report);
        foreach (var text in _input.Parameters)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                Fail("--parameter", $"'{text}' has no value. Write NAME=VALUE.");
                continue;
            }

            var (name, value) = (text[..equals], text[(equals + 1)..]);
            if (open.FirstOrDefault(p => p.Name == name) is not { } parameter)
            {
                Fail("--parameter", open.Count == 0
                    ? $"{_report.Method} takes no further parameters."
                    : $"{_report.Method} has no parameter '{name}'.{NearestName.Hint(name, open.Select(p => p.Name))} It takes: {string.Join(", ", open.Select(p => p.Name))}.");
            }
            else if (parameter.Values.Count > 0 && !parameter.Values.Contains(value, StringComparer.Ordinal))
            {
                Fail("--parameter", $"'{value}' is not a value of {name}.{NearestName.Hint(value, parameter.Values)} Write one of: {string.Join(", ", parameter.Values)}.");
            }
            else if (parameter.Type == "int" && !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                Fail("--parameter", $"{name} is a whole number, and '{value}' is none.");
            }
            else
            {
                result[name] = value;
            }
        }

        foreach (var missing in open.Where(p => p.Required && !result.ContainsKey(p.Name)))
        {
            Fail("--parameter", $"{_report.Method} needs {missing.Name}: give --parameter {missing.Name}=VALUE.");
        }

        return result;
    }

    private RowDetail Levels() => Choice("--levels", _input.Levels, ["top", "all"]) == "top" ? RowDetail.Top : RowDetail.All;

    private void NotTaken(string field) => Fail(field, $"{_report.Method} takes no {field}. Leave it out.");

    private string? Choice(string field, string? value, string[] allowed) => _fields.Choice(field, value, allowed);

    private int? Whole(string field, string? value, int least, int most) => _fields.Whole(field, value, least, most);

    private void Fail(string field, string message) => _fields.Fail(field, message);
}
