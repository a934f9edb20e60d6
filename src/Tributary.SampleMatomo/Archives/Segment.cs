using System.Globalization;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>A condition on visits: <c>;</c> is and, <c>,</c> is or and binds tighter.</summary>
internal sealed class Segment
{
    private static readonly string[] Operators = ["==", "!=", "=@", "!@", "=^", "=$", "<=", ">=", "<", ">"];

    private static readonly Dictionary<string, Func<Visit, IEnumerable<string>>> Fields = new(StringComparer.Ordinal)
    {
        ["deviceType"] = v => [v.Visitor.Device.Type],
        ["deviceBrand"] = v => [v.Visitor.Device.Brand.Length == 0 ? "Unknown" : v.Visitor.Device.Brand],
        ["deviceModel"] = v => [v.Visitor.Device.Model],
        ["browserVersion"] = v => [v.Visitor.Device.BrowserVersion],
        ["browserEngine"] = v => [v.Visitor.Device.Engine],
        ["operatingSystemVersion"] = v => [v.Visitor.Device.OsVersion],
        ["resolution"] = v => [v.Visitor.Device.Resolution],
        ["daysSinceFirstVisit"] = v => [Number(v.DaysSinceFirst)],
        ["daysSinceLastVisit"] = v => [Number(v.IsNew ? -1 : v.DaysSinceLast)],
        ["campaignKeyword"] = v => [v.Referrer.Campaign?.Keyword ?? ""],
        ["campaignContent"] = v => [v.Referrer.Campaign?.Content ?? ""],
        ["campaignGroup"] = v => [v.Referrer.Campaign?.Group ?? ""],
        ["campaignPlacement"] = v => [v.Referrer.Campaign?.Placement ?? ""],
        ["campaignId"] = v => [v.Referrer.Campaign?.Id ?? ""],
        ["siteSearchCategory"] = v => v.Actions.Where(a => a.Kind == ActionKind.Search).Select(a => a.Category),
        ["productSku"] = v => Products(v).Select(p => p.Sku),
        ["productName"] = v => Products(v).Select(p => p.Name),
        ["productCategory"] = v => Products(v).SelectMany(p => p.Categories),
        ["actionUrl"] = v => v.Actions.Select(a => a.Url),
        ["dimension3"] = v => v.Actions.Where(a => a.Kind == ActionKind.Page).Select(a => a.Page!.Author),
        ["dimension4"] = v => v.Actions.Where(a => a.Kind == ActionKind.Page).Select(a => a.Page!.Type),
        ["countryCode"] = v => [v.Visitor.City.Country],
        ["continentCode"] = v => [v.Visitor.City.Continent],
        ["regionCode"] = v => [v.Visitor.City.Region],
        ["city"] = v => [v.Visitor.City.Name],
        ["languageCode"] = v => [v.Visitor.Language],
        ["browserCode"] = v => [v.Visitor.Device.BrowserCode],
        ["operatingSystemCode"] = v => [v.Visitor.Device.OsCode],
        ["visitorType"] = v => [v.IsNew ? "new" : "returning"],
        ["visitConverted"] = v => [v.Converted ? "1" : "0"],
        ["visitEcommerceStatus"] = v => [Ecommerce(v)],
        ["provider"] = v => [v.Visitor.Provider],
        ["userId"] = v => [v.Visitor.UserId ?? ""],
        ["referrerType"] = v => [v.Referrer.Channel.ToString().ToLowerInvariant()],
        ["referrerName"] = v => [v.Referrer.Name],
        ["referrerKeyword"] = v => [v.Referrer.Keyword ?? ""],
        ["referrerUrl"] = v => [v.Referrer.Url ?? ""],
        ["campaignName"] = v => [v.Referrer.Campaign?.Name ?? ""],
        ["campaignSource"] = v => [v.Referrer.Campaign?.Source ?? ""],
        ["campaignMedium"] = v => [v.Referrer.Campaign?.Medium ?? ""],
        ["actions"] = v => [Number(v.ActionCount)],
        ["visitDuration"] = v => [Number(v.Duration)],
        ["visitCount"] = v => [Number(v.VisitCount)],
        ["searches"] = v => [Number(v.Actions.Count(a => a.Kind == ActionKind.Search))],
        ["events"] = v => [Number(v.Actions.Count(a => a.Kind == ActionKind.Event))],
        ["visitServerHour"] = v => [Number(v.UtcHour)],
        ["visitStartServerHour"] = v => [Number(v.UtcHour)],
        ["visitLocalHour"] = v => [Number(v.VisitorHour)],
        ["pageUrl"] = v => v.Actions.Where(a => a.Kind == ActionKind.Page).Select(a => a.Url),
        ["pageTitle"] = v => v.Actions.Where(a => a.Kind == ActionKind.Page).Select(a => a.Page!.Title),
        ["entryPageUrl"] = v => v.Actions.Where(a => a.Kind == ActionKind.Page).Take(1).Select(a => a.Url),
        ["exitPageUrl"] = v => v.Actions.Where(a => a.Kind == ActionKind.Page).TakeLast(1).Select(a => a.Url),
        ["eventCategory"] = v => v.Actions.Where(a => a.Kind == ActionKind.Event).Select(a => a.Category),
        ["eventAction"] = v => v.Actions.Where(a => a.Kind == ActionKind.Event).Select(a => a.Action),
        ["eventName"] = v => v.Actions.Where(a => a.Kind == ActionKind.Event).Select(a => a.Name),
        ["siteSearchKeyword"] = v => v.Actions.Where(a => a.Kind == ActionKind.Search).Select(a => a.Name),
        ["downloadUrl"] = v => v.Actions.Where(a => a.Kind == ActionKind.Download).Select(a => a.Url),
        ["outlinkUrl"] = v => v.Actions.Where(a => a.Kind == ActionKind.Outlink).Select(a => a.Url),
        ["contentName"] = v => v.Actions.Where(a => a.Kind == ActionKind.Content).Select(a => a.Name),
        ["contentPiece"] = v => v.Actions.Where(a => a.Kind == ActionKind.Content).Select(a => a.Action),
        ["dimension1"] = v => [v.CustomerType],
        ["dimension2"] = v => [v.Membership],
    };

    private readonly Func<Visit, bool> _matches;

    private Segment(string text, Func<Visit, bool> matches)
    {
        Text = text;
        _matches = matches;
    }

    public static Segment Everything { get; } = new("", _ => true);

    public static IReadOnlyCollection<string> Names => Fields.Keys;

    public string Text { get; }

    public bool IsEverything => Text.Length == 0;

    /// <summary>The condition with nothing encoded, to compare it with others.</summary>
    public string Plain => Decode(Decode(Text));

    /// <summary>The same condition where nobody has archived it: no visit of it counts.</summary>
    public Segment Unarchived() => new($"unarchived {Text}", _ => false);

    public bool Matches(Visit visit) => _matches(visit);

    public static Segment Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Everything;
        }

        var all = text.Split(';').Select(and => and.Split(',').Select(Condition).ToList()).ToList();
        return new Segment(text, v => all.TrueForAll(any => any.Exists(c => c(v))));
    }

    private static Func<Visit, bool> Condition(string text)
    {
        // The server takes a value encoded none, one or two times.
        var found = Operators.Select(o => (Operator: o, At: text.IndexOf(o, StringComparison.Ordinal))).Where(o => o.At >= 0).OrderBy(o => o.At).ThenByDescending(o => o.Operator.Length).FirstOrDefault();
        if (found.Operator is null || found.At == 0)
        {
            var decoded = Uri.UnescapeDataString(text);
            return decoded != text ? Condition(decoded) : throw ApiException.Parameter($"The segment condition '{text}' is not valid.");
        }

        var name = text[..found.At];
        var value = Decode(Decode(text[(found.At + found.Operator.Length)..]));
        if (!Fields.TryGetValue(name, out var field))
        {
            throw ApiException.Parameter($"Segment '{name}' is not a supported segment.");
        }

        var negated = found.Operator is "!=" or "!@";
        return v => negated ? field(v).All(x => Compare(x, found.Operator, value)) : field(v).Any(x => Compare(x, found.Operator, value));
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static bool Compare(string x, string op, string value) => op switch
    {
        "==" => string.Equals(x, value, StringComparison.OrdinalIgnoreCase),
        "!=" => !string.Equals(x, value, StringComparison.OrdinalIgnoreCase),
        "=@" => x.Contains(value, StringComparison.OrdinalIgnoreCase),
        "!@" => !x.Contains(value, StringComparison.OrdinalIgnoreCase),
        "=^" => x.StartsWith(value, StringComparison.OrdinalIgnoreCase),
        "=$" => x.EndsWith(value, StringComparison.OrdinalIgnoreCase),
        _ => Ordered(x, op, value),
    };

    private static bool Ordered(string x, string op, string value)
    {
        if (!double.TryParse(x, CultureInfo.InvariantCulture, out var a) || !double.TryParse(value, CultureInfo.InvariantCulture, out var b))
        {
            return false;
        }

        return op switch { "<" => a < b, "<=" => a <= b, ">" => a > b, _ => a >= b };
    }

    private static IEnumerable<Product> Products(Visit v) => v.Actions.Select(a => a.Page?.Product).OfType<Product>().Concat(v.Conversions.SelectMany(c => c.Items).Select(i => i.Product));

    private static string Ecommerce(Visit v) => v.Conversions.Any(c => c.GoalId == 0) ? "ordered" : v.Conversions.Any(c => c.GoalId == -1) ? "abandonedCart" : "none";

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
