using System.Net;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Tests.Traps;

/// <summary>Segments: several, saved ones, odd characters, and those nobody archived.</summary>
public sealed class SegmentTests(SegmentTests.Server server) : IClassFixture<SegmentTests.Server>
{
    private const string Day = "2026-11-23";

    [Theory]
    [InlineData("VisitsSummary.get")]
    [InlineData("UserCountry.getCountry")]
    [InlineData("Actions.getPageUrls")]
    [InlineData("Live.getLastVisitsDetails")]
    public async Task Several_segments_make_one_set_of_rows_each(string report)
    {
        string[] segments = ["deviceType==smartphone", "countryCode==jp,countryCode==de", "actions>1;visitorType==new"];
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = Day, Segments = segments });

        Assert.Equal(segments.Order(StringComparer.Ordinal), stored.Rows.Select(r => (string)r["segment"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(3, stored.Partitions.Count);
        foreach (var segment in segments)
        {
            var alone = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Date = Day, Segments = [segment] });
            Assert.True(alone.Rows.Count > 0);
            Assert.Equal(alone.Rows.Count, stored.Rows.Count(r => (string)r["segment"]! == segment));
        }
    }

    [Fact]
    public async Task A_saved_segment_is_found_by_its_name_at_each_run()
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = "VisitsSummary.get", Sites = "1", Date = Day, SavedSegments = ["Phones, \"smart\"", "日本"] });
        var given = await server.Here.StoreAsync(new DetailsInput { Report = "VisitsSummary.get", Sites = "1", Date = Day, Segments = ["deviceType==smartphone", "countryCode==jp"] });

        Assert.Equal(given.Rows.Select(r => (r["segment"], r["nb_visits"])).ToHashSet(), [.. stored.Rows.Select(r => (r["segment"], r["nb_visits"]))]);
        Assert.All(stored.Rows, r => Assert.True((long)r["nb_visits"]! > 0));
    }

    [Theory]
    [InlineData("Phones, smart", "Phones, \"smart\"")]
    [InlineData("phones, \"smart\"", "Phones, \"smart\"")]
    [InlineData("Returnig visitors", "Returning visitors")]
    public async Task An_unknown_saved_segment_is_told_with_the_nearest(string name, string nearest)
    {
        var details = new DetailsInput { Report = "VisitsSummary.get", Sites = "1", Date = Day, SavedSegments = [name] };
        foreach (var refused in new[] { await Assert.ThrowsAsync<InputException>(() => server.Here.AddAsync("Report", details)), await Assert.ThrowsAsync<InputException>(() => server.Here.PreviewAsync(details)) })
        {
            var problem = Assert.Single(refused.Problems);
            Assert.Equal("--saved-segment", problem.Field);
            Assert.Contains($"'{nearest}'", problem.Message.Split("Saved segments:")[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("pageTitle=@Home")]
    [InlineData("pageTitle=@a%2Cb%3Bc")]
    [InlineData("pageTitle==\"quoted\" 'single'")]
    [InlineData("pageTitle=@two words")]
    [InlineData("pageTitle=@日本語 – é 🚀")]
    [InlineData("pageTitle=@50%25")]
    [InlineData("pageTitle=@100% +plus+")]
    [InlineData("pageTitle=@a+b")]
    [InlineData("pageTitle=@a&b=c&idSite=9")]
    [InlineData("pageUrl=@https%3A%2F%2Fshop.example.com%2Fhelp%2Ffaq%3Fa%3D1%26b%3D2")]
    [InlineData("pageUrl=@%252Fhelp%252F")]
    [InlineData("pageTitle=@back\\slash")]
    [InlineData("pageTitle!@#hash;pageTitle!=?question,actions>=2")]
    [InlineData("pageTitle=@<b>")]
    public async Task A_segment_reaches_the_server_unchanged(string segment)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 3, VisitsPerDay = 60, Sites = 1 });
        foreach (var report in new[] { "VisitsSummary.get", "Contents.getContentNames", "Live.getLastVisitsDetails" })
        {
            var stored = await here.StoreAsync(new DetailsInput { Report = report, Date = "2026-11-24", Segments = [segment] });
            Assert.True(stored.Run.Error is null, stored.Run.Error?.Message);
            Assert.All(stored.Rows, r => Assert.Equal(segment, r["segment"]));
        }

        var sent = here.Sample.Requests.Where(r => r.Parameters.ContainsKey("segment")).Select(r => r.Parameters["segment"]).ToList();
        Assert.Contains(segment, sent);
        Assert.Equal([segment], sent.Distinct());

        // Parts of a bulk request are encoded once more.
        Assert.All(
            here.Sample.Requests.Where(r => r.Method == "API.getBulkRequest").SelectMany(r => r.Parameters["urls[]"].Split('\n')).Where(item => item.StartsWith("method=Contents.", StringComparison.Ordinal)),
            item => Assert.Contains($"segment={Uri.EscapeDataString(segment)}", item.Split('&')));
        Assert.DoesNotContain(here.Sample.Requests, r => r.Parameters.ContainsKey("b"));
        Assert.Equal(segment, WebUtility.UrlDecode(Uri.EscapeDataString(segment)));
    }

    [Theory]
    [InlineData("deviceType=smartphone")]
    [InlineData("deviceType==smartphone;")]
    [InlineData("==x")]
    [InlineData("nosuch==1")]
    public async Task A_segment_the_server_does_not_take_is_refused_before_anything_is_stored(string segment)
    {
        var refused = await Assert.ThrowsAsync<InputException>(() => server.Here.AddAsync("Refused", new DetailsInput { Report = "VisitsSummary.get", Sites = "1", Date = Day, Segments = [segment] }));
        Assert.Equal("--segment", Assert.Single(refused.Problems).Field);
    }

    [Theory]
    [InlineData("VisitsSummary.get")]
    [InlineData("UserCountry.getCountry")]
    [InlineData("Actions.getPageUrls")]
    [InlineData("VisitTime.getVisitInformationPerServerTime")]
    [InlineData("Goals.get")]
    public async Task A_segment_that_is_not_archived_is_an_error_of_its_partitions_and_not_zeros(string report)
    {
        var stored = await server.Here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Start = "2026-11-22", End = Day, Segments = ["browserCode!=XX", "deviceType==smartphone"] });

        Assert.Equal((RunStatus.Partial, "matomo.segment_not_archived"), (stored.Run.Status, stored.Run.Error!.Code));
        Assert.All(stored.Partitions, p => Assert.Equal("deviceType==smartphone", p.Key.Segment));
        Assert.Equal(2, stored.Partitions.Count);
        Assert.All(stored.Rows, r => Assert.Equal("deviceType==smartphone", r["segment"]));
    }

    /// <summary>A server with saved segments, and one that nobody archived.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal SampleWorkspace Here { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Here = await SampleWorkspace.StartAsync(new SampleMatomoOptions
        {
            Days = 5,
            VisitsPerDay = 60,
            Sites = 2,
            Segments = [new("Phones, \"smart\"", "deviceType==smartphone"), new("日本", "countryCode==jp"), new("Returning visitors", "visitorType==returning")],
            UnarchivedSegments = ["browserCode!=XX"],
        });

        public async ValueTask DisposeAsync() => await Here.DisposeAsync();
    }
}
