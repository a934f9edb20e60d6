using System.Globalization;

namespace Tributary.SampleMatomo.Http;

/// <summary>What a request asks, from query string and body. <c>name[]</c> and <c>name[0]</c> make arrays, as in PHP.</summary>
internal sealed class Parameters
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _arrays = new(StringComparer.Ordinal);

    public Parameters(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (name, value) in pairs)
        {
            var bracket = name.IndexOf('[', StringComparison.Ordinal);
            if (bracket > 0)
            {
                (_arrays.TryGetValue(name[..bracket], out var list) ? list : _arrays[name[..bracket]] = []).Add(value);
            }
            else
            {
                _values[name] = value;
            }
        }
    }

    private Parameters(Parameters outer, Parameters inner)
    {
        foreach (var (name, value) in outer._values.Concat(inner._values))
        {
            _values[name] = value;
        }

        foreach (var (name, value) in inner._arrays)
        {
            _arrays[name] = value;
        }
    }

    /// <summary>The value, or null when it is missing or empty.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public bool Has(string name) => _values.ContainsKey(name) || _arrays.ContainsKey(name);

    public IReadOnlyList<string>? Array(string name) => _arrays.GetValueOrDefault(name);

    public string Required(string name) => this[name] ?? (_arrays.TryGetValue(name, out var list) ? string.Join(',', list) : throw ApiException.Missing(name));

    public bool Flag(string name) => this[name] is { } text && text is not ("0" or "false");

    public int? Integer(string name) => this[name] is { } text ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : 0 : null;

    public IReadOnlyList<string> List(string name) => this[name]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>An item of a bulk request: what it does not say, the outer request says; the language is the outer one's alone.</summary>
    public Parameters ForItem(Parameters inner)
    {
        var item = new Parameters(this, inner);
        item._arrays.Remove("urls");
        item._values["format"] = "json";
        if (_values.TryGetValue("language", out var language))
        {
            item._values["language"] = language;
        }
        else
        {
            item._values.Remove("language");
        }

        return item;
    }

    public Parameters Without(string name) => new(_values.Where(v => v.Key != name));

    public Parameters With(string name, string value) => new(this, new Parameters([KeyValuePair.Create(name, value)]));

    public IReadOnlyDictionary<string, string> WithoutToken() => _values
        .Concat(_arrays.Select(a => KeyValuePair.Create(a.Key + "[]", string.Join('\n', a.Value))))
        .Where(p => p.Key != "token_auth" && !p.Value.Contains("token_auth", StringComparison.Ordinal))
        .ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    public static IEnumerable<KeyValuePair<string, string>> Parse(string query)
    {
        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0
                ? KeyValuePair.Create(Decode(part), "")
                : KeyValuePair.Create(Decode(part[..equals]), Decode(part[(equals + 1)..]));
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
