using System.Text;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Tests.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Errors;

/// <summary>Every recorded answer to a wrong request, and what must come of it. The table is a text file beside this one, one line a recording.</summary>
public class RecordedErrorTests
{
    private static readonly string[] Families = ["Errors", "BruteForceBlocked", "Notices"];

    private static IReadOnlyDictionary<string, string> Table { get; } = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Errors", "RecordedErrors.txt"))
        .Where(line => line.Length > 0 && !line.StartsWith('#'))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    [Fact]
    public void Every_recording_is_in_the_table() => Assert.Equal(
        Recordings.All.Where(r => Families.Contains(r.Family)).Select(r => r.Id),
        Table.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void A_Matomo_that_cannot_tell_a_wrong_token_from_missing_access_is_reported_as_both()
    {
        var error = new MatomoAnswer().ApiError("You can't access this resource as it requires 'view' access for the website id = 1.");

        Assert.Equal(MatomoErrorKind.AuthenticationOrNoAccess, error.Kind);
        Assert.Contains("token is wrong", error.Message, StringComparison.Ordinal);
        Assert.Contains("no view access", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_recording_leads_to_what_the_table_says()
    {
        List<string> wrong = [];
        foreach (var (id, expected) in Table)
        {
            var outcome = await OutcomeAsync(Recordings.Get(id));
            if (outcome != expected)
            {
                wrong.Add($"{id} {outcome}, not {expected}");
            }
        }

        Assert.Empty(wrong);
    }

    private static async Task<string> OutcomeAsync(Recording recording)
    {
        var answer = new MatomoAnswer { Method = recording.Method, Status = recording.Status, ContentType = recording.ContentType };
        if (recording.Status != 200)
        {
            return answer.NotJson(AnswerText.DecodeStart(recording.Body)).Kind.ToString();
        }

        // Answered by the site's plain row report, except where the name says otherwise; several sites and dates are keyed.
        var log = new ReplyLog();
        try
        {
            var (shape, keys) = FormOf(recording);
            var end = await ReplyReader.ReadAsync(new MemoryStream(recording.Body), shape, keys, log, answer, TestContext.Current.CancellationToken);
            return end.Notice is null ? "data" : "data+notice";
        }
        catch (MatomoException error)
        {
            return error.Kind.ToString();
        }
    }

    private static (ReplyShape Shape, ReplyKeys Keys) FormOf(Recording recording)
    {
        var date = recording.Parameters.GetValueOrDefault("date", "");
        var sites = recording.Parameters.GetValueOrDefault("idSite", "");
        var bySite = sites is "all" || sites.Contains(',', StringComparison.Ordinal);
        var byDate = recording.Parameters.GetValueOrDefault("period") != "range"
            && (date.Contains(',', StringComparison.Ordinal) || date.StartsWith("last", StringComparison.Ordinal) || date.StartsWith("previous", StringComparison.Ordinal));
        var isTable = recording.Method is "Actions.getPageUrls" or "Referrers.getReferrerType" or "Live.getLastVisitsDetails" or "Goals.getGoals" or "API.getBulkRequest"
            || recording.Method.StartsWith("SitesManager.", StringComparison.Ordinal);
        return (isTable ? ReplyShape.Table : ReplyShape.Row, (bySite, byDate) switch
        {
            (true, true) => ReplyKeys.SitesAndDates,
            (true, false) => ReplyKeys.Sites,
            (false, true) => ReplyKeys.Dates,
            _ => ReplyKeys.None,
        });
    }
}
