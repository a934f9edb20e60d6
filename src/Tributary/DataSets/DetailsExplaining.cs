using System.Globalization;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary.DataSets;

/// <summary>Says what details come to while a person types them, from lists of the server that are kept for a while: no request a keystroke.</summary>
internal sealed class DetailsExplaining(AccountConnections accounts, AccountReports reports, DataSetStore dataSets, PaceBook paces, TimeProvider clock)
{
    // Long enough for a person to fill in a form, short enough to see what was just made in Matomo.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private const int MostNotes = 5;

    private DateTimeOffset Since => clock.GetUtcNow() - KeptFor;

    /// <summary>The sites of an account.</summary>
    public async Task<IReadOnlyList<MatomoSite>> SitesAsync(string account, CancellationToken cancellationToken) =>
        await (await ListsAsync(account, cancellationToken)).Sites(cancellationToken);

    /// <summary>The goals of sites; of the first fifty of them.</summary>
    public async Task<IReadOnlyList<MatomoGoal>> GoalsAsync(string account, IReadOnlyList<int> sites, CancellationToken cancellationToken)
    {
        var lists = await ListsAsync(account, cancellationToken);
        var chosen = await ChooseAsync(lists, sites, cancellationToken);
        return chosen.Count == 0 ? [] : [.. (await lists.Goals(chosen, cancellationToken)).OrderBy(g => g.Key).SelectMany(g => g.Value)];
    }

    /// <summary>The segments saved for the first fifty sites of an account.</summary>
    public async Task<IReadOnlyList<MatomoSegment>> SegmentsAsync(string account, CancellationToken cancellationToken)
    {
        var lists = await ListsAsync(account, cancellationToken);
        var each = await Task.WhenAll((await ChooseAsync(lists, [], cancellationToken)).Select(s => lists.Segments(s, cancellationToken)));
        return [.. each.SelectMany(s => s).DistinctBy(s => s.Id).OrderBy(s => s.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Explains details.</summary>
    /// <param name="accountName">The account.</param>
    /// <param name="input">The details as typed.</param>
    /// <param name="name">The name of the DataSet as typed; null or empty proposes one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<DetailsExplanation> ExplainAsync(string accountName, DetailsInput input, string? name, CancellationToken cancellationToken)
    {
        var account = await accounts.FindAsync(accountName, cancellationToken);
        var problems = new List<Problem>();
        if (await TryAsync(() => reports.FindAsync(account, input.Report, cancellationToken), problems) is not { } report)
        {
            return await WithTableAsync(new DetailsExplanation { Problems = problems, Name = string.IsNullOrWhiteSpace(name) ? null : name.Trim() }, cancellationToken);
        }

        var details = await TryAsync(() => Task.FromResult(DetailsRules.Read(input, report)), problems);
        var since = Since;
        var prepared = details is null ? null : await TryAsync(() => PrepareAsync(account, details, since, cancellationToken), problems);
        var explanation = new DetailsExplanation { Problems = problems, Row = RowWords.Of(report, details) };
        if (prepared is not null)
        {
            explanation = await PlannedAsync(explanation with { Update = SettingsRules.DefaultOf(details!), Key = SettingsRules.ProposedKey(report, details!) }, account, prepared, cancellationToken);
        }
        else if (DetailsRules.ReadDates(input, report) is { } dates)
        {
            var all = await (await reports.ListsAsync(account, since, cancellationToken)).Sites(cancellationToken);
            IReadOnlyList<MatomoSite> sites = dates.Sites is null ? all : [.. all.Where(s => dates.Sites.Contains(s.Id))];
            sites = [.. sites.Where(s => SiteZone.Knows(s.TimeZone))];
            explanation = Planned(explanation, report, dates, sites, out _, out _);
        }

        var proposed = string.IsNullOrWhiteSpace(name) ? ProposedName(report, details) : name.Trim();
        return await WithTableAsync(explanation with { Name = proposed }, cancellationToken, isFree: string.IsNullOrWhiteSpace(name));
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T>> work, List<Problem> problems)
        where T : class
    {
        try
        {
            return await work();
        }
        catch (InputException error)
        {
            problems.AddRange(error.Problems);
            return null;
        }
    }

    private async Task<ServerLists> ListsAsync(string account, CancellationToken cancellationToken) =>
        await reports.ListsAsync(await accounts.FindAsync(account, cancellationToken), Since, cancellationToken);

    private static async Task<IReadOnlyList<int>> ChooseAsync(ServerLists lists, IReadOnlyList<int> chosen, CancellationToken cancellationToken)
    {
        var all = (await lists.Sites(cancellationToken)).Select(s => s.Id);
        return [.. (chosen.Count == 0 ? all : all.Intersect(chosen)).Take(Preparation.MostSitesForNames)];
    }

    private async Task<PreparedRun> PrepareAsync(AccountRecord account, Details details, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var client = (await accounts.ClientAsync(account, cancellationToken)).Urgent;
        var prepared = await reports.PrepareAsync(account, client, details, since, cancellationToken, withNames: false);
        DataSetEditing.RefuseMissing(prepared);
        return prepared;
    }

    private async Task<DetailsExplanation> PlannedAsync(DetailsExplanation explanation, AccountRecord account, PreparedRun prepared, CancellationToken cancellationToken)
    {
        var reading = prepared.Reading;
        explanation = Planned(explanation, reading.Report, reading.Details, prepared.Sites, out var plan, out var sameAs);
        var pace = await paces.OfAsync(account.Id, ReportRequests.PaceKey(reading, plan), cancellationToken);
        var requests = plan.Windows.Sum(w => (reading.Report.IsAccountWide ? 1L : sameAs[w.Site.Id]) * (plan with { Windows = [w] }).Summarize(1, reading.LeastRequests, pace.ExpectedOf).Requests);
        return explanation with { Requests = (int)Math.Min(requests, int.MaxValue), Notes = [.. explanation.Notes, .. prepared.Notes.Select(n => n.Message).Take(MostNotes)] };
    }

    /// <summary>Plans for one of the sites that come to the same: an account may have thousands.</summary>
    private DetailsExplanation Planned(DetailsExplanation explanation, ReportDefinition report, Details details, IReadOnlyList<MatomoSite> sites, out Plan plan, out Dictionary<int, int> sameAs)
    {
        var dates = new DateWords(clock);
        var alike = sites.GroupBy(s => (s.TimeZone, dates.CreatedWithin(s, report, details))).Select(g => g.ToList()).ToList();
        plan = new Planner(clock).Make(details, report, [.. alike.Select(g => g[0])], [], new PlanOptions());
        var counts = alike.ToDictionary(g => g[0].Id, g => g.Count);
        sameAs = counts;
        var notes = plan.Notes.Where(n => n.Code != "plan.future").Select(n => n.Message).ToList();
        return explanation with
        {
            Sites = sites.Count,
            Partitions = (int)Math.Min(plan.Windows.SelectMany(w => w.Partitions).Sum(p => (long)counts[p.SiteId]), int.MaxValue),
            Dates = report.HasDates ? dates.Of(details, alike, plan) : [],
            Notes = notes.Count <= MostNotes ? notes : [.. notes.Take(MostNotes), string.Create(CultureInfo.InvariantCulture, $"And {notes.Count - MostNotes} more of the kind.")],
        };
    }

    private static string ProposedName(ReportDefinition report, Details? details) =>
        details is { IsSpan: true, Period: not (Period.Range or Period.None) } ? $"{NameRules.From(report.Name)} per {details.Period.ToString().ToLowerInvariant()}" : NameRules.From(report.Name);

    private async Task<DetailsExplanation> WithTableAsync(DetailsExplanation explanation, CancellationToken cancellationToken, bool isFree = false)
    {
        if (explanation.Name is not { } name)
        {
            return explanation;
        }

        var taken = await dataSets.ReadTakenAsync(cancellationToken);
        var names = taken.Select(t => t.NameKey).ToHashSet(StringComparer.Ordinal);
        for (var number = 2; isFree && names.Contains(NameKey.Of(name)); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{explanation.Name} {number}");
        }

        var tables = taken.Select(t => t.Table).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return explanation with { Name = name, Table = TableNames.CandidatesOf(name).First(t => !tables.Contains(t)) };
    }
}
