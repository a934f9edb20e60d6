using Tributary.Accounts;
using Tributary.DataSets;
using Tributary.DataCenter.SignIn;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.DataCenter.Connector;

/// <summary>The connector page at work: what is filled in, what it comes to, and what is wrong with it.</summary>
internal sealed class ConnectorState(Workspace workspace, Managing managing, TimeProvider clock, CancellationToken gone)
{
    // A pause in typing: shorter than a person notices, longer than between two keys.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(180);

    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private int _changes;
    private int _uses;
    private int _previews;
    private DataSetDefinition? _seen;

    public ConnectorForm Form { get; private set; } = new();

    public Account? Account { get; private set; }

    /// <summary>The workspace's zone, of schedules that name none.</summary>
    public string TimeZone { get; private set; } = "UTC";

    /// <summary>The sites of the account; null before they are known.</summary>
    public IReadOnlyList<MatomoSite>? Sites { get; private set; }

    public IReadOnlyList<MatomoGoal> Goals { get; private set; } = [];

    public IReadOnlyList<MatomoSegment> Segments { get; private set; } = [];

    /// <summary>Where it can be written.</summary>
    public IReadOnlyList<Destination> Destinations { get; private set; } = [];

    /// <summary>The reports of the account.</summary>
    public IReadOnlyList<ReportDefinition> Reports { get; private set; } = [];

    /// <summary>What the details come to; null before a report is chosen.</summary>
    public DetailsExplanation? Explanation { get; private set; }

    /// <summary>When it would be updated; null while the schedule is wrong.</summary>
    public ScheduleExplanation? Schedule { get; private set; }

    /// <summary>What was wrong when it was last to be saved or previewed.</summary>
    public IReadOnlyList<Problem> Problems { get; private set; } = [];

    public PreviewResult? Preview { get; private set; }

    /// <summary>Whether the preview is of other details than those filled in now.</summary>
    public bool PreviewIsOld { get; private set; }

    /// <summary>Why the account could not be asked; null when it could.</summary>
    public Exception? AccountFailure { get; private set; }

    /// <summary>Why there is no preview; null when there is one, or none was asked for.</summary>
    public Exception? PreviewFailure { get; private set; }

    /// <summary>Pages a report about one can be about, the most viewed first; null before they were asked for.</summary>
    public IReadOnlyList<ViewedPage>? Pages { get; private set; }

    /// <summary>Why the pages could not be asked for; null when they could.</summary>
    public Exception? PagesFailure { get; private set; }

    /// <summary>Told when something is to be shown anew.</summary>
    public event Action? Changed;

    /// <summary>Has everything shown anew.</summary>
    public void Shown() => Changed?.Invoke();

    /// <summary>Takes an account: its sites, reports and choices are read, and the report is looked up among its own.</summary>
    public async Task UseAccountAsync(Account account)
    {
        var use = ++_uses;
        (Account, Form.Account, AccountFailure) = (account, account.Name, null);
        (Sites, Reports, Goals, Segments, Pages, PagesFailure, Explanation) = (null, [], [], [], null, null, null);
        try
        {
            Destinations = await workspace.Destinations.ListAsync(gone);
            var sites = await workspace.Accounts.ListSitesAsync(account.Name, gone);
            var reports = await workspace.Reports.ListAsync(account.Name, null, gone);
            if (use != _uses)
            {
                return;
            }

            (Sites, Reports) = (sites, reports);
        }
        catch (Exception error) when (error is TributaryException or MatomoException)
        {
            if (use != _uses)
            {
                return;
            }

            AccountFailure = error;
        }

        await FindReportAsync();
        await ReadChoicesAsync();
    }

    /// <summary>Asks the account again.</summary>
    public async Task RetryAsync()
    {
        if ((await workspace.Accounts.ListAsync(gone)).FirstOrDefault(a => a.Id == Account?.Id) is { } account)
        {
            await UseAccountAsync(account);
            await ExplainAsync();
            Shown();
        }
    }

    /// <summary>Fills the form with a DataSet.</summary>
    public async Task LoadAsync(DataSet dataSet)
    {
        _seen = dataSet.Definition;
        Form.Load(dataSet);
        if ((await workspace.Accounts.ListAsync(gone)).FirstOrDefault(a => a.Id == dataSet.Definition.AccountId) is { } account)
        {
            await UseAccountAsync(account);
        }
        else
        {
            await FindReportAsync();
        }

        await ExplainAsync();
    }

    /// <summary>Chooses a report.</summary>
    public async Task UseReportAsync(ReportDefinition report)
    {
        Form.Report = report;
        (Pages, PagesFailure) = (null, null);
        Touch("--report");
        Shown();
        await ReadChoicesAsync();
        Shown();
    }

    /// <summary>Something was typed or chosen.</summary>
    public void Touch(params string[] fields)
    {
        _touched.UnionWith(fields);
        Problems = [.. Problems.Where(p => !fields.Contains(p.Field.Split(' ')[0]) && !fields.Contains(p.Field))];
        PreviewIsOld = Preview is not null;
        _ = ExplainSoonAsync(++_changes);
    }

    /// <summary>Something was chosen that brings other fields, of which nobody has filled in anything yet.</summary>
    public void Choose(params string[] fields)
    {
        _touched.ExceptWith(fields);
        Problems = [.. Problems.Where(p => !fields.Contains(p.Field))];
        PreviewIsOld = Preview is not null;
        _ = ExplainSoonAsync(++_changes);
    }

    /// <summary>What is wrong with a field: as far as the person was there, or after they wanted to go on.</summary>
    public string? ErrorOf(params string[] fields) =>
        Problems.Concat((Explanation?.Problems ?? []).Where(p => _touched.Contains(p.Field) && (p.Field != "--sites" || Form.Sites.Count > 0))).FirstOrDefault(p => fields.Contains(p.Field))?.Message;

    /// <summary>Looks at everything; whether it can be saved.</summary>
    public async Task<bool> CheckAsync()
    {
        if (Form.Existing is null && Form.NameTyped is null)
        {
            await ExplainAsync();
        }

        List<Problem> problems = [.. Form.Settings.Problems(Form), .. Form.Schedule.Problems()];
        if (Form.Account.Length == 0)
        {
            problems.Add(new Problem("--account", "Connect a Matomo, or choose one that is connected."));
        }
        else if (Form.Report is null)
        {
            problems.Add(new Problem("--report", ReportMissing));
        }
        else
        {
            problems.AddRange(SitesMissing());
            problems.AddRange(await workspace.Forms.CheckAsync(Form.Whole(), Form.Existing, gone));
        }

        // In the order of the panes: the person is put to the first.
        Problems = [.. problems.DistinctBy(p => p.Field).OrderBy(p => FieldPlaces.PaneOf(p.Field))];
        return Problems.Count == 0;
    }

    /// <summary>Adds the DataSet, or makes the one the form is of what it says.</summary>
    /// <returns>It; null when something is wrong.</returns>
    /// <exception cref="TributaryException"><c>dataset.changed_meanwhile</c>: somebody else changed it since the form was filled.</exception>
    public async Task<DataSet?> SaveAsync()
    {
        if (!await CheckAsync())
        {
            return null;
        }

        try
        {
            var saved = Form.Existing is { } name
                ? (await managing.DoAsync(w => w.Forms.ReplaceAsync(name, Form.Whole(), _seen, dryRun: false, gone))).DataSet
                : await managing.DoAsync(w => w.AddDataSetAsync(Form.Whole(), gone));
            if (Form.Existing is not null)
            {
                // What is saved next is made from this, under the name it has now.
                (_seen, Form.Existing) = (saved.Definition, saved.Definition.Name);
            }

            return saved;
        }
        catch (InputException error)
        {
            Problems = error.Problems;
            return null;
        }
    }

    /// <summary>What saving would do to stored rows.</summary>
    public async Task<IReadOnlyList<string>> ConsequencesAsync() =>
        Form.Existing is { } name && await CheckAsync() ? (await managing.DoAsync(w => w.Forms.ReplaceAsync(name, Form.Whole(), _seen, dryRun: true, gone))).Consequences : [];

    /// <summary>Reads the first rows.</summary>
    public async Task LoadPreviewAsync(int rows)
    {
        var (preview, change) = (++_previews, _changes);
        (PreviewFailure, Preview) = (null, null);
        List<Problem> problems = [.. SitesMissing()];
        if (problems.Count > 0)
        {
            Problems = problems;
            return;
        }

        try
        {
            var read = await managing.DoAsync(w => w.PreviewAsync(Form.Account, Form.Details(), rows, gone));
            if (preview == _previews)
            {
                (Preview, PreviewIsOld) = (read, change != _changes);
            }
        }
        catch (Exception error) when (preview != _previews && error is TributaryException or MatomoException)
        {
        }
        catch (InputException error)
        {
            Problems = error.Problems;
        }
        catch (Exception error) when (error is TributaryException or MatomoException)
        {
            PreviewFailure = error;
        }
    }

    /// <summary>Asks for the pages that were viewed most, of the sites chosen.</summary>
    public async Task LoadPagesAsync()
    {
        (Pages, PagesFailure) = (null, null);
        try
        {
            var sites = (Sites ?? []).Where(s => Form.AllSites || Form.Sites.Contains(s.Id)).ToList();
            Pages = await ViewedPage.ListAsync(managing, Form.Account, sites, Form.Shows("--title"), gone);
        }
        catch (Exception error) when (error is TributaryException or MatomoException)
        {
            PagesFailure = error;
        }
    }

    /// <summary>A new form for another DataSet of the same account.</summary>
    public void StartOver()
    {
        var account = Form.Account;
        Form = new ConnectorForm { Account = account };
        (Explanation, Preview, Problems) = (null, null, []);
        _previews++;
        _touched.Clear();
        _ = ExplainSoonAsync(++_changes);
    }

    /// <summary>Says what is filled in comes to, at once; what was changed meanwhile is said by a later one.</summary>
    public async Task ExplainAsync()
    {
        var change = _changes;
        await TellScheduleAsync();
        if (Form.Account.Length == 0 || Form.Report is null)
        {
            return;
        }

        try
        {
            var explanation = await workspace.ExplainDetailsAsync(Form.Account, Form.Details(), Form.NameTyped, gone);
            if (change == _changes)
            {
                (Explanation, AccountFailure) = (explanation, null);
                Form.Proposed = Form.Existing is null ? explanation.Name : null;
            }
        }
        catch (Exception error) when (error is TributaryException or MatomoException)
        {
            AccountFailure = change == _changes ? error : AccountFailure;
        }
    }

    /// <summary>Whether a DataSet's report is that one.</summary>
    public static bool IsReport(ReportDefinition report, string name) =>
        string.Equals(report.UniqueId, name, StringComparison.OrdinalIgnoreCase) || (string.Equals(report.Method, name, StringComparison.OrdinalIgnoreCase) && report.UniqueId == report.Method.Replace('.', '_'));

    private string ReportMissing => Form.ReportId is not { } report ? "Choose a report."
        : AccountFailure is not null ? $"The report {report} is one that only the account's Matomo knows, which cannot be asked: see Credentials."
        : $"The Matomo of '{Form.Account}' has no report {report}. Choose {(Form.Existing is null ? "another report" : "another account")}.";

    /// <summary>The report among those of the account. The DataSet of one that cannot be asked keeps the report that it has.</summary>
    private async Task FindReportAsync()
    {
        if (Form.ReportId is { } wanted)
        {
            var found = Reports.FirstOrDefault(r => IsReport(r, wanted));
            Form.Report = found is not null || (Reports.Count > 0 && Form.Existing is null) ? found : (await workspace.Reports.ListAsync(null, null, gone)).FirstOrDefault(r => IsReport(r, wanted));
        }
    }

    private IEnumerable<Problem> SitesMissing()
    {
        if (Form.Shows("--sites") && !Form.AllSites && Form.Sites.Count == 0)
        {
            yield return new Problem("--sites", "Choose at least one site, or Get All Sites.");
        }
    }

    private async Task ReadChoicesAsync()
    {
        if (Form.Account.Length == 0 || Form.Report is null)
        {
            return;
        }

        try
        {
            Goals = Form.Shows("--goal") ? await workspace.Accounts.ListGoalsAsync(Form.Account, Form.AllSites ? [] : Form.Sites, gone) : [];
            Segments = Form.Shows("--saved-segment") ? await workspace.Accounts.ListSavedSegmentsAsync(Form.Account, gone) : [];
        }
        catch (Exception error) when (error is TributaryException or MatomoException)
        {
            // The choices are a help: a goal can be typed, and what is wrong with the server the preview says.
            (Goals, Segments) = ([], []);
        }
    }

    private async Task ExplainSoonAsync(int change)
    {
        try
        {
            await Task.Delay(Pause, clock, gone);
            if (change != _changes)
            {
                return;
            }

            await ExplainAsync();
            Shown();
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
        }
    }

    private async Task TellScheduleAsync()
    {
        IReadOnlyList<Problem> wrong = [.. Form.Schedule.Problems()];
        try
        {
            TimeZone = await workspace.GetTimeZoneAsync(gone);
            Schedule = wrong.Count > 0 ? null : await workspace.ExplainScheduleAsync(Form.Schedule.Typed(), gone);
        }
        catch (InputException error)
        {
            (Schedule, wrong) = (null, error.Problems);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
        }

        Problems = [.. Problems.Where(p => !ScheduleFields.Contains(p.Field)), .. wrong];
    }

    private static readonly HashSet<string> ScheduleFields =
        ["--every", "--daily-at", "--weekly", "--monthly", "--cron", "--active-hours", "--time-zone", "--missed", "--retry", "--retry-after", "--expect-every", "--manual"];
}
