using System.Globalization;
using System.Text.Json;

namespace Tributary.Tests.EveryReport;

/// <summary>A site as Matomo lists it.</summary>
internal sealed record PlainSite(int Id, string Name, string Zone, string Currency);

/// <summary>One site and one period, asked for by itself.</summary>
/// <param name="Site">The site.</param>
/// <param name="Period">What the rows say they are of; empty for a list without dates.</param>
/// <param name="Start">Its first day.</param>
/// <param name="End">Its last day.</param>
/// <param name="Segment">Whose visits; null for everybody's.</param>
internal sealed record PlainPart(PlainSite Site, string Period, DateOnly Start, DateOnly End, string? Segment = null)
{
    /// <summary>What is asked for: a range that is a period of the calendar is that period.</summary>
    public string AskedPeriod => Period != "range" ? Period
        : Start == End ? "day"
        : Start.DayOfWeek == DayOfWeek.Monday && End == Start.AddDays(6) ? "week"
        : Start.Day == 1 && End == Start.AddMonths(1).AddDays(-1) ? "month"
        : Start.DayOfYear == 1 && End == Start.AddYears(1).AddDays(-1) ? "year"
        : "range";

    public string Date => AskedPeriod == "range" ? $"{Iso(Start)},{Iso(End)}" : Iso(Start);

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The simplest way to ask a Matomo: one POST, one answer.</summary>
internal sealed class PlainServer(Uri address, string token) : IDisposable
{
    private readonly HttpClient _http = new();

    public async Task<JsonElement> AskAsync(string method, PlainPart? part, params (string Name, string Value)[] more)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["module"] = "API",
            ["method"] = method,
            ["format"] = "json",
            ["format_metrics"] = "0",
            ["filter_limit"] = "-1",
            ["language"] = "en",
            ["token_auth"] = token,
        };
        if (part is not null)
        {
            form["idSite"] = part.Site.Id.ToString(CultureInfo.InvariantCulture);
            if (part.Period.Length > 0)
            {
                form["period"] = part.AskedPeriod;
                form["date"] = part.Date;
            }

            if (part.Segment is not null)
            {
                form["segment"] = part.Segment;
            }
        }

        foreach (var (name, value) in more)
        {
            form[name] = value;
        }

        using var body = new FormUrlEncodedContent(form);
        using var reply = await _http.PostAsync(new Uri(address, "index.php"), body, TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }

    public async Task<List<PlainSite>> SitesAsync() =>
        [.. (await AskAsync("SitesManager.getSitesWithAtLeastViewAccess", null)).EnumerateArray().Select(s => new PlainSite(
            s.GetProperty("idsite").GetInt32(), s.GetProperty("name").GetString()!, s.GetProperty("timezone").GetString()!, s.GetProperty("currency").GetString()!))];

    public static string? ErrorOf(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("result", out var result) && result.ValueEquals("error") ? answer.GetProperty("message").GetString() : null;

    public void Dispose() => _http.Dispose();
}
