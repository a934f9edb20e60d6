using System.Text.RegularExpressions;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;

namespace Tributary.Tests.EveryReport;

/// <summary>Raw visits of sites far from UTC, around the night in which Auckland's clocks go forward.</summary>
public sealed partial class RawVisitsTests : IAsyncLifetime
{
    private const int Auckland = 1, HalfPastFive = 6;

    private static readonly string[] KeepAll = ["visitIp=keep", "visitorId=keep", "userId=keep", "fingerprint=keep"];

    private readonly StoppedClock _clock = new(new DateTimeOffset(2027, 9, 29, 9, 0, 0, TimeSpan.Zero));
    private SampleMatomo.SampleMatomo? _sample;
    private PlainServer? _plain;

    public async ValueTask InitializeAsync()
    {
        _sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Clock = _clock, SecureOnlyToken = CanaryToken.Value, Days = 6, VisitsPerDay = 20, Sites = 6 }, CancellationToken.None);
        _plain = new PlainServer(_sample.Address, CanaryToken.Value);
    }

    public async ValueTask DisposeAsync()
    {
        _plain?.Dispose();
        if (_sample is not null)
        {
            await _sample.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(Auckland, "Pacific/Auckland", false)]
    [InlineData(Auckland, "Pacific/Auckland", true)]
    [InlineData(HalfPastFive, "UTC+5.5", false)]
    [InlineData(HalfPastFive, "UTC+5.5", true)]
    public async Task Every_cell_of_the_visits_is_what_Matomo_says(int site, string zone, bool byAction)
    {
        var stored = await RunAsync(new DetailsInput { Report = "Live.getLastVisitsDetails", Flatten = byAction ? "actionDetails" : null, Personal = KeepAll }, site);

        List<PlainRow> expected = [];
        foreach (var part in await PartsAsync(site))
        {
            Assert.Equal(zone, part.Site.Zone);
            expected.AddRange(await new PlainVisits(_plain!).RowsAsync(part, byAction));
        }

        var differences = Comparison.Differences(stored.Columns, stored.Rows, expected);
        Assert.NotEmpty(expected);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Theory]
    [InlineData(Auckland)]
    [InlineData(HalfPastFive)]
    public async Task The_first_and_last_action_happen_when_the_visit_begins_and_ends(int site)
    {
        var stored = await RunAsync(new DetailsInput { Report = "Live.getLastVisitsDetails", Flatten = "actionDetails" }, site);

        Assert.NotEmpty(stored.Rows);
        Assert.All(stored.Rows.GroupBy(r => r["id_visit"]), visit =>
        {
            Assert.Equal(visit.First()["first_action_timestamp"], visit.Min(a => (DateTimeOffset)a["action_timestamp"]!));
            Assert.Equal(visit.First()["last_action_timestamp"], visit.Max(a => (DateTimeOffset)a["action_timestamp"]!));
        });
    }

    [Theory]
    [InlineData("Live.getLastVisitsDetails", "fingerprint")]
    [InlineData("ClickPath.getSteps", null)]
    public async Task Who_it_was_is_hashed_unless_the_details_say_otherwise(string report, string? also)
    {
        var hashed = await RunAsync(new DetailsInput { Report = report }, Auckland);
        var kept = await RunAsync(new DetailsInput { Report = report, Personal = KeepAll }, Auckland);

        foreach (var field in new[] { "visitor_id", also }.OfType<string>())
        {
            var real = kept.Rows.GroupBy(r => r["id_visit"]!).ToDictionary(g => g.Key, g => (string)g.First()[field]!);
            var pairs = hashed.Rows.Select(r => (Hash: (string)r[field]!, Real: real[r["id_visit"]!])).Distinct().ToList();
            Assert.NotEmpty(pairs);
            Assert.All(pairs, p => Assert.Matches(Hash(), p.Hash));
            Assert.Equal(pairs.Count, pairs.DistinctBy(p => p.Hash).Count());
            Assert.Equal(pairs.Count, pairs.DistinctBy(p => p.Real).Count());
        }

        Assert.DoesNotContain(hashed.Columns, c => c.Name == "visit_ip");
    }

    private async Task<Stored> RunAsync(DetailsInput details, int site)
    {
        await using var workspace = await ReportWorkspace.OpenAsync(_sample!, _clock);
        return await workspace.RunAsync(details with { Sites = $"{site}", Start = "2027-09-25", End = "2027-09-27" });
    }

    private async Task<IEnumerable<PlainPart>> PartsAsync(int site)
    {
        var found = (await _plain!.SitesAsync()).Single(s => s.Id == site);
        return Enumerable.Range(25, 3).Select(day => new DateOnly(2027, 9, day)).Select(day => new PlainPart(found, "day", day, day));
    }

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex Hash();
}
