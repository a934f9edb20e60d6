using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tributary.Matomo.Catalog;

/// <summary>
/// What an account's server says of itself: the answer of <c>API.getReportMetadata</c> and, when known, its active plugins.
/// Only what the catalog needs is kept: the answer also holds image addresses with the caller's token in them (before 5.4).
/// </summary>
public sealed partial class ServerMetadata
{
    // Matomo cuts a list at 100 entries when no limit was sent.
    private const int DefaultLimit = 100;

    private ServerMetadata(IReadOnlyList<AnnouncedReport> reports, int entries)
    {
        Reports = reports;
        Entries = entries;
    }

    /// <summary>How many reports the server announced.</summary>
    public int Entries { get; }

    internal IReadOnlyList<AnnouncedReport> Reports { get; }

    internal Dictionary<string, bool> PluginStates { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    internal bool KnowsAllPlugins { get; private init; }

    /// <summary>Whether a plugin that announces nothing can be taken for missing: not when the list is empty or was cut at the server's default limit.</summary>
    internal bool IsComplete => Entries > 0 && Entries != DefaultLimit;

    /// <summary>Reads the answer of <c>API.getReportMetadata</c>.</summary>
    /// <exception cref="MatomoException">The answer is not a list of reports.</exception>
    public static ServerMetadata Parse(Stream json) => Parse(() => JsonDocument.Parse(json));

    /// <inheritdoc cref="Parse(Stream)"/>
    public static ServerMetadata Parse(ReadOnlySequence<byte> json) => Parse(() => JsonDocument.Parse(json));

    /// <inheritdoc cref="Parse(Stream)"/>
    public static ServerMetadata Parse(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && Text(json, "result") == "error")
        {
            var message = WebUtility.HtmlDecode(Text(json, "message") ?? "");
            throw new MatomoException(MatomoErrorKind.Api, $"Matomo refused to list its reports. It said: {message}") { Method = Method, ApiMessage = message };
        }

        if (json.ValueKind != JsonValueKind.Array)
        {
            throw Unexpected($"a JSON {json.ValueKind} instead of a list", null);
        }

        return new ServerMetadata([.. json.EnumerateArray().Select(Report).OfType<AnnouncedReport>()], json.GetArrayLength());
    }

    /// <summary>The same announcement, knowing the state of some plugins: the answers of <c>API.isPluginActivated</c>, true for active.</summary>
    public ServerMetadata WithPlugins(IReadOnlyDictionary<string, bool> states) =>
        new(Reports, Entries) { PluginStates = new(states, StringComparer.OrdinalIgnoreCase) };

    /// <summary>The same announcement, knowing every active plugin: any other is not active.</summary>
    public ServerMetadata WithAllActivePlugins(IEnumerable<string> plugins) =>
        new(Reports, Entries) { PluginStates = plugins.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(p => p, _ => true, StringComparer.OrdinalIgnoreCase), KnowsAllPlugins = true };

    private const string Method = "API.getReportMetadata";

    private static ServerMetadata Parse(Func<JsonDocument> parse)
    {
        try
        {
            using var document = parse();
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Unexpected("text that is not JSON", e);
        }
    }

    private static MatomoException Unexpected(string what, Exception? inner) =>
        new(MatomoErrorKind.UnexpectedReply, $"Matomo was asked for the list of its reports and answered {what}. Check that nothing between here and the server changes its answers.", inner) { Method = Method };

    private static AnnouncedReport? Report(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object
            || Text(json, "module") is not { } module || !Identifier().IsMatch(module)
            || Text(json, "action") is not { } action || !ReadingAction().IsMatch(action))
        {
            return null;
        }

        var parameters = Pairs(json, "parameters");
        return new AnnouncedReport
        {
            Module = module,
            Action = action,
            UniqueId = Text(json, "uniqueId") is { Length: > 0 } id ? id : string.Join('_', [module, action, .. parameters.Select(p => $"{p.Key}--{p.Value}")]),
            Name = Text(json, "name") is { Length: > 0 } name ? name : $"{module}.{action}",
            Description = PlainText.FirstSentence(Text(json, "documentation")),
            Parameters = Map(parameters),
            Dimension = Text(json, "dimension") is { Length: > 0 } dimension ? dimension : null,
            Dimensions = Pairs(json, "dimensions"),
            Metrics = Pairs(json, "metrics"),
            ProcessedMetrics = Pairs(json, "processedMetrics"),
            GoalMetrics = Pairs(json, "metricsGoal"),
            MetricTypes = Map([.. Pairs(json, "metricTypes"), .. Pairs(json, "metricTypesGoal")]),
            MetricDocumentation = Map(Pairs(json, "metricsDocumentation")),
            SubtableAction = Text(json, "actionToLoadSubTables") is { } sub && ReadingAction().IsMatch(sub) ? sub : null,
            IsSubtable = Flag(json, "isSubtableReport"),
            ConstantRows = Flag(json, "constantRowsCount"),
        };
    }

    /// <summary>An object's members as text. PHP writes an empty one as <c>[]</c> and some releases write <c>false</c> or null: all mean none.</summary>
    private static List<KeyValuePair<string, string>> Pairs(JsonElement json, string property)
    {
        List<KeyValuePair<string, string>> pairs = [];
        if (json.TryGetProperty(property, out var map) && map.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in map.EnumerateObject())
            {
                if (Name(member) is { Length: > 0 } name && Text(member.Value) is { } value)
                {
                    pairs.Add(new(name, value));
                }
            }
        }

        return pairs;
    }

    private static Dictionary<string, string> Map(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            map[key] = value;
        }

        return map;
    }

    private static bool Flag(JsonElement json, string property) => json.TryGetProperty(property, out var value)
        && (value.ValueKind == JsonValueKind.True || Text(value) is { } text && text is not ("" or "0"));

    private static string? Text(JsonElement json, string property) => json.TryGetProperty(property, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate or bytes that are no UTF-8: JSON to the parser, text to nobody.
            return null;
        }
    }

    private static string? Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    [GeneratedRegex("^(get|is)([A-Z][A-Za-z0-9_]*)?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ReadingAction();
}
