using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Tests.EveryReport;

namespace Tributary.Tests.Traps;

/// <summary>Raw visits: when their actions really were, and what is personal.</summary>
public sealed class RawVisitTests
{
    private static readonly string[] PersonalFields = ["visitIp", "visitorId", "userId", "fingerprint"];

    [Theory]
    [InlineData("1", "2026-11-20", "2026-11-21")]
    [InlineData("1", "2026-09-26", "2026-09-28")]
    [InlineData("2", "2026-10-31", "2026-11-02")]
    [InlineData("5", "2026-10-24", "2026-10-26")]
    [InlineData("6", "2026-11-20", "2026-11-21")]
    public async Task Actions_stand_at_their_true_instants_in_every_zone_and_across_a_change_of_the_clock(string site, string start, string end)
    {
        // Auckland is at +13 and changes on the 27th of September, Los Angeles on the 1st of November, Paris on the 25th of October; the sixth site is at +5:30.
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 62, VisitsPerDay = 120, Sites = 6 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "Live.getLastVisitsDetails", Sites = site, Start = start, End = end, Flatten = "actionDetails" });

        Assert.Equal(RunStatus.Succeeded, stored.Run.Status);
        var moved = 0;
        foreach (var visit in stored.Rows.GroupBy(r => r["id_visit"]))
        {
            var (first, last) = ((DateTimeOffset)visit.First()["first_action_timestamp"]!, (DateTimeOffset)visit.First()["last_action_timestamp"]!);
            var instants = visit.OrderBy(r => (long)r["action_number"]!).Select(r => (DateTimeOffset)r["action_timestamp"]!).ToList();
            Assert.Equal(first, instants[0]);
            Assert.All(instants, i => Assert.InRange(i, first, last));
            Assert.Equal(instants.Order(), instants);
            moved += instants.Count;
        }

        Assert.True(moved > 100, $"{moved} actions");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    public async Task Each_action_of_the_log_is_one_row_with_its_own_values(string site)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 60, Sites = 3 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "Live.getLastVisitsDetails", Sites = site, Date = "2026-11-23", Flatten = "actionDetails" });
        var plain = (await here.Plain.AskAsync("Live.getLastVisitsDetails", null, ("idSite", site), ("period", "day"), ("date", "2026-11-23"))).EnumerateArray()
            .SelectMany(v => v.GetProperty("actionDetails").EnumerateArray().Select((a, i) => (Visit: Text(v, "idVisit"), Number: i + 1L, Type: Text(a, "type") is "13" ? "content" : Text(a, "type"), Url: Text(a, "url"))));

        Assert.Equal(
            plain.OrderBy(a => a.Visit, StringComparer.Ordinal).ThenBy(a => a.Number),
            stored.Rows.Select(r => (Visit: string.Create(CultureInfo.InvariantCulture, $"{r["id_visit"]}"), Number: (long)r["action_number"]!, Type: (string?)r["action_type"] ?? "", Url: (string?)r["action_url"] ?? ""))
                .OrderBy(a => a.Visit, StringComparer.Ordinal).ThenBy(a => a.Number));
    }

    [Theory]
    [InlineData("Live.getLastVisitsDetails", null)]
    [InlineData("Live.getLastVisitsDetails", "actionDetails")]
    [InlineData("ClickPath.getSteps", null)]
    public async Task A_dropped_field_is_nowhere_in_the_data_file(string report, string? flatten)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 40, Sites = 1, UsersShare = 0.5 });
        var stored = await here.StoreAsync(new DetailsInput { Report = report, Date = "2026-11-23", Flatten = flatten, Personal = [.. PersonalFields.Select(f => $"{f}=drop")] });
        var secrets = await SecretsAsync(here, "visitIp", "visitorId", "userId", "fingerprint");

        Assert.NotEmpty(stored.Rows);
        Assert.DoesNotContain(stored.Columns, c => c.Name is "visit_ip" or "visitor_id" or "user_id" or "fingerprint");
        Assert.All(stored.Rows.SelectMany(r => r.Values).Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)!), v => Assert.DoesNotContain(secrets, s => v.Contains(s, StringComparison.Ordinal)));
        var file = await File.ReadAllBytesAsync(Path.Combine(here.Workspace.Folder, "datasets.duckdb"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(secrets, s => file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(s)) >= 0);

        // The search finds what is kept.
        var kept = await here.StoreAsync(new DetailsInput { Report = report, Date = "2026-11-23", Flatten = flatten, Personal = [.. PersonalFields.Select(f => $"{f}=keep")] });
        Assert.Contains(kept.Rows.SelectMany(r => r.Values).OfType<string>(), v => secrets.Contains(v, StringComparer.Ordinal));
    }

    [Fact]
    public async Task By_default_the_address_is_left_out_and_the_other_personal_fields_are_hashed()
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 40, Sites = 1, UsersShare = 0.5 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "Live.getLastVisitsDetails", Date = "2026-11-23" });
        var secrets = await SecretsAsync(here, "visitIp", "visitorId", "userId", "fingerprint");

        Assert.DoesNotContain(stored.Columns, c => c.Name == "visit_ip");
        Assert.All(stored.Rows, r => Assert.Matches("^[0-9a-f]{32}$", (string)r["visitor_id"]!));
        Assert.All(stored.Rows.Where(r => r["user_id"] is not null), r => Assert.Matches("^[0-9a-f]{32}$", (string)r["user_id"]!));
        Assert.Contains(stored.Rows, r => r["user_id"] is not null);
        Assert.All(stored.Rows.SelectMany(r => r.Values).OfType<string>(), v => Assert.DoesNotContain(secrets, s => v.Contains(s, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_hash_is_the_same_in_all_runs_and_DataSets_of_a_workspace_and_in_no_other()
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 40, Sites = 1 });
        await using var elsewhere = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 40, Sites = 1 });
        var details = new DetailsInput { Report = "Live.getLastVisitsDetails", Date = "2026-11-23" };
        var first = Hashes(await here.StoreAsync(details));
        await here.RunAsync("d1", full: true);

        Assert.Equal(first, (await here.QueryAsync("SELECT id_visit, visitor_id FROM d1 ORDER BY id_visit")).Select(r => ((long)r[0]!, (string)r[1]!)));
        Assert.Equal(first, Hashes(await here.StoreAsync(details)));
        Assert.Equal(first, Hashes(await here.StoreAsync(details with { Flatten = "actionDetails" })));
        Assert.Equal(first, Hashes(await here.StoreAsync(new DetailsInput { Report = "ClickPath.getSteps", Date = "2026-11-23" })));
        var other = Hashes(await elsewhere.StoreAsync(details));
        Assert.Equal(first.Select(h => h.Visit), other.Select(h => h.Visit));
        Assert.DoesNotContain(other, o => first.Any(f => f.Hash == o.Hash));

        static List<(long Visit, string Hash)> Hashes(Stored stored) =>
            [.. stored.Rows.Select(r => ((long)r["id_visit"]!, (string)r["visitor_id"]!)).Distinct().OrderBy(h => h.Item1)];
    }

    private static async Task<List<string>> SecretsAsync(SampleWorkspace here, params string[] fields) =>
    [
        .. (await here.Plain.AskAsync("Live.getLastVisitsDetails", null, ("idSite", "1"), ("period", "day"), ("date", "2026-11-23"))).EnumerateArray()
            .SelectMany(v => fields.Select(f => Text(v, f))).Where(s => s.Length > 4).Distinct(StringComparer.Ordinal),
    ];

    private static string Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
}
