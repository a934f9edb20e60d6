using System.Text.RegularExpressions;

namespace Tributary.Matomo.Catalog;

/// <summary>A report as a server announces it.</summary>
internal sealed partial record AnnouncedReport
{
    public required string UniqueId { get; init; }

    public required string Module { get; init; }

    public required string Action { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The name of the first dimension; null for a row report.</summary>
    public string? Dimension { get; init; }

    /// <summary>Id and name of every dimension; empty where the server names only the first.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Dimensions { get; init; } = [];

    /// <summary>Column and translated name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metrics { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> ProcessedMetrics { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> GoalMetrics { get; init; } = [];

    public IReadOnlyDictionary<string, string> MetricTypes { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> MetricDocumentation { get; init; } = new Dictionary<string, string>();

    public string? SubtableAction { get; init; }

    public bool IsSubtable { get; init; }

    public bool ConstantRows { get; init; }

    public string Method => $"{Module}.{Action}";

    /// <summary>The report an entry of the announcement is about; null when it names no method that reads.</summary>
    public static AnnouncedReport? Read(JsonMembers json)
    {
        if (json.Text("module") is not { } module || !Identifier().IsMatch(module)
            || json.Text("action") is not { } action || !ReadingAction().IsMatch(action))
        {
            return null;
        }

        var parameters = json.Pairs("parameters");
        return new AnnouncedReport
        {
            Module = module,
            Action = action,
            UniqueId = json.Text("uniqueId") is { Length: > 0 } id ? id : string.Join('_', [module, action, .. parameters.Select(p => $"{p.Key}--{p.Value}")]),
            Name = json.Text("name") is { Length: > 0 } name ? name : $"{module}.{action}",
            Description = PlainText.FirstSentence(json.Text("documentation")),
            Parameters = Map(parameters),
            Dimension = json.Text("dimension") is { Length: > 0 } dimension ? dimension : null,
            Dimensions = json.Pairs("dimensions"),
            Metrics = json.Pairs("metrics"),
            ProcessedMetrics = json.Pairs("processedMetrics"),
            GoalMetrics = json.Pairs("metricsGoal"),
            MetricTypes = Map([.. json.Pairs("metricTypes"), .. json.Pairs("metricTypesGoal")]),
            MetricDocumentation = Map(json.Pairs("metricsDocumentation")),
            SubtableAction = json.Text("actionToLoadSubTables") is { } sub && ReadingAction().IsMatch(sub) ? sub : null,
            IsSubtable = json.Flag("isSubtableReport"),
            ConstantRows = json.Flag("constantRowsCount"),
        };
    }

    private static Dictionary<string, string> Map(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.DistinctBy(p => p.Key).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    [GeneratedRegex("^(get|is)([A-Z][A-Za-z0-9_]*)?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ReadingAction();
}
