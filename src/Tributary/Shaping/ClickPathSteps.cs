using System.Globalization;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary><c>ClickPath.getSteps</c>: one row a visit and step.</summary>
internal sealed class ClickPathSteps(ReportDefinition report, TableBuilder table, PartitionKey key, SiteZone zone, ShapeOptions options, VisitFilter filter)
    : ClickPathShaper(report, table, key, zone, options, filter)
{
    /// <inheritdoc/>
    protected override void Visit(IReadOnlyDictionary<string, string> visit, IReadOnlyList<VisitStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            Table.FlushWhenFull();
            Cells.BeginRow();
            var row = Table.BeginRow(Key);
            var step = steps[i];
            Write("idVisit", row, visit.GetValueOrDefault("idVisit"), ReplyValueKind.Number);
            Write("visitorId", row, visit.GetValueOrDefault("visitorId"));
            Write("step", row, (i + 1).ToString(CultureInfo.InvariantCulture), ReplyValueKind.Number);
            Write("kind", row, step.Kind);
            Write("url", row, step.Url);
            Write("title", row, step.Title);
            Write("previous_url", row, i > 0 ? steps[i - 1].Url : null);
            Write("next_url", row, i + 1 < steps.Count ? steps[i + 1].Url : null);
            Write("seconds", row, step.Seconds?.ToString("R", CultureInfo.InvariantCulture), ReplyValueKind.Number);
            Write("is_entry", row, i == 0 ? "1" : "0", ReplyValueKind.Number);
            Write("is_exit", row, i == steps.Count - 1 ? "1" : "0", ReplyValueKind.Number);
            Write("step_at", row, step.At?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ReplyValueKind.Number);
            Rows++;
        }
    }
}
