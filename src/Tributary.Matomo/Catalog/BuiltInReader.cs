using System.Text.Json;
using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Catalog;

/// <summary>Reads <c>reports.json</c>. A metric is described once there, a report names the ones it has.</summary>
internal sealed class BuiltInReader
{
    private readonly Dictionary<string, ReportColumn> _metrics;
    private readonly Dictionary<string, ReportColumn> _texts;

    private BuiltInReader(JsonElement root)
    {
        _metrics = Columns(root.GetProperty("metrics"));
        _texts = Columns(root.GetProperty("texts"));
    }

    public static (IReadOnlyList<ReportDefinition> Reports, IReadOnlyList<string> Calls, IReadOnlyDictionary<string, ReportColumn> Metrics) Read(Stream json)
    {
        using var document = JsonDocument.Parse(json);
        var reader = new BuiltInReader(document.RootElement);
        return (
            [.. document.RootElement.GetProperty("reports").EnumerateArray().Select(reader.Report)],
            Texts(document.RootElement, "calls"),
            reader._metrics);
    }

    private ReportDefinition Report(JsonElement json)
    {
        var method = Text(json, "method")!;
        var module = method[..method.IndexOf('.', StringComparison.Ordinal)];
        var plugin = Text(json, "plugin") ?? module;
        var metric = Text(json, "metric");
        var description = Text(json, "description")!;
        return new ReportDefinition
        {
            Method = method,
            UniqueId = Text(json, "uniqueId") ?? method.Replace('.', '_'),
            Group = ReportGroups.OfModule(module).Name,
            Name = Text(json, "name")!,
            Description = description,
            Shape = Enum.Parse<ReplyShape>(Text(json, "shape")!, ignoreCase: true),
            HasDates = Flag(json, "dates", true),
            HasSite = Flag(json, "site", true),
            IsAccountWide = Flag(json, "accountWide"),
            Parameters = Items(json, "parameters", Parameter),
            FixedParameters = json.TryGetProperty("fixed", out var values) ? values.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal) : new(StringComparer.Ordinal),
            Dimensions = [.. Items(json, "dimensions", Dimension).Select((d, i) => d with { Level = i + 1 })],
            Columns = json.TryGetProperty("value", out var value) ? [Value(value, metric, description)] : [.. Named(json, "columns", _metrics)],
            GoalColumns = [.. Texts(json, "goalColumns").Select(n => _metrics[n])],
            Metadata = [.. Named(json, "metadata", _texts)],
            AcceptsSegment = Flag(json, "segment"),
            FlatWorks = Flag(json, "flat"),
            SeveralDatesWork = Flag(json, "severalDates"),
            SubtableMethod = Text(json, "subtableMethod"),
            ExpandedWorks = Flag(json, "expanded", true),
            NeedsSubtable = Flag(json, "needsSubtable"),
            ZerosWhenNoData = Flag(json, "zeros"),
            ConstantRows = Flag(json, "constantRows"),
            LabelSeparator = Text(json, "separator") ?? " - ",
            ValueMetric = metric,
            Plugin = plugin,
            Available = plugin != PluginNames.UsersFlow,
            Reason = plugin == PluginNames.UsersFlow ? PluginNames.NotKnown(plugin) : null,
        };
    }

    private static IEnumerable<ReportColumn> Named(JsonElement report, string property, Dictionary<string, ReportColumn> known)
    {
        var optional = Texts(report, "optional");
        var periods = Items(report, "periods", p => (Only: Texts(p, "only"), Columns: Texts(p, "columns")));
        return Texts(report, property).Select(name => known[name] with
        {
            Optional = optional.Contains(name),
            Periods = periods.Where(p => p.Columns.Contains(name)).Select(p => p.Only).FirstOrDefault() ?? [],
        });
    }

    private ReportColumn Value(JsonElement json, string? metric, string description)
    {
        var facts = Facts(json);
        return new ReportColumn("value", facts.Type)
        {
            OverTime = facts.OverTime,
            Unit = facts.Unit,
            Periods = Texts(json, "periods"),
            Description = metric is not null && _metrics.TryGetValue(metric, out var known) ? known.Description : description,
        };
    }

    private static Dictionary<string, ReportColumn> Columns(JsonElement table)
    {
        Dictionary<string, ReportColumn> columns = new(StringComparer.Ordinal);
        foreach (var column in table.EnumerateObject())
        {
            var facts = Facts(column.Value);
            columns.Add(column.Name, new ReportColumn(column.Name, facts.Type)
            {
                OverTime = facts.OverTime,
                Unit = facts.Unit,
                LeftOut = Flag(column.Value, "leftOut"),
                Description = Text(column.Value, "description"),
            });
        }

        return columns;
    }

    private static ColumnFacts Facts(JsonElement json) => new(
        Text(json, "type") is "unique-count" ? ReportColumnType.UniqueCount : Enum.Parse<ReportColumnType>(Text(json, "type")!, ignoreCase: true),
        Text(json, "over") is { } over ? Enum.Parse<OverTime>(over, ignoreCase: true) : OverTime.NotApplicable,
        Text(json, "unit"));

    private static ReportParameter Parameter(JsonElement json) =>
        new(Text(json, "name")!, Flag(json, "required"), Text(json, "type")!, Text(json, "default"), Texts(json, "values"));

    private static ReportDimension Dimension(JsonElement json) =>
        new(Text(json, "id")!, Text(json, "name")!, 0, Texts(json, "segments")) { Recursive = Flag(json, "nested") };

    private static string? Text(JsonElement json, string property) => json.TryGetProperty(property, out var value) ? value.GetString() : null;

    private static bool Flag(JsonElement json, string property, bool otherwise = false) => json.TryGetProperty(property, out var value) ? value.GetBoolean() : otherwise;

    private static string[] Texts(JsonElement json, string property) => [.. Items(json, property, t => t.GetString()!)];

    private static IReadOnlyList<T> Items<T>(JsonElement json, string property, Func<JsonElement, T> read) =>
        json.TryGetProperty(property, out var items) ? [.. items.EnumerateArray().Select(read)] : [];
}
