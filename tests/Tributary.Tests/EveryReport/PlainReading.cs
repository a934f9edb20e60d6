using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;

namespace Tributary.Tests.EveryReport;

/// <summary>What a table of a report must hold, read from Matomo in the plainest way: each site and period alone, each rule of the design a line here.</summary>
internal sealed class PlainReading(PlainServer server, ReportDefinition report, PlainChoice choice)
{
    private static readonly string[] PathReports =
        ["Actions.getPageUrls", "Actions.getEntryPageUrls", "Actions.getExitPageUrls", "Actions.getOutlinks", "Actions.getDownloads"];

    private readonly PlainRows _rows = new(report, choice);

    /// <summary>The rows; or, in <paramref name="refusals"/>, why Matomo gives none.</summary>
    public async Task<List<PlainRow>> RowsAsync(PlainPart part, List<string> refusals)
    {
        if (choice.Subtable is not null || choice.SubtableOf is not null)
        {
            return await new PlainSubtables(server, report, choice).RowsAsync(part, refusals);
        }

        var own = choice.Parameters.Concat(report.FixedParameters).Select(p => (p.Key, p.Value)).ToList();
        var flat = report.Shape == ReplyShape.Table && report.FlatWorks && (!choice.Top || report.SubtableMethod is null);
        var expanded = !choice.Top && report.Method is "Referrers.getReferrerType" or "Referrers.getCampaigns";
        if (flat || expanded)
        {
            own.Add((flat ? "flat" : "expanded", "1"));
        }

        var answer = await server.AskAsync(report.Method, part, [.. own]);
        if (PlainServer.ErrorOf(answer) is { } error)
        {
            refusals.Add(error);
            return [];
        }

        if (report.Method.StartsWith("Transitions.", StringComparison.Ordinal))
        {
            return PlainTransitions.Rows(part, answer, choice.Flatten);
        }

        List<PlainRow> rows = report.Shape switch
        {
            ReplyShape.Scalar => [Scalar(part, answer)],
            ReplyShape.Row => answer.ValueKind == JsonValueKind.Object ? [_rows.Row(part, answer, isOthers: false, label: null)] : [],
            _ when expanded => [.. Expanded(part, PlainRows.List(answer))],
            _ when !choice.Top && report.Method.StartsWith("Contents.", StringComparison.Ordinal) => await ContentsAsync(part, PlainRows.List(answer)),
            _ when flat && PathReports.Contains(report.Method) =>
                new PlainTree(_rows, hosts: !report.Method.Contains("Page", StringComparison.Ordinal)).Flat(part, PlainRows.List(answer), PlainRows.List(await server.AskAsync(report.Method, part, ("expanded", "1")))),
            _ => [.. Table(part, PlainRows.List(answer), flat)],
        };
        return choice.Flatten == "goals" ? [.. rows.SelectMany(_rows.ByGoal)] : rows;
    }

    private PlainRow Scalar(PlainPart part, JsonElement answer)
    {
        var row = PlainRow.Of(part);
        row[PlainRow.Snake(report.ValueMetric!)] = PlainRow.Value(answer.GetProperty("value"));
        return row;
    }

    private IEnumerable<PlainRow> Table(PlainPart part, List<JsonElement> rows, bool flat)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var row = _rows.Row(part, rows[i], flat ? PlainRows.IsSummary(rows[i]) : PlainRows.IsLastOthers(rows, i), PlainRows.Text(rows[i], "label"));
            if (!flat && _rows.OneLevel is { } level)
            {
                row[level] = PlainRows.Text(rows[i], "label");
            }

            yield return row;
        }
    }

    private IEnumerable<PlainRow> Expanded(PlainPart part, List<JsonElement> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var name = PlainRows.Text(rows[i], "label")!;
            if (rows[i].TryGetProperty("subtable", out var subtable) && subtable.GetArrayLength() > 0)
            {
                var children = PlainRows.List(subtable);
                for (var j = 0; j < children.Count; j++)
                {
                    yield return Child(part, children, j, name, "level_2");
                }
            }
            else
            {
                yield return Childless(part, rows, i);
            }
        }
    }

    private async Task<List<PlainRow>> ContentsAsync(PlainPart part, List<JsonElement> parents)
    {
        var rows = new List<PlainRow>();
        for (var i = 0; i < parents.Count; i++)
        {
            if (!parents[i].TryGetProperty("idsubdatatable", out var id))
            {
                rows.Add(Childless(part, parents, i));
                continue;
            }

            var children = PlainRows.List(await server.AskAsync(report.SubtableMethod!, part, ("idSubtable", id.GetRawText())));
            rows.AddRange(children.Select((_, j) => Child(part, children, j, PlainRows.Text(parents[i], "label")!, _rows.LevelColumn(1)!)));
        }

        return rows;
    }

    private PlainRow Childless(PlainPart part, List<JsonElement> rows, int i)
    {
        var row = _rows.Row(part, rows[i], PlainRows.IsLastOthers(rows, i), PlainRows.Text(rows[i], "label"));
        row[_rows.OneLevel!] = PlainRows.Text(rows[i], "label");
        return row;
    }

    private PlainRow Child(PlainPart part, List<JsonElement> children, int j, string parent, string second)
    {
        var label = PlainRows.Text(children[j], "label");
        var row = _rows.Row(part, children[j], PlainRows.IsLastOthers(children, j), $"{parent} - {label}");
        row[_rows.OneLevel!] = parent;
        row[second] = label;
        return row;
    }
}
