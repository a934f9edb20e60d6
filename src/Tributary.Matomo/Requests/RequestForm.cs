using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tributary.Matomo.Requests;

/// <summary>
/// The parameters of a request, apart by where they travel. Short ones go in the query string: errors Matomo raises before its API starts are only written as JSON
/// when the query says <c>format=json</c> (5.2). Long and personal ones go in the body, where no proxy logs or cuts them; the token is added there last.
/// </summary>
internal sealed partial class RequestForm
{
    private const int LongestQueryValue = 200;

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "module", "method", "action", "format", "token_auth", "idSite", "period", "date", "segment", "flat", "expanded", "idSubtable",
        "filter_limit", "filter_offset", "format_metrics", "language", "urls", "callback", "jsoncallback", "serialize", "force_api_session",
    };

    private readonly List<(string Name, string Value)> _query = [];
    private readonly List<(string Name, string Value)> _body = [];

    /// <summary>The query string without a question mark.</summary>
    public string Query => Encode(_query);

    /// <summary>The form body without the token.</summary>
    public string Body => Encode(_body);

    /// <summary>One request of its own.</summary>
    public static RequestForm Of(MatomoRequest request, string language)
    {
        var form = new RequestForm();
        form.Add("module", "API");
        form.Add("format", "json");
        form.Add("language", language);
        form.AddItem(request);
        return form;
    }

    /// <summary>Several requests in one.</summary>
    public static RequestForm OfBulk(IEnumerable<MatomoRequest> requests, string language)
    {
        var form = new RequestForm();
        form.Add("module", "API");
        form.Add("method", "API.getBulkRequest");
        form.Add("format", "json");
        form.Add("language", language);

        // Without it Matomo cuts the list of answers at 100.
        form.Add("filter_limit", "-1");
        form.Add("format_metrics", "0");
        var index = 0;
        foreach (var request in requests)
        {
            var item = new RequestForm();
            item.AddItem(request);
            form._body.Add((string.Create(CultureInfo.InvariantCulture, $"urls[{index++}]"), Encode([.. item._query, .. item._body])));
        }

        return form;
    }

    private void AddItem(MatomoRequest request)
    {
        ReadingMethods.Require(request.Method);
        Add("method", request.Method);
        if (request.Site is { } site)
        {
            Add("idSite", Text(site));
        }

        if (request.Period is { } period)
        {
            Add("period", Name(period));
            Add("date", Date(request, period));
        }

        if (request.Segment is { Length: > 0 } segment)
        {
            _body.Add(("segment", segment));
        }

        if (request.Flat)
        {
            Add("flat", "1");
        }

        if (request.Expanded)
        {
            Add("expanded", "1");
        }

        if (request.Subtable is { } subtable)
        {
            Add("idSubtable", Text(subtable));
        }

        Add("filter_limit", Text(request.Limit));
        if (request.Offset > 0)
        {
            Add("filter_offset", Text(request.Offset));
        }

        Add("format_metrics", "0");
        foreach (var (name, value) in request.Parameters)
        {
            AddDeclared(name, value);
        }
    }

    private void AddDeclared(string name, string value)
    {
        if (Reserved.Contains(name) || !ParameterName().IsMatch(name))
        {
            throw new ArgumentException($"The parameter '{name}' cannot be given this way: it is set by the request itself, or is no parameter name.", nameof(name));
        }

        if (value.Length > LongestQueryValue || Personal().IsMatch(name))
        {
            _body.Add((name, value));
        }
        else
        {
            Add(name, value);
        }
    }

    private static string Date(MatomoRequest request, MatomoPeriod period)
    {
        if (request.From is not { } from || (request.To ?? request.From) is not { } to)
        {
            throw new ArgumentException($"{request.Method} is asked for a {Name(period)} without a date.", nameof(request));
        }

        if (from > to)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The first day {from:yyyy-MM-dd} is after the last day {to:yyyy-MM-dd}."), nameof(request));
        }

        var pair = string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd},{to:yyyy-MM-dd}");
        if (period == MatomoPeriod.Range)
        {
            return !request.KeyedByDate ? pair : throw new ArgumentException("A range is answered as one; it is never keyed by date.", nameof(request));
        }

        if (request.KeyedByDate)
        {
            return pair;
        }

        return PeriodDates.Containing(period, from) == PeriodDates.Containing(period, to)
            ? from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : throw new ArgumentException($"{pair} is more than one {Name(period)}; such a reply is keyed by date.", nameof(request));
    }

    private static string Name(MatomoPeriod period) => period switch
    {
        MatomoPeriod.Day => "day",
        MatomoPeriod.Week => "week",
        MatomoPeriod.Month => "month",
        MatomoPeriod.Year => "year",
        _ => "range",
    };

    private void Add(string name, string value) => _query.Add((name, value));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Encode(List<(string Name, string Value)> parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            text.Append(text.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return text.ToString();
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\[[A-Za-z0-9_]*\])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ParameterName();

    [GeneratedRegex("url|title|name|label|pattern|segment|visitor|user", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Personal();
}
