using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>Events and contents.</summary>
internal static class EventReports
{
    private static readonly Level Category = Make("EventCategory", "eventCategory", "Event Category not defined");
    private static readonly Level Action = Make("EventAction", "eventAction", "Event Action not defined");
    private static readonly Level Name = Make("EventName", "eventName", "Event Name not defined");
    private static readonly Level ContentName = new("Contents_ContentName", (r, _) => r.Key, (o, r, _) => o.Add("segment", $"contentName=={Php.UrlEncode(r.Key.Replace("\"", "&quot;", StringComparison.Ordinal))}"));
    private static readonly Level ContentPiece = new("Contents_ContentPiece", (r, _) => r.Key, (o, r, _) => o.Add("segment", $"contentPiece=={Php.UrlEncode(r.Key)}"));

    public static IEnumerable<Report> All() =>
    [
        Top("getCategory", "eventAction", ("eventAction", "Category.Action", Category, Action), ("eventName", "Category.Name", Category, Name)),
        Top("getAction", "eventName", ("eventName", "Action.Name", Action, Name), ("eventCategory", "Action.Category", Action, Category)),
        Top("getName", "eventAction", ("eventAction", "Name.Action", Name, Action), ("eventCategory", "Name.Category", Name, Category)),
        Below("getActionFromCategoryId", "Category.Action", Category, Action),
        Below("getNameFromCategoryId", "Category.Name", Category, Name),
        Below("getNameFromActionId", "Action.Name", Action, Name),
        Below("getCategoryFromActionId", "Action.Category", Action, Category),
        Below("getActionFromNameId", "Name.Action", Name, Action),
        Below("getCategoryFromNameId", "Name.Category", Name, Category),
        Content("getContentNames", "ContentName", ContentName, ContentPiece),
        Content("getContentPieces", "ContentPiece", ContentPiece, ContentName),
    ];

    private static Level Make(string dimension, string segment, string missing) => new($"Events_{dimension}", (r, _) => r.Key.Length == 0 ? missing : r.Key, (o, r, q) =>
    {
        if (r.Key.Length > 0 && !q.Flat)
        {
            o.Add("segment", $"{segment}=={Php.UrlEncode(r.Key)}");
        }
    });

    private static ChoiceReport Top(string method, string usual, params (string Second, string Record, Level First, Level Below)[] choices) => new(
        $"Events.{method}", q => q.Parameters["secondaryDimension"] is { } asked && choices.Any(c => c.Second == asked) ? asked : usual, choices.ToDictionary(c => c.Second, c => (Report)new TableReport($"Events.{method}", _ => c.Record, c.First, c.Below)
        {
            Metrics = Metrics.Events,
            HasSubtables = true,
            DefaultSort = _ => "nb_events",
        }, StringComparer.Ordinal));

    private static TableReport Below(string method, string record, Level first, Level below) => new($"Events.{method}", _ => record, first, below)
    {
        Metrics = Metrics.Events,
        SubtableOnly = true,
        DefaultSort = _ => "nb_events",
    };

    private static TableReport Content(string method, string record, Level first, Level below) => new($"Contents.{method}", _ => record, first, below with { Decorate = null })
    {
        Metrics = Metrics.Contents,
        HasSubtables = true,
        ExpandedWorks = false,
        JoinedDimension = true,
        DefaultSort = _ => "nb_impressions",
    };
}

/// <summary>A method that is another report by a parameter.</summary>
internal sealed class ChoiceReport(string method, Func<Query, string> choose, IReadOnlyDictionary<string, Report> choices) : Report(method)
{
    public override object? Answer(Query query, bool inMap) => choices[choose(query)].Answer(query, inMap);
}
