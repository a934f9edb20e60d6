using System.Globalization;
using System.Text.Json;
using Tributary.Matomo.Catalog;

namespace Tributary.Tests.EveryReport;

/// <summary>The rows below one row, by its number or by its label.</summary>
internal sealed class PlainSubtables(PlainServer server, ReportDefinition report, PlainChoice choice)
{
    private readonly PlainRows _rows = new(report, choice);

    /// <summary>The report whose rows have the children that a report lists, and what it must be read with.</summary>
    public static (ReportDefinition Report, Dictionary<string, string> Parameters) ParentOf(ReportDefinition report)
    {
        var (method, parameters) = report.Method switch
        {
            "Events.getActionFromCategoryId" => ("Events.getCategory", Second("eventAction")),
            "Events.getNameFromCategoryId" => ("Events.getCategory", Second("eventName")),
            "Events.getNameFromActionId" => ("Events.getAction", Second("eventName")),
            "Events.getCategoryFromActionId" => ("Events.getAction", Second("eventCategory")),
            "Events.getActionFromNameId" => ("Events.getName", Second("eventAction")),
            "Events.getCategoryFromNameId" => ("Events.getName", Second("eventCategory")),
            _ when report.NeedsSubtable => (ReportCatalog.BuiltIn.Reports.First(r => r.SubtableMethod == report.Method).Method, []),
            _ => (report.Method, new Dictionary<string, string>()),
        };
        return (ReportCatalog.BuiltIn.Find(method)!, parameters);

        static Dictionary<string, string> Second(string dimension) => new() { ["secondaryDimension"] = dimension };
    }

    /// <summary>The rows; or, in <paramref name="refusals"/>, why there are none.</summary>
    public async Task<List<PlainRow>> RowsAsync(PlainPart part, List<string> refusals)
    {
        if (choice.Subtable is { } number)
        {
            return await RowsAsync(part, number, []);
        }

        if (await FindAsync(part, choice.SubtableOf!) is not var (id, labels))
        {
            refusals.Add("NoSuchLabel");
            return [];
        }

        return await RowsAsync(part, id, labels);
    }

    private async Task<(long Id, List<string> Labels)?> FindAsync(PlainPart part, string label)
    {
        var (parent, parameters) = ParentOf(report);
        List<string> walked = [];
        long? id = null;
        foreach (var step in label.Split('>', StringSplitOptions.TrimEntries))
        {
            var answer = await server.AskAsync(parent.Method, part, [.. Sent(parameters), .. id is null ? [] : new[] { ("idSubtable", Text(id.Value)) }]);
            if (PlainRows.List(answer).Find(r => PlainRows.Text(r, "label")!.Trim() == step && r.TryGetProperty("idsubdatatable", out _)) is not { ValueKind: JsonValueKind.Object } row)
            {
                return null;
            }

            walked.Add(PlainRows.Text(row, "label")!);
            id = row.GetProperty("idsubdatatable").GetInt64();
        }

        return (id!.Value, walked);
    }

    private async Task<List<PlainRow>> RowsAsync(PlainPart part, long id, List<string> above)
    {
        (string, string)[] below = [.. Sent([]), ("idSubtable", Text(id))];
        if (_rows.IsTree)
        {
            var tree = PlainRows.List(await server.AskAsync(report.Method, part, choice.Top ? below : [.. below, ("expanded", "1")]));
            return new PlainTree(_rows, hosts: !report.Method.Contains("Page", StringComparison.Ordinal)).Below(part, tree, above);
        }

        // A number of a row belongs to the method that answers subtables, also where the row itself is of another report.
        var child = ReportCatalog.BuiltIn.Find(ChildMethod())!;
        var flat = child.FlatWorks;
        var rows = PlainRows.List(await server.AskAsync(child.Method, part, flat ? [.. below, ("flat", "1")] : below));
        var parent = report.NeedsSubtable ? new PlainRows(ParentOf(report).Report, choice) : _rows;
        return
        [
            .. rows.Select((json, i) =>
            {
                var row = _rows.Row(part, json, flat ? PlainRows.IsSummary(json) : PlainRows.IsLastOthers(rows, i), PlainRows.Text(json, "label"));
                if (above.Count > 0)
                {
                    row[parent.OneLevel!] = above[0];
                }

                if (!flat && (parent.LevelColumn(1) ?? (above.Count > 0 ? "level_2" : null)) is { } level)
                {
                    row[level] = PlainRows.Text(json, "label");
                }

                return row;
            }),
        ];
    }

    private string ChildMethod() => (report.Method, choice.Parameters.GetValueOrDefault("secondaryDimension")) switch
    {
        ("Events.getCategory", "eventName") => "Events.getNameFromCategoryId",
        ("Events.getAction", "eventCategory") => "Events.getCategoryFromActionId",
        ("Events.getName", "eventCategory") => "Events.getCategoryFromNameId",
        _ => report.NeedsSubtable ? report.Method : report.SubtableMethod!,
    };

    private IEnumerable<(string, string)> Sent(Dictionary<string, string> parameters) => choice.Parameters.Concat(report.FixedParameters).Concat(parameters).Select(p => (p.Key, p.Value));

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
