using System.Globalization;
using System.Text;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>The visits log as one row an action, over all pages of the reply: times put right, content items named.</summary>
internal sealed class VisitActionsShaper(ReportDefinition report, TableBuilder table, string field, PartitionKey key, SiteZone zone, ShapeOptions options, VisitFilter filter)
    : FlattenShaper(report, table, field, _ => key, options, filter)
{
    private readonly ActionClock _clock = new(zone);

    /// <inheritdoc/>
    protected override void Prepare(NestedItem row)
    {
        _clock.Begin(Seconds(row, "firstActionTimestamp"u8), Seconds(row, "lastActionTimestamp"u8));
        filter.Carries(row.Children.Count(action => VisitLog.IsCounted(action.Utf8("type"u8))));
        foreach (var cells in row.Children.Select(action => action.Cells))
        {
            for (var i = 0; i < cells.Count; i++)
            {
                if (cells[i].Path.AsSpan().SequenceEqual("timestamp"u8) && Numbers.TryInteger(cells[i].Utf8, out var seconds))
                {
                    var instant = _clock.InstantOf(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                    cells[i] = (cells[i].Path, ReplyValueKind.Number, Encoding.ASCII.GetBytes(instant));
                }
                else if (cells[i].Path.AsSpan().SequenceEqual("type"u8) && Encoding.UTF8.GetString(cells[i].Utf8) == VisitLog.ContentType)
                {
                    cells[i] = (cells[i].Path, ReplyValueKind.String, "content"u8.ToArray());
                }
            }
        }
    }

    private static long? Seconds(NestedItem row, ReadOnlySpan<byte> name) =>
        Numbers.TryInteger(row.Utf8(name), out var seconds) ? seconds : null;
}
