using System.Text;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;
using Tributary.Shaping;

namespace Tributary.Tests.Properties;

/// <summary>The way of a reply through the product: reader, shaper, batches.</summary>
internal sealed record ReplyRows(IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<RowBatch> Batches)
{
    public static readonly PartitionKey Key = new(1, Period.Day, new DateOnly(2026, 10, 14), new DateOnly(2026, 10, 14));

    public static async Task<ReplyRows> ReadAsync(string method, Hierarchy hierarchy, string json)
    {
        var report = BuiltInCatalog.Find(method)!;
        var batches = new List<RowBatch>();
        var table = new TableBuilder(new RowContext(new MatomoSite(1, "Shop", "UTC", "EUR"), "run", DateTimeOffset.UnixEpoch, HasPeriods: true, HasSegment: false), batches.Add);
        var shaper = new ReportShaper(report, table, "day", hierarchy, _ => Key, ShapeOptions.None);
        using var body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        await ReplyReader.ReadAsync(body, report.Shape, ReplyKeys.None, shaper.Handler, new MatomoAnswer(), CancellationToken.None);
        table.Complete();
        Assert.Empty(shaper.Unreadable);
        return new ReplyRows(table.Columns, batches);
    }
}
