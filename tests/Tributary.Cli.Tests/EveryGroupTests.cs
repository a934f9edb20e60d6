using System.Globalization;
using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Tests.EveryReport;

namespace Tributary.Cli.Tests;

/// <summary>One report of each group of the menu, added, run and queried by the program; its rows are those that Matomo gives when asked in the plainest way.</summary>
public sealed class EveryGroupTests(SampleWorkspace workspace) : IClassFixture<SampleWorkspace>
{
    private static readonly string[] Reports =
    [
        "Actions.getPageTitles", "MarketingCampaignsReporting.getName", "ClickPath.getPaths", "Contents.getContentNames", "DevicesDetection.getBrowsers", "Events.getCategory", "Goals.get",
        "Referrers.getKeywords", "Transitions.getTransitionsForPageUrl", "UserCountry.getCountry", "VisitFrequency.get", "VisitTime.getVisitInformationPerServerTime", "VisitsSummary.get",
    ];

    public static TheoryData<string> OfEveryGroup => [.. Reports];

    [Fact]
    public void Every_group_of_the_menu_is_tried() => Assert.Equal(
        ReportGroups.All.Where(g => g != ReportGroups.More).Select(g => g.Name),
        Reports.Select(r => ReportCatalog.BuiltIn.Find(r)!.Group));

    [Theory]
    [MemberData(nameof(OfEveryGroup))]
    public async Task What_a_query_prints_is_what_Matomo_says(string method)
    {
        using var plain = new PlainServer(workspace.Sample.Address, workspace.Sample.Tokens.SecureOnly);
        var report = ReportCatalog.BuiltIn.Find(method)!;
        var table = method.Replace('.', '_').ToLowerInvariant();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        DateOnly[] days = [today.AddDays(-4), today.AddDays(-3)];
        var page = new Uri(await FirstPageAsync(plain, days[0]), "/").ToString();
        string[] lookup = method.StartsWith("Transitions.", StringComparison.Ordinal) ? ["--url", page] : [];

        var add = await workspace.RunAsync(["dataset", "add", method, "--table", table, "--account", "Main", "--report", method, "--start", Iso(days[0]), "--end", Iso(days[1]), .. lookup]);
        var run = await workspace.RunAsync("dataset", "run", method, "--json");
        Assert.True(add.ExitCode == 0, add.Error);
        Assert.True(run.ExitCode == 0, run.Error);
        var types = await QueryAsync($"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position");
        var rows = await QueryAsync($"SELECT * FROM {table}");

        var expected = new List<PlainRow>();
        var sites = await plain.SitesAsync();
        foreach (var part in sites.SelectMany(s => days.Select(d => new PlainPart(s, "day", d, d))))
        {
            expected.AddRange(report.Source == ReportSource.VisitLog
                ? await new PlainClickPath(plain).RowsAsync(method, part)
                : await new PlainReading(plain, report, new PlainChoice { Parameters = Parameters(lookup) }).RowsAsync(part, []));
        }

        var columns = types.ConvertAll(t => StoredColumn.Of((string)t["column_name"]!, (string)t["data_type"]!));
        var differences = Comparison.Differences(columns, rows, expected);
        Assert.NotEmpty(expected);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.Equal(expected.Count, JsonDocument.Parse(run.Out).RootElement.GetProperty("runs")[0].GetProperty("rows").GetInt32());
    }

    private static Dictionary<string, string> Parameters(string[] lookup) =>
        lookup.Length == 0 ? [] : new(StringComparer.Ordinal) { ["pageUrl"] = lookup[1], ["limitBeforeGrouping"] = "100000" };

    private static async Task<Uri> FirstPageAsync(PlainServer plain, DateOnly day)
    {
        var pages = await plain.AskAsync("Actions.getPageUrls", new PlainPart((await plain.SitesAsync())[0], "day", day, day), ("flat", "1"));
        return new Uri(pages.EnumerateArray().First(p => p.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String).GetProperty("url").GetString()!);
    }

    private async Task<List<Dictionary<string, object?>>> QueryAsync(string sql)
    {
        var query = await workspace.RunAsync("query", sql, "--json");
        Assert.True(query.ExitCode == 0, query.Error);
        return [.. JsonDocument.Parse(query.Out).RootElement.EnumerateArray().Select(r => r.EnumerateObject().ToDictionary(
            p => p.Name, p => p.Value.ValueKind == JsonValueKind.False ? false : PlainRow.Value(p.Value), StringComparer.Ordinal))];
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
