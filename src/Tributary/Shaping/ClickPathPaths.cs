using System.Globalization;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary><c>ClickPath.getPaths</c>: one row a distinct path of the first steps that lead somewhere, with the visits that took it.</summary>
internal sealed class ClickPathPaths(ReportDefinition report, TableBuilder table, PartitionKey key, SiteZone zone, ShapeOptions options, VisitFilter filter, int longest)
    : ClickPathShaper(report, table, key, zone, options, filter)
{
    private readonly Dictionary<string, Path> _paths = new(StringComparer.Ordinal);
    private long _visits;

    /// <inheritdoc/>
    public override void Complete()
    {
        foreach (var path in _paths.Values.OrderByDescending(p => p.Visits).ThenBy(p => p.Text, StringComparer.Ordinal))
        {
            Table.FlushWhenFull();
            Cells.BeginRow();
            var row = Table.BeginRow(Key);
            Write("path", row, path.Text);
            for (var i = 0; i < path.Steps.Count; i++)
            {
                Write($"step_{i + 1}", row, path.Steps[i]);
            }

            Write("steps", row, path.Steps.Count.ToString(CultureInfo.InvariantCulture), ReplyValueKind.Number);
            Write("visits", row, path.Visits.ToString(CultureInfo.InvariantCulture), ReplyValueKind.Number);
            Write("conversions", row, path.Conversions.ToString(CultureInfo.InvariantCulture), ReplyValueKind.Number);
            Write("share", row, ((double)path.Visits / _visits).ToString("R", CultureInfo.InvariantCulture), ReplyValueKind.Number);
            Rows++;
        }
    }

    /// <inheritdoc/>
    protected override void Visit(IReadOnlyDictionary<string, string> visit, IReadOnlyList<VisitStep> steps)
    {
        List<string> taken = [.. steps
            .Where(s => s.Kind is "action" or "search" or "download" or "outlink")
            .Select(s => s.Kind == "search" ? $"search: {s.Title}" : s.Url ?? s.Title ?? "")
            .Take(longest)];
        _visits++;
        if (taken.Count == 0)
        {
            return;
        }

        var text = string.Join(" → ", taken);
        if (!_paths.TryGetValue(text, out var path))
        {
            _paths[text] = path = new Path(text, taken);
        }

        path.Visits++;
        path.Conversions += Number(visit, "goalConversions") + Number(visit, "totalEcommerceConversions");
    }

    private static long Number(IReadOnlyDictionary<string, string> visit, string name) =>
        long.TryParse(visit.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private sealed class Path(string text, IReadOnlyList<string> steps)
    {
        public string Text { get; } = text;

        public IReadOnlyList<string> Steps { get; } = steps;

        public long Visits { get; set; }

        public long Conversions { get; set; }
    }
}
