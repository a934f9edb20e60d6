using System.Globalization;
using System.Text.Json;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Lists;

/// <summary>What the server says about its reports and segments; the texts are those of Matomo 5.2.</summary>
internal static class Metadata
{
    private static readonly Lazy<List<Obj>> Plain = new(() => Load("report-metadata.json"));
    private static readonly Lazy<List<Obj>> SegmentList = new(() => Load("segments-metadata.json"));

    public static List<Obj> Segments => SegmentList.Value;

    public static List<Obj> Reports(SiteProfile site, ServerVersion version)
    {
        var reports = Plain.Value.Where(r => site.Ecommerce || (string?)r["category"] != "Ecommerce").ToList();
        reports.AddRange(site.Dimensions.Select(Dimension));
        foreach (var goal in site.Goals)
        {
            reports.Add(Overview(goal));
            reports.Add(Until(goal, "getVisitsUntilConversion", "Visits to Conversion"));
            reports.Add(Until(goal, "getDaysToConversion", "Days to Conversion"));
        }

        return version.HasMetricTypes ? reports : reports.ConvertAll(WithoutTypes);
    }

    private static Obj WithoutTypes(Obj report)
    {
        var plain = new Obj();
        foreach (var (name, value) in report.Members.Where(m => !m.Key.StartsWith("metricTypes", StringComparison.Ordinal)))
        {
            plain.Add(name, value);
        }

        return plain;
    }

    private static Obj Dimension(CustomDimension d) => new Obj()
        .Add("category", d.Scope == "visit" ? "Visitors" : "Actions").Add("subcategory", $"customdimension{d.Id}").Add("name", d.Name).Add("module", "CustomDimensions").Add("action", "getCustomDimension")
        .Add("parameters", new Obj().Add("idDimension", d.Id.ToString(CultureInfo.InvariantCulture))).Add("dimension", d.Name)
        .Add("metrics", d.Scope == "visit" ? Named(("nb_visits", "Visits"), ("nb_actions", "Actions")) : Named(("nb_hits", "Pageviews"), ("nb_visits", "Unique Pageviews")))
        .Add("processedMetrics", Named(("bounce_rate", "Bounce Rate"))).Add("metricTypes", Named(("nb_visits", "number"), (d.Scope == "visit" ? "nb_actions" : "nb_hits", "number"), ("bounce_rate", "percent")))
        .Add("actionToLoadSubTables", "getCustomDimension").Add("uniqueId", $"CustomDimensions_getCustomDimension_idDimension--{d.Id}");

    private static Obj Overview(Goal goal) => new Obj()
        .Add("category", "Goals").Add("name", $"Goal {goal.Name}").Add("module", "Goals").Add("action", "get").Add("parameters", new Obj().Add("idGoal", goal.Id))
        .Add("metrics", Named(("nb_conversions", "Conversions"), ("nb_visits_converted", "Visits with Conversions"), ("revenue", "Revenue")))
        .Add("processedMetrics", Named(("conversion_rate", "Conversion Rate")))
        .Add("metricTypes", Named(("nb_conversions", "number"), ("nb_visits_converted", "number"), ("revenue", "money"), ("conversion_rate", "percent"))).Add("uniqueId", $"Goals_get_idGoal--{goal.Id}");

    private static Obj Until(Goal goal, string action, string dimension) => new Obj()
        .Add("category", "Goals").Add("name", $"{goal.Name} - {dimension}").Add("module", "Goals").Add("action", action).Add("parameters", new Obj().Add("idGoal", goal.Id)).Add("dimension", dimension)
        .Add("metrics", Named(("nb_conversions", "Conversions"))).Add("metricTypes", Named(("nb_conversions", "number"))).Add("constantRowsCount", true).Add("uniqueId", $"Goals_{action}_idGoal--{goal.Id}");

    private static Obj Named(params ReadOnlySpan<(string Name, string Value)> members)
    {
        var o = new Obj();
        foreach (var (name, value) in members)
        {
            o.Add(name, value);
        }

        return o;
    }

    private static List<Obj> Load(string name)
    {
        using var stream = typeof(Metadata).Assembly.GetManifestResourceStream(name)!;
        using var json = JsonDocument.Parse(stream);
        return [.. json.RootElement.EnumerateArray().Select(e => (Obj)Read(e)!)];
    }

    private static object? Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var o = new Obj();
                foreach (var member in element.EnumerateObject())
                {
                    o.Add(member.Name, Read(member.Value));
                }

                return o;
            case JsonValueKind.Array:
                return element.EnumerateArray().Select(Read).ToList();
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return element.GetDouble();
            case JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            default:
                return null;
        }
    }
}
