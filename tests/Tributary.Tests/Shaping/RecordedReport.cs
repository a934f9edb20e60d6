using System.Globalization;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;
using Tributary.Shaping;
using Tributary.Testing;

namespace Tributary.Tests.Shaping;

/// <summary>A recorded answer, and the table that the product's own reader and shaper make of it.</summary>
internal sealed class RecordedReport
{
    private static readonly string[] Modules =
    [
        "Actions.", "MarketingCampaignsReporting.", "Contents.", "DevicesDetection.", "Events.", "Goals.", "Referrers.", "Transitions.",
        "UserCountry.", "VisitFrequency.", "VisitTime.", "VisitsSummary.", "Live.getLastVisitsDetails",
    ];

    /// <summary>The sites a recording may be of.</summary>
    public static readonly MatomoSite[] Sites = [.. Enumerable.Range(0, 6).Select(id => new MatomoSite(id == 0 ? 1 : id, "Shop", "UTC", "EUR")).Skip(1)];

    private RecordedReport(Recording recording, ReportDefinition report)
    {
        Recording = recording;
        Report = report;
        Json = JsonDocument.Parse(recording.Body).RootElement;
    }

    /// <summary>Every recording of the thirteen groups that was answered with data, of both versions. Click Path is read from the visits log.</summary>
    public static IReadOnlyList<RecordedReport> All { get; } = [.. Recordings.All.Select(Of).OfType<RecordedReport>()];

    public Recording Recording { get; }

    public ReportDefinition Report { get; }

    public JsonElement Json { get; }

    /// <summary>Spellings Tributary never asks for: formatted texts and other languages. Their shape must hold, their values need not be read.</summary>
    public bool IsShapeOnly =>
        Recording.Parameters.GetValueOrDefault("format_metrics", "0") != "0"
        || Recording.Parameters.GetValueOrDefault("language", "en") != "en"
        || Recording.Parameters.ContainsKey("translateColumnNames");

    /// <summary>Whether rows carry their children.</summary>
    public bool IsExpanded => Recording.Parameters.GetValueOrDefault("expanded") == "1";

    public ReplyKeys Keys => (KeyedBySite, KeyedByDate) switch
    {
        (true, true) => ReplyKeys.SitesAndDates,
        (true, false) => ReplyKeys.Sites,
        (false, true) => ReplyKeys.Dates,
        _ => ReplyKeys.None,
    };

    private string Site => Recording.Parameters.GetValueOrDefault("idSite", "");

    private bool KeyedBySite => (Site == "all" || Site.Contains(',', StringComparison.Ordinal)) && !IgnoresMaps && Json.ValueKind == JsonValueKind.Object;

    private bool KeyedByDate => Recording.Parameters.GetValueOrDefault("period") is not (null or "range")
        && Recording.Parameters.GetValueOrDefault("date", "") is var date
        && (date.Contains(',', StringComparison.Ordinal) || date.StartsWith("last", StringComparison.Ordinal) || date.StartsWith("previous", StringComparison.Ordinal))
        && !date.StartsWith("lastWeek", StringComparison.Ordinal)
        && !IgnoresMaps
        && !MergesDates;

    /// <summary>Asked for several sites and several dates, Matomo 5.2 keys these by site alone and puts the rows of all dates together.</summary>
    private bool MergesDates => Report.Method is "Actions.getPageUrl" or "Actions.getPageTitle" or "Actions.getDownload" or "Actions.getOutlink" && (Site == "all" || Site.Contains(',', StringComparison.Ordinal));

    private bool IgnoresMaps => Report.Method.StartsWith("Transitions.", StringComparison.Ordinal) || Report.Method.StartsWith("Live.", StringComparison.Ordinal) || !Report.HasDates;

    /// <summary>The partition of a piece of the reply.</summary>
    public static PartitionKey KeyOf(ReplyPart part) => new(
        int.TryParse(part.Site, NumberStyles.None, CultureInfo.InvariantCulture, out var site) ? site : 1,
        Period.Range,
        FirstDay(part.Date),
        FirstDay(part.Date));

    private static DateOnly FirstDay(string? label)
    {
        var parts = (label ?? "2026-10-14").Split(',')[0].Split('-').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return new DateOnly(parts[0], parts.ElementAtOrDefault(1) is > 0 and var month ? month : 1, parts.ElementAtOrDefault(2) is > 0 and var day ? day : 1);
    }

    /// <summary>What the product makes of the reply.</summary>
    public async Task<ShapedTable> ShapeAsync()
    {
        var batches = new List<RowBatch>();
        var table = new TableBuilder(new RowContext(Sites[0], "run", DateTimeOffset.UnixEpoch, Report.HasDates, HasSegment: false) { Sites = Sites }, batches.Add);
        var shaper = Shaper(table);
        using var body = new MemoryStream(Recording.Body);
        await ReplyReader.ReadAsync(body, Report.Shape, Keys, shaper.Handler, new MatomoAnswer(), CancellationToken.None);
        table.Complete();
        return ShapedTable.Of(table.Columns, batches);
    }

    public IShaper Shaper(TableBuilder table) => Report.Method.StartsWith("Transitions.", StringComparison.Ordinal)
        ? new TransitionsShaper(Report, table, KeyOf(default), null, ShapeOptions.None)
        : new ReportShaper(Report, table, Recording.Parameters.GetValueOrDefault("period", ""), IsExpanded ? Hierarchy.Everything : Hierarchy.Flat, part => KeyOf(part), ShapeOptions.None);

    public override string ToString() => Recording.Id;

    private static RecordedReport? Of(Recording recording)
    {
        if (recording.Status != 200
            || !Modules.Any(m => recording.Method.StartsWith(m, StringComparison.Ordinal))
            || !string.Equals(recording.Parameters.GetValueOrDefault("format"), "json", StringComparison.OrdinalIgnoreCase)
            || BuiltInCatalog.Find(recording.Method) is not { } report)
        {
            return null;
        }

        try
        {
            var recorded = new RecordedReport(recording, report);
            return recorded.Json.ValueKind == JsonValueKind.Object && recorded.Json.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.String
                ? null
                : recorded;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
