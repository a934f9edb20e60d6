using System.Globalization;
using Tributary.Matomo.Replies;
using Tributary.Tests.Shaping;

namespace Tributary.Tests.Sums;

/// <summary>A site and a period of one of the recorded Matomos.</summary>
internal sealed record RecordedPeriod(string Version, int Site, string Period, string Start);

/// <summary>A column added up over all rows of a site and period, wherever a recording has all of them.</summary>
internal static class RecordedSums
{
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "module", "method", "format", "idSite", "period", "date", "token_auth", "filter_limit", "format_metrics", "flat", "doNotFetchActions",
    };

    /// <summary>The sums of a column. <paramref name="goal"/> is the goal asked for, null where none was; <paramref name="flat"/> whether flat rows were, null where that is all the same.</summary>
    public static async Task<Dictionary<RecordedPeriod, decimal>> OfAsync(string method, string column, string? goal = null, bool? flat = null)
    {
        var sums = new Dictionary<RecordedPeriod, decimal>();
        foreach (var recorded in RecordedReport.All.Where(r => r.Recording.Method == method && IsWhole(r, goal) && (flat is null || r.Recording.Parameters.ContainsKey("flat") == flat)))
        {
            var limit = Limit(recorded);
            var table = await recorded.ShapeAsync();
            var parts = table.Rows.GroupBy(r => PeriodOf(recorded, r)).ToDictionary(g => g.Key, g => g.ToList());
            if (recorded.Keys == ReplyKeys.None && parts.Count == 0 && limit > 0)
            {
                parts.Add(PeriodOf(recorded, null), []);
            }

            foreach (var (period, rows) in parts.Where(p => p.Value.Count < limit))
            {
                var sum = rows.Sum(r => r.TryGetValue(column, out var cell) ? Convert.ToDecimal(cell.Value, CultureInfo.InvariantCulture) : 0);
                Assert.True(sums.TryAdd(period, sum) || sums[period] == sum, $"{recorded.Recording.Id} has {sum} of {column} in {period}, another recording {sums[period]}");
            }
        }

        return sums;
    }

    /// <summary>The visits of each site and period as the summary tells them.</summary>
    public static async Task<Dictionary<RecordedPeriod, decimal>> VisitsAsync()
    {
        var visits = await OfAsync("VisitsSummary.get", "nb_visits");
        foreach (var (period, sum) in await OfAsync("VisitsSummary.getVisits", "nb_visits"))
        {
            Assert.True(visits.TryAdd(period, sum) || visits[period] == sum, $"VisitsSummary tells {period} in two ways");
        }

        return visits;
    }

    /// <summary>Holds two sides against each other wherever both are recorded, which must be the case of each version named.</summary>
    public static void HoldAgainst(Dictionary<RecordedPeriod, decimal> left, Dictionary<RecordedPeriod, decimal> right, params string[] versions)
    {
        var both = left.Keys.Where(right.ContainsKey).ToList();
        Assert.All(versions, version => Assert.Contains(both, p => p.Version == version && right[p] > 0));
        Assert.Empty(both.Where(p => left[p] != right[p]).Select(p => $"{p}: {left[p]} and {right[p]}"));
    }

    private static bool IsWhole(RecordedReport recorded, string? goal)
    {
        var parameters = recorded.Recording.Parameters;
        return recorded.Recording.Family != "Errors" && parameters.ContainsKey("period") && !recorded.IsShapeOnly && parameters.GetValueOrDefault("idGoal") == goal && parameters.Keys.All(k => Harmless.Contains(k) || k == "idGoal")
            // Rows of several sites that came without a key cannot be told apart.
            && (recorded.Keys is ReplyKeys.Sites or ReplyKeys.SitesAndDates || int.TryParse(parameters.GetValueOrDefault("idSite"), CultureInfo.InvariantCulture, out _));
    }

    private static int Limit(RecordedReport recorded) =>
        int.Parse(recorded.Recording.Parameters.GetValueOrDefault("filter_limit", "100"), CultureInfo.InvariantCulture) is var limit && limit < 0 ? int.MaxValue : limit;

    private static RecordedPeriod PeriodOf(RecordedReport recorded, Dictionary<string, ShapedCell>? row)
    {
        var parameters = recorded.Recording.Parameters;
        var site = recorded.Keys is ReplyKeys.Sites or ReplyKeys.SitesAndDates ? (int)(long)row!["site_id"].Value : int.Parse(parameters["idSite"], CultureInfo.InvariantCulture);
        var period = parameters["period"];
        var start = period == "range" ? parameters["date"]
            : recorded.Keys is ReplyKeys.Dates or ReplyKeys.SitesAndDates ? Iso(DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)(long)row!["period_start"].Value))
            : FirstDay(period, parameters["date"]);
        return new RecordedPeriod(recorded.Recording.Version, site, period, start);
    }

    private static string FirstDay(string period, string date) => DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? Iso(period switch
        {
            "week" => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            "month" => new DateOnly(day.Year, day.Month, 1),
            "year" => new DateOnly(day.Year, 1, 1),
            _ => day,
        })
        : date;

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
