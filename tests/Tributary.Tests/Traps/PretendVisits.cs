using System.Globalization;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>A visit of a pretended log.</summary>
internal sealed record PretendVisit(int Id, DateTimeOffset Last, int Actions = 1)
{
    /// <summary>Actions that come with the visit; as many as it counts unless told otherwise.</summary>
    public int? Carried { get; init; }

    public string Json(string offset = "")
    {
        var seconds = Last.ToUnixTimeSeconds();
        var actions = string.Join(',', Enumerable.Range(1, Carried ?? Actions).Select(i => $$"""{"type":"action","url":"https://shop.example/{{i}}","pageId":"{{(Id * 100) + i}}","timestamp":{{seconds}},"pageIdAction":{{i}}}"""));
        return $$"""{"idSite":1,"idVisit":"{{Id}}","visitorId":"abcdef{{Id:0000}}","firstActionTimestamp":{{seconds - 60}},"lastActionTimestamp":{{seconds}},"actions":"{{Actions}}"{{offset}},"actionDetails":[{{actions}}]}""";
    }
}

/// <summary>Has a <see cref="PretendMatomo"/> answer its visits log as a test tells it.</summary>
internal static class PretendVisits
{
    /// <summary>Answers requests for the log; the summary counts the visits of <paramref name="all"/>.</summary>
    /// <param name="matomo">The server.</param>
    /// <param name="all">The visits.</param>
    /// <param name="page">The rows of a page, by the visits of the day, newest first, the offset and the limit.</param>
    public static void Answer(PretendMatomo matomo, Func<IReadOnlyList<PretendVisit>> all, Func<IReadOnlyList<PretendVisit>, int, int, IEnumerable<PretendVisit>> page) => matomo.Anything = request =>
    {
        if (request.Method == "VisitsSummary.get" && !request.Query["date"].Contains(',', StringComparison.Ordinal))
        {
            return ScriptedReply.Json($$"""{"nb_visits":{{OfDay(all(), request.Query["date"]).Count}},"nb_actions":1}""");
        }

        if (request.Method != "Live.getLastVisitsDetails")
        {
            return null;
        }

        var visits = OfDay(all(), request.Query["date"]);
        var (offset, limit) = (Number(request, "filter_offset"), Number(request, "filter_limit"));
        return ScriptedReply.Json($"[{string.Join(',', page(visits, offset, limit).Select(v => v.Json()))}]");
    };

    public static IEnumerable<PretendVisit> Whole(IReadOnlyList<PretendVisit> visits, int offset, int limit) => visits.Skip(offset).Take(limit);

    private static List<PretendVisit> OfDay(IReadOnlyList<PretendVisit> visits, string date) =>
        [.. visits.Where(v => v.Last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) == date).OrderByDescending(v => v.Last).ThenByDescending(v => v.Id)];

    private static int Number(ScriptedRequest request, string name) => int.Parse(request.Query.GetValueOrDefault(name, "0"), CultureInfo.InvariantCulture);
}
