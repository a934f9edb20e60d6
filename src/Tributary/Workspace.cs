using Tributary.Accounts;
using Tributary.Alerts;
using Tributary.Applying;
using Tributary.DataSets;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Files;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Scheduling;
using Tributary.Store;
using Tributary.Tables;

namespace Tributary;

/// <summary>The one façade over a workspace folder: the command line, the web and the scheduler call nothing else.</summary>
public sealed class Workspace : IAsyncDisposable
{
    // Each lost try means that somebody else's change went through.
    private const int MostEditTries = 20;

    private readonly TimeProvider _clock;
    private readonly StoreDatabase _store;
    private readonly AccountStore _accountStore;
    private readonly AccountPermits? _permits;
    private readonly AccountConnections _accounts;
    private readonly DataSetStore _dataSets;
    private readonly RunStores _runs;
    private readonly EmbeddedHome _home;
    private readonly PartitionStore _partitions;
    private readonly SettingStore _settings;
    private readonly Scheduler _scheduler;
    private readonly DataSetRuns _dataSetRuns;
    private readonly RunChains _chains;
    private readonly DuckDbDestination _embedded;
    private readonly TableMirror _mirror;
    private readonly DestinationMoves _moves;
    private readonly MoveHistory _moved;
    private readonly string _staging;
    private readonly AccountReports _reports;
    private readonly DataSetDeleting _deleting;
    private readonly DataSetEditing _editing;
    private readonly DataSetViews _views;
    private readonly SchemaStore _schemas;
    private readonly AlertStore _alertStore;
    private readonly AlertSender _alertSender;
    private readonly AlertRounds _alertRounds;
    private readonly WorkspaceFiles _files;
    private readonly Backups _backups;
    private readonly PaceBook _paces;
    private readonly DetailsExplaining _explaining;
    private readonly SecretBox _secrets;

    private Workspace(string folder, StoreDatabase store, TimeProvider clock, WorkspaceOptions options)
    {
        Folder = folder;
        _store = store;
        _clock = clock;
        _staging = Path.Combine(folder, "staging");
        _accountStore = new AccountStore(store, clock);
        var secrets = new SecretBox(Path.Combine(folder, "keys"));
        _secrets = secrets;
        // On one machine the client's own limits are enough, and cost nothing.
        _permits = store.Engine.IsShared ? new AccountPermits(new RequestStore(store, clock), clock) : null;
        _accounts = new AccountConnections(_accountStore, secrets, _permits, clock);
        _alertStore = new AlertStore(store, clock);
        _alertSender = new AlertSender(_alertStore, secrets, clock);
        _reports = new AccountReports(_accounts, secrets, clock, _staging);
        _dataSets = new DataSetStore(store, clock);
        var alerts = new AlertEditing(_alertStore, _dataSets, secrets, _alertSender, folder, clock);
        _alertRounds = new AlertRounds(new RunAlerts(_alertStore, _dataSets, folder, clock), _alertSender, clock);
        _runs = new RunStores(store, clock);
        _home = new EmbeddedHome(store, folder);
        _partitions = new PartitionStore(store);
        _settings = new SettingStore(store);
        _embedded = new DuckDbDestination(Path.Combine(folder, "datasets.duckdb"), _staging, clock);
        var destinations = new DestinationStore(store, clock);
        var owners = new TableOwners(_runs.Runs, _dataSets);
        Destinations = new DestinationBook(options.Kinds, destinations, _dataSets, _partitions, owners, secrets, _embedded, options.Watched, folder, clock);
        _moves = new DestinationMoves(Destinations, owners, _home, _runs.Runs, _dataSets, _staging);
        _moved = new MoveHistory(store);
        _mirror = new TableMirror(Destinations, _partitions, folder, clock);
        _schemas = new SchemaStore(store, clock);
        _deleting = new DataSetDeleting(_runs, _dataSets, Destinations, _home, clock);
        _editing = new DataSetEditing(_accounts, _reports, _dataSets, _partitions, _schemas, Destinations, clock);
        _views = new DataSetViews(_accountStore, Destinations, _dataSets, new DataSetListing(store), _partitions, _runs.Runs, _settings, clock);
        var schedules = new ScheduleStore(store, clock);
        _scheduler = new Scheduler(_dataSets, schedules, _settings);
        Forms = new DataSetForms(_accounts, _editing, _dataSets, _views, _scheduler, clock);
        _backups = new Backups(folder, store, _embedded, _home, clock);
        _files = new WorkspaceFiles(
            _accounts,
            new AccountFilePart(_accounts, _accountStore, _reports),
            Destinations,
            new DestinationFilePart(Destinations, destinations),
            new DataSetFilePart(_accounts, _accountStore, _editing, _dataSets, _deleting, Destinations, _moves, _scheduler, clock),
            new AlertFilePart(alerts, _dataSets),
            _settings);
        _paces = new PaceBook(new PaceStore(store), clock);
        Tables = new DataSetTables(_dataSets, FindDataSetAsync, _mirror, new HealthRecords(_partitions, _runs.History, _accountStore, schedules, _alertStore), clock);
        _explaining = new DetailsExplaining(_accounts, _reports, _dataSets, _paces, clock);
        Accounts = new AccountBook(_accounts, _reports, _dataSets, _views, _explaining, FindDataSetAsync);
        Reports = new ReportBook(_reports);
        Alerts = new AlertBook(alerts, _alertSender);
        _chains = new RunChains(store, clock);
        var records = new RunRecords(_runs.Runs, _partitions, _chains, new TotalsStore(store, clock), _schemas, _paces, _runs.Parts, _dataSets, new SavedSegmentStore(store), new KeptStore(store, clock), new LostStore(store));
        Runs = new RunBook(_runs, _settings, clock, _accounts, FindDataSetAsync, ChooseAsync, OptionsOfAsync);
        Access = new AccessBook(new AccessStore(store, clock), clock);
        Store = new StoreBook(folder, store, secrets, clock);
        Observers.Add(_alertRounds);
        var run = new DataSetRun(new DataSetUpdate(_accounts, _reports, records, Destinations, _home, new WorkerStore(store, clock), clock), _runs, Observers, clock);
        _dataSetRuns = new DataSetRuns(_runs, new WorkerStore(store, clock), _dataSets, _home, _scheduler, run, clock);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Its accounts.</summary>
    public AccountBook Accounts { get; }

    /// <summary>The reports that its accounts offer.</summary>
    public ReportBook Reports { get; }

    /// <summary>Its alerts.</summary>
    public AlertBook Alerts { get; }

    /// <summary>The runs of all DataSets: queued, at work and ended.</summary>
    public RunBook Runs { get; }

    /// <summary>Where its records are kept.</summary>
    public StoreBook Store { get; }

    /// <summary>Who may use the workspace from afar.</summary>
    public AccessBook Access { get; }

    /// <summary>Where its DataSets are written.</summary>
    public DestinationBook Destinations { get; }

    /// <summary>DataSets as a form holds them.</summary>
    public DataSetForms Forms { get; }

    /// <summary>What is in the tables of its DataSets.</summary>
    public DataSetTables Tables { get; }

    /// <summary>Told of every run that ends.</summary>
    internal List<IRunObserver> Observers { get; } = [];

    /// <summary>Opens the workspace in <paramref name="folder"/>, creating it when there is none.</summary>
    /// <exception cref="TributaryException">The folder cannot be used, or is of a newer version.</exception>
    public static Task<Workspace> OpenAsync(string folder, TimeProvider clock, CancellationToken cancellationToken) => OpenAsync(folder, clock, new WorkspaceOptions(), cancellationToken);

    /// <summary>Opens a workspace with what the program brings along.</summary>
    /// <exception cref="TributaryException">The folder cannot be used, or is of a newer version.</exception>
    public static async Task<Workspace> OpenAsync(string folder, TimeProvider clock, WorkspaceOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(options);
        var full = Path.GetFullPath(folder);
        try
        {
            Backups.CreateFolder(full);
            Directory.CreateDirectory(Path.Combine(full, "staging"));
            StagingFolder.RemoveLeftOvers(Path.Combine(full, "staging"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TributaryException("workspace.cannot_open", Fault.Workspace, $"The workspace folder cannot be used: {full} ({error.Message}). Check that it may be written, or name another with --workspace.", error);
        }

        var opened = options.Engine is null ? StorePlace.EngineOf(full, options.Store, StoreBook.Variable) : options.Engine(full);
        try
        {
            var store = await StoreDatabase.OpenAsync(opened, cancellationToken);
            await SharedKeys.AgreeAsync(store, new SecretBox(Path.Combine(full, "keys")), cancellationToken);
            return new Workspace(full, store, clock, options);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>What details come to while a person types them: problems, dates, partitions, requests, the table. Reads no report; asks for lists of the server once in a few minutes.</summary>
    /// <param name="account">The account's name.</param>
    /// <param name="details">The details as typed.</param>
    /// <param name="name">The DataSet's name as typed; null or empty proposes one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such account.</exception>
    /// <exception cref="TributaryException">The account waits for a person.</exception>
    /// <exception cref="MatomoException">The server did not answer.</exception>
    public Task<DetailsExplanation> ExplainDetailsAsync(string account, DetailsInput details, string? name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(details);
        return _explaining.ExplainAsync(account, details, name, cancellationToken);
    }

    /// <summary>The first rows as they would be stored. Nothing is stored.</summary>
    public async Task<PreviewResult> PreviewAsync(string account, DetailsInput details, int rows, CancellationToken cancellationToken)
    {
        var record = await _accounts.FindAsync(account, cancellationToken);
        var (_, read) = await _reports.ReadDetailsAsync(record, details, cancellationToken);
        var prepared = await _reports.PrepareAsync(record, (await _accounts.ClientAsync(record, cancellationToken)).Urgent, read, null, cancellationToken);
        DataSetEditing.RefuseMissing(prepared);
        var plan = new Planner(_clock).Make(prepared.Reading.Details, prepared.Reading.Report, prepared.Sites, [], new PlanOptions());
        return await new Preview(prepared.Reading).ReadAsync(plan with { Notes = [.. plan.Notes, .. prepared.Notes] }, prepared.Sites.Count, rows, cancellationToken);
    }

    /// <summary>Adds a DataSet. The details are checked, sites included; no report is read yet.</summary>
    /// <exception cref="InputException">Something in it does not hold together; nothing was written.</exception>
    public async Task<DataSet> AddDataSetAsync(NewDataSet dataSet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        var record = await _editing.AddAsync(dataSet, cancellationToken);
        await _scheduler.NoteAsync(record, _clock.GetUtcNow(), cancellationToken);
        return await _views.OfAsync(record, cancellationToken);
    }

    /// <summary>Changes a DataSet, or with <paramref name="dryRun"/> only says what would happen. What somebody else changes at the same time stays changed.</summary>
    /// <exception cref="InputException">Something does not hold together; nothing was written.</exception>
    public Task<DataSetEdit> EditDataSetAsync(string name, DataSetChange change, bool dryRun, CancellationToken cancellationToken) => EditDataSetAsync(name, change, seen: null, dryRun, cancellationToken);

    /// <summary>Changes a DataSet that is still as it was seen, or with <paramref name="dryRun"/> only says what would happen.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="change">What becomes otherwise.</param>
    /// <param name="seen">The definition as it was seen; null takes whatever is stored.</param>
    /// <param name="dryRun">Whether nothing is written.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">Something does not hold together; nothing was written.</exception>
    /// <exception cref="TributaryException"><c>dataset.changed_meanwhile</c>: it is not what was seen any more; nothing was written.</exception>
    public async Task<DataSetEdit> EditDataSetAsync(string name, DataSetChange change, DataSetDefinition? seen, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await EditOnceAsync(name, change, seen, dryRun, cancellationToken);
            }
            catch (TributaryException error) when (error.Code == DataSetStore.ChangedMeanwhile && seen is null && tries < MostEditTries)
            {
                // Made again from what is stored now.
            }
        }
    }

    private async Task<DataSetEdit> EditOnceAsync(string name, DataSetChange change, DataSetDefinition? seen, bool dryRun, CancellationToken cancellationToken)
    {
        var found = await FindDataSetAsync(name, cancellationToken);
        DataSetStore.RefuseChanged(found.Definition, seen ?? found.Definition);
        var (record, consequences) = await _editing.EditAsync(found, change, dryRun, cancellationToken);
        if (!dryRun)
        {
            await _scheduler.NoteAsync(record, _clock.GetUtcNow(), cancellationToken);
        }

        return new DataSetEdit(await _views.OfAsync(record, cancellationToken), consequences);
    }

    /// <summary>Adds a DataSet like another, with a table of its own and no data yet.</summary>
    /// <exception cref="InputException">There is no such DataSet, or the new name is taken.</exception>
    public async Task<DataSet> DuplicateDataSetAsync(string name, string newName, CancellationToken cancellationToken)
    {
        var record = await _editing.DuplicateAsync(await FindDataSetAsync(name, cancellationToken), newName, cancellationToken);
        await _scheduler.NoteAsync(record, _clock.GetUtcNow(), cancellationToken);
        return await _views.OfAsync(record, cancellationToken);
    }

    /// <summary>Brings a table back to how it was after a run, by undoing the runs since.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="runId">The run, or the beginning of its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such run, or more than one.</exception>
    /// <exception cref="TributaryException">A later run is not kept any more, or the DataSet is being updated.</exception>
    public async Task<RunResult> RevertAsync(string name, string runId, CancellationToken cancellationToken)
    {
        var record = await FindDataSetAsync(name, cancellationToken);
        await _dataSetRuns.EndGoneAsync(record.Id, cancellationToken);
        return await new Reverting(_runs.Runs, _moved, _partitions, Destinations, _home).RevertAsync(record, runId, cancellationToken);
    }

    /// <summary>The ids of the runs of a DataSet that can be undone, newest first: a table can be brought back to how it was before each of them.</summary>
    public async Task<IReadOnlyList<string>> ReadKeptRunsAsync(string name, CancellationToken cancellationToken)
    {
        var record = await FindDataSetAsync(name, cancellationToken);
        return await (await Destinations.OfAsync(record.Definition, cancellationToken)).ReadKeptRunsAsync(record.Table, cancellationToken);
    }

    /// <summary>Moves a DataSet to another destination, with its rows, the states of its partitions and its history. Matomo is not read.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="to">The other destination's name.</param>
    /// <param name="keep">Whether its table stays where it was, too.</param>
    /// <param name="progress">Told how many rows are over.</param>
    /// <param name="cancellationToken">Cancels: the DataSet stays where it is.</param>
    /// <exception cref="InputException">There is no such DataSet or destination, or what it needs cannot be had there.</exception>
    /// <exception cref="TributaryException">It could not be moved; it stays where it is.</exception>
    public async Task<DestinationMove> MoveToDestinationAsync(string name, string to, bool keep, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var record = await FindDataSetAsync(name, cancellationToken);
        await _dataSetRuns.EndGoneAsync(record.Id, cancellationToken);
        DestinationMove move;
        try
        {
            move = await _moves.MoveAsync(record, to, keep, progress, cancellationToken);
        }
        catch (InputException error) when (error.Problems is [{ Field: "--destination" } problem])
        {
            // Here the destination has another field.
            throw new InputException("--to", problem.Message) { Missing = error.Missing };
        }

        _mirror.Forget(record.Id);
        return move;
    }

    /// <summary>Reads stored partitions again and compares them with the table, cell by cell. Changes nothing.</summary>
    /// <exception cref="InputException">There is no such DataSet, or nothing is stored.</exception>
    public async Task<VerifyResult> VerifyAsync(string name, VerifyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await new Verifying(_accounts, _reports, Destinations).VerifyAsync(await FindDataSetAsync(name, cancellationToken), request, cancellationToken);
    }

    /// <summary>How the columns of a table came to be, oldest first.</summary>
    public async Task<IReadOnlyList<SchemaVersion>> ReadSchemasAsync(string name, CancellationToken cancellationToken) =>
        await _schemas.ReadAsync((await FindDataSetAsync(name, cancellationToken)).Id, cancellationToken);

    /// <summary>Adds a ready set of DataSets. What the account's server lacks, and what is there already, is left out and told; a name that is taken gets the account's behind it.</summary>
    /// <exception cref="InputException">There is no such set, account or site; nothing was added.</exception>
    public async Task<StarterSetResult> AddStarterSetAsync(NewStarterSet set, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Name != NewStarterSet.Standard)
        {
            throw new InputException("--preset", $"'{set.Name}' is not a ready set. Write {NewStarterSet.Standard}.");
        }

        var catalog = await _reports.CatalogAsync(set.Account, cancellationToken);
        var account = (await _accounts.FindAsync(set.Account, cancellationToken)).Id;
        var (added, skipped) = (new List<DataSet>(), new List<(string, string)>());
        foreach (var one in StarterSet.Reports)
        {
            var report = new[] { one.Details.Report, one.Otherwise }.OfType<string>().FirstOrDefault(r => catalog.Find(r) is { Available: true });
            if (report is null)
            {
                skipped.Add((one.Name, catalog.Find(one.Details.Report!)?.Reason ?? $"The account's Matomo has no {one.Details.Report}."));
                continue;
            }

            var known = await _dataSets.FindAsync(one.Name, cancellationToken);
            var sites = DetailsRules.Read(one.Details with { Report = report, Sites = set.Sites }, catalog.Find(report)!).Sites;
            if (known?.Definition is { } there && there.AccountId == account && there.Details.Report == report && (there.Details.Sites ?? []).ToHashSet().SetEquals(sites ?? []))
            {
                skipped.Add((one.Name, "It is there already, of this account and these sites."));
                continue;
            }

            var name = known is null ? one.Name : $"{one.Name} ({set.Account})";
            if (await _dataSets.FindAsync(name, cancellationToken) is not null)
            {
                skipped.Add((name, "There is a DataSet of that name already."));
                continue;
            }

            try
            {
                added.Add(await AddDataSetAsync(
                    new NewDataSet { Name = name, Account = set.Account, Settings = new DataSetSettings { Description = one.Description, Tags = set.Tags }, Details = one.Details with { Report = report, Sites = set.Sites }, Schedule = set.Schedule },
                    cancellationToken));
            }
            catch (InputException taken) when (taken.Problems is [{ Field: "--table" }])
            {
                skipped.Add((name, taken.Message));
            }
        }

        return new StarterSetResult(added, skipped);
    }

    /// <summary>All DataSets by name.</summary>
    public Task<IReadOnlyList<DataSet>> ListDataSetsAsync(CancellationToken cancellationToken) => _views.ListAsync(cancellationToken);

    /// <summary>A line for each DataSet by name, or for those that stand on an account.</summary>
    public async Task<IReadOnlyList<DataSetLine>> ListDataSetLinesAsync(string? account, CancellationToken cancellationToken) =>
        await _views.LinesAsync(account is null ? null : (await _accounts.FindAsync(account, cancellationToken)).Id, cancellationToken);

    /// <summary>One DataSet.</summary>
    /// <exception cref="InputException">There is no such DataSet; the nearest are named.</exception>
    public async Task<DataSet> GetDataSetAsync(string name, CancellationToken cancellationToken)
    {
        var record = await FindDataSetAsync(name, cancellationToken);
        var listed = await _views.OfAsync(record, cancellationToken);
        var schema = await (await Destinations.OfAsync(record.Definition, cancellationToken)).ReadSchemaAsync(record.Table, cancellationToken);
        return listed with { Columns = schema?.Columns ?? [] };
    }

    /// <summary>The name of the DataSet of a table, which unlike the name never changes; null when there is none.</summary>
    public async Task<string?> FindNameOfTableAsync(string table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        return (await _dataSets.FindByIdOrTableAsync(table.ToLowerInvariant(), cancellationToken))?.Definition.Name;
    }

    /// <summary>Deletes a DataSet, with its table unless <paramref name="keepData"/>. A run of it is asked to stop and waited for.</summary>
    /// <exception cref="TributaryException"><c>run.already_running</c>: a run did not stop in time; nothing was deleted.</exception>
    public async Task DeleteDataSetAsync(string name, bool keepData, CancellationToken cancellationToken)
    {
        var record = await FindDataSetAsync(name, cancellationToken);
        await _deleting.DeleteAsync(record, keepData, cancellationToken);
        _mirror.Forget(record.Id);
    }

    /// <summary>
    /// Runs DataSets: one after another, or, while a worker lives, by the worker, and follows them. Failures are results, not exceptions; cancellation
    /// ends the run whole and returns what is done, with status Cancelled.
    /// </summary>
    public async Task<IReadOnlyList<RunResult>> RunAsync(RunRequest request, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var results = await _dataSetRuns.RunAsync(await ChooseAsync(request, cancellationToken), await OptionsOfAsync(request, cancellationToken), progress, cancellationToken);
        await _alertRounds.GoRoundAsync(cancellationToken);
        return results;
    }

    /// <summary>Whether a worker lives, so that runs are made by it.</summary>
    public Task<bool> HasWorkerAsync(CancellationToken cancellationToken) => _dataSetRuns.HasWorkerAsync(cancellationToken);

    /// <summary>Whether this process makes runs for this workspace: a worker of it has said so within seconds.</summary>
    public Task<bool> HasOwnWorkerAsync(CancellationToken cancellationToken) => _dataSetRuns.HasOwnWorkerAsync(cancellationToken);

    /// <summary>Whether what this workspace encrypts can be read again: its keys are there.</summary>
    /// <exception cref="TributaryException">They are not.</exception>
    public async Task RequireKeysAsync(CancellationToken cancellationToken)
    {
        await Task.Run(_secrets.Require, cancellationToken);
        await _accounts.RequireKeysAsync(cancellationToken);
    }

    /// <summary>Queues what is due and runs what is queued, until cancelled.</summary>
    /// <param name="atOnce">Runs at the same time.</param>
    /// <param name="say">Told in words what happens.</param>
    /// <param name="cancellationToken">Ends it: runs at work are cancelled between two windows and queued again.</param>
    /// <exception cref="TributaryException"><c>workspace.newer_version</c>: another node has a newer program.</exception>
    public async Task WorkAsync(int atOnce, Action<string> say, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _runs.Queue.TakesEmbedded = await _home.IsHereAsync(cancellationToken);
        if (!_runs.Queue.TakesEmbedded && (await _dataSets.ListAsync(cancellationToken)).Count(d => d.Definition.DestinationId is null) is > 0 and var embedded)
        {
            say($"warning: {embedded} {(embedded == 1 ? "DataSet is" : "DataSets are")} written into the embedded data file, which lies in the folder of another node. They are left to it (destination.embedded_one_node).");
        }

        foreach (var zone in (await _scheduler.UnknownZonesAsync(cancellationToken)).GroupBy(u => u.Zone, StringComparer.Ordinal))
        {
            say($"warning: {zone.Count()} {(zone.Count() == 1 ? "schedule is" : "schedules are")} not kept here, the first that of '{zone.First().DataSet}'. {TimeZoneNames.UnknownHere(zone.Key)}");
        }

        async Task MakeRunsAsync()
        {
            try
            {
                await _dataSetRuns.WorkAsync(atOnce, say, cancellationToken);
            }
            finally
            {
                await ended.CancelAsync();
            }
        }

        await Task.WhenAll(MakeRunsAsync(), _alertRounds.WorkAsync(say, ended.Token), Runs.WorkAsync(say, ended.Token));
    }

    /// <summary>Asks the running run of a DataSet to stop, and takes its queued ones off the queue. Returns how many there were of each.</summary>
    public async Task<(int Running, int Queued)> StopAsync(string name, CancellationToken cancellationToken) =>
        await _dataSetRuns.StopAsync((await FindDataSetAsync(name, cancellationToken)).Id, cancellationToken);

    /// <summary>The runs of a DataSet, newest first.</summary>
    public async Task<RunHistory> ReadHistoryAsync(string name, CancellationToken cancellationToken) =>
        await _dataSetRuns.ReadHistoryAsync(await FindDataSetAsync(name, cancellationToken), cancellationToken);

    /// <summary>The log of a run.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="runId">The run, or the begin of its id; null for the last that is not waiting.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such run.</exception>
    public async Task<RunLog> ReadLogAsync(string name, string? runId, CancellationToken cancellationToken) =>
        await _dataSetRuns.ReadLogAsync(await FindDataSetAsync(name, cancellationToken), runId, cancellationToken);

    /// <summary>What runs would ask for, per DataSet by name. Nothing is read but sites.</summary>
    public async Task<IReadOnlyDictionary<string, PlanSummary>> PlanAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var plans = new Dictionary<string, PlanSummary>(StringComparer.Ordinal);
        var since = _clock.GetUtcNow();
        foreach (var record in await ChooseAsync(request, cancellationToken))
        {
            var account = await _accounts.OfDataSetAsync(record.Definition, cancellationToken);
            var prepared = await _reports.PrepareAsync(account, (await _accounts.ClientAsync(account, cancellationToken)).Urgent, record.Definition.Details, since, cancellationToken);
            var plan = new Planner(_clock).Make(prepared.Reading.Details, prepared.Reading.Report, prepared.Sites, await _partitions.ReadAsync(record.Id, cancellationToken), await DataSetUpdate.PlanAsync(record, await OptionsOfAsync(request, cancellationToken), _chains, _clock, cancellationToken));
            var seconds = await _runs.History.SecondsAPartitionAsync(record.Id, cancellationToken);
            var pace = await _paces.OfAsync(account.Id, ReportRequests.PaceKey(prepared.Reading, plan), cancellationToken);
            var summary = plan.Summarize(prepared.Sites.Count, prepared.Reading.LeastRequests, pace.ExpectedOf);
            plans[record.Definition.Name] = summary with
            {
                Estimate = seconds is { } each ? TimeSpan.FromSeconds(each * plan.Partitions / Math.Clamp(summary.Requests, 1, AccountConnections.SettingsOf(account).ParallelRequests)) : null,
            };
        }

        return plans;
    }

    /// <summary>The state of every stored partition.</summary>
    public async Task<IReadOnlyList<PartitionRecord>> ReadPartitionsAsync(string name, CancellationToken cancellationToken) =>
        await _partitions.ReadAsync((await FindDataSetAsync(name, cancellationToken)).Id, cancellationToken);

    /// <summary>What is another text whenever the rows of a DataSet are others.</summary>
    public async Task<string> ReadRowsVersionAsync(string name, CancellationToken cancellationToken) =>
        (await _partitions.VersionAsync((await FindDataSetAsync(name, cancellationToken)).Id, cancellationToken)).Version;

    /// <summary>The formats that rows can be exported as.</summary>
    public static IReadOnlyList<string> ExportFormats { get; } = [.. Enum.GetNames<ExportFormat>().Select(f => f.ToLowerInvariant())];

    /// <summary>Writes a DataSet's rows.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="format">One of <see cref="ExportFormats"/>.</param>
    /// <param name="options">Which rows, and whether texts that look like formulas are guarded.</param>
    /// <param name="output">Where the bytes go; none go before all are made.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such DataSet or format, or it has no data, or more rows than the format holds.</exception>
    public async Task ExportAsync(string name, string format, ExportOptions options, Stream output, CancellationToken cancellationToken)
    {
        var record = await FindDataSetAsync(name, cancellationToken);
        if (!ExportFormats.Contains(format, StringComparer.OrdinalIgnoreCase))
        {
            throw new InputException("--format", $"'{format}' is not one of {string.Join(", ", ExportFormats)}.{NearestName.Hint(format, ExportFormats)}");
        }

        var table = await _mirror.OfAsync(record, cancellationToken);
        if (await table.ReadSchemaAsync(record.Table, cancellationToken) is not { } schema)
        {
            throw new InputException("NAME", $"'{record.Definition.Name}' has no data yet. Run it first: tributary dataset run {ShellWord.Of(record.Definition.Name)}");
        }

        if (options.Columns.Where(c => schema.Find(c) is null).ToList() is [var unknown, ..])
        {
            throw new InputException("--columns", $"There is no column '{unknown}'.{NearestName.Hint(unknown, schema.Columns.Select(c => c.Name))}");
        }

        await table.ExportAsync(record.Table, Enum.Parse<ExportFormat>(format, ignoreCase: true), output, options, cancellationToken);
    }

    /// <summary>Runs a person's SQL over all tables, without access to files or network. Reading only.</summary>
    public Task<QueryResult> QueryAsync(string sql, CancellationToken cancellationToken) => _embedded.QueryAsync(sql, cancellationToken);

    /// <summary>Runs a person's SQL within limits: <see cref="QueryLimits.Screen"/> suits a page.</summary>
    /// <exception cref="TributaryException"><c>query.sql</c>: it cannot be run; <c>query.too_long</c>: it took longer than the limit.</exception>
    public Task<QueryResult> QueryAsync(string sql, QueryLimits limits, CancellationToken cancellationToken) => _embedded.QueryAsync(sql, limits, cancellationToken);

    /// <summary>Writes the answer of a query as an Excel workbook.</summary>
    /// <exception cref="InputException">It has more rows than a sheet holds.</exception>
    public static Task WriteWorkbookAsync(QueryResult answer, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return DuckDbXlsx.WriteAsync(answer, output, cancellationToken);
    }

    /// <summary>Gives space that replaced rows left behind back to the disk.</summary>
    /// <returns>The data file's bytes before and after; zero when there is none.</returns>
    public Task<(long Before, long After)> CompactAsync(CancellationToken cancellationToken) => _embedded.CompactAsync(cancellationToken);

    /// <summary>Copies the workspace into a new folder while everything runs. Opened as a workspace it is as this one was at one moment.</summary>
    /// <param name="folder">A folder that does not exist yet.</param>
    /// <param name="withKeys">Whether the keys that open tokens go with it.</param>
    /// <param name="cancellationToken">Cancels; nothing is left then.</param>
    /// <exception cref="InputException">The folder is there already.</exception>
    /// <exception cref="TributaryException">It could not be written.</exception>
    public Task<BackupResult> BackUpAsync(string folder, bool withKeys, CancellationToken cancellationToken) => _backups.MakeAsync(folder, withKeys, cancellationToken);

    /// <summary>Brings the workspace to what a file says, or with <see cref="FileRequest.DryRun"/> only says what would change. Everything is checked before anything is written.</summary>
    /// <exception cref="InputException">The file does not hold together: every problem with its line; nothing was written.</exception>
    /// <exception cref="TributaryException">An account of the file does not answer; nothing was written.</exception>
    public Task<FileResult> ApplyFileAsync(FileRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _files.ApplyAsync(request, cancellationToken);
    }

    /// <summary>The workspace as a file that <see cref="ApplyFileAsync"/> takes. Secrets are named by environment variables and never part of it.</summary>
    public Task<FileExport> ExportFileAsync(CancellationToken cancellationToken) => _files.ExportAsync(cancellationToken);

    /// <summary>The JSON schema of the file, by which editors complete and check it.</summary>
    public static string FileSchemaText => FileSchema.Text;

    /// <summary>The zone of schedules that name none.</summary>
    public async Task<string> GetTimeZoneAsync(CancellationToken cancellationToken) => await _settings.GetAsync(SettingStore.TimeZone, cancellationToken) ?? "UTC";

    /// <summary>Sets the zone of schedules that name none.</summary>
    /// <exception cref="InputException">There is no such zone; the nearest are named.</exception>
    public Task SetTimeZoneAsync(string zone, CancellationToken cancellationToken) =>
        _settings.SetAsync(SettingStore.TimeZone, ScheduleRules.ReadZone("--time-zone", zone), cancellationToken);

    /// <summary>Sets the time zone and for how many days runs are kept; null leaves one as it is.</summary>
    /// <exception cref="InputException">One of them does not do; none was set.</exception>
    public async Task SetSettingsAsync(string? zone, int? keepRunDays, CancellationToken cancellationToken)
    {
        var read = zone is null ? null : ScheduleRules.ReadZone("--time-zone", zone);
        if (keepRunDays is { } days)
        {
            await Runs.SetKeepDaysAsync(days, cancellationToken);
        }

        if (read is not null)
        {
            await _settings.SetAsync(SettingStore.TimeZone, read, cancellationToken);
        }
    }

    /// <summary>What a schedule that a person types would mean.</summary>
    /// <exception cref="InputException">Something in it does not hold together.</exception>
    public async Task<ScheduleExplanation> ExplainScheduleAsync(ScheduleInput typed, CancellationToken cancellationToken) =>
        _views.Explain(ScheduleRules.Read(typed, new ScheduleSettings()), await GetTimeZoneAsync(cancellationToken));

    /// <summary>The code of docs/errors.md that stands for what went wrong with a Matomo.</summary>
    public static string CodeOf(MatomoException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return RunErrors.CodeOf(error.Kind);
    }

    /// <summary>Looks at everything that can be wrong with the workspace.</summary>
    public Task<IReadOnlyList<Finding>> DiagnoseAsync(CancellationToken cancellationToken) =>
        new Doctor(Folder, _accountStore, _accounts, _alertStore, _dataSets, _partitions, Destinations, _runs, _scheduler, _embedded).ExamineAsync(cancellationToken);

    /// <summary>Lets the files go.</summary>
    public ValueTask DisposeAsync()
    {
        _permits?.Dispose();
        _accounts.Dispose();
        _reports.Dispose();
        _alertSender.Dispose();
        _store.Engine.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<PlanOptions> OptionsOfAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var hours = request.QuietHours is { } typed ? ScheduleRules.ReadHours("--quiet-hours", typed) : null;
        return new PlanOptions(request.From, request.To, request.Full) { Quiet = hours is null ? null : new QuietHours(hours, await GetTimeZoneAsync(cancellationToken)) };
    }

    private async Task<DataSetRecord> FindDataSetAsync(string name, CancellationToken cancellationToken)
    {
        if ((await _dataSets.FindAsync(name, cancellationToken) ?? await _dataSets.FindByIdOrTableAsync(name, cancellationToken)) is { } record)
        {
            return record;
        }

        var names = (await _dataSets.ListAsync(cancellationToken)).ConvertAll(d => d.Definition.Name);
        throw new InputException("NAME", names.Count == 0
            ? $"There is no DataSet '{name}': the workspace has none yet. Add one with: tributary dataset add NAME --account A --report REPORT"
            : $"There is no DataSet '{name}'.{NearestName.Hint(name, names)} The list: tributary dataset list")
        { Missing = name };
    }

    private async Task<IReadOnlyList<DataSetRecord>> ChooseAsync(RunRequest request, CancellationToken cancellationToken)
    {
        if (request.All || request.Tag is not null)
        {
            var all = await _dataSets.ListAsync(cancellationToken);
            return request.Tag is null ? all : [.. all.Where(d => d.Definition.Tags.Contains(request.Tag, StringComparer.OrdinalIgnoreCase))];
        }

        if (request.Names.Count == 0)
        {
            throw new InputException("NAME", "Say which DataSets to run: names, --tag TAG or --all.");
        }

        if (request.From > request.To)
        {
            throw new InputException("--from", "The first day is after the last. Swap --from and --to.");
        }

        // All names are looked up before the first run starts: a typo in the last one must not be told after an hour.
        var chosen = new List<DataSetRecord>();
        foreach (var name in request.Names)
        {
            chosen.Add(await FindDataSetAsync(name, cancellationToken));
        }

        // One may be named twice, or in two ways.
        chosen = [.. chosen.DistinctBy(d => d.Id)];
        if (request.From is not null && chosen.Find(d => d.Definition.Update == UpdateMethod.Replace) is { } replaced)
        {
            throw new InputException("--from", $"'{replaced.Definition.Name}' is replaced whole at every run: a backfill would leave only its own dates. Change the DataSet's dates instead: tributary dataset edit {ShellWord.Of(replaced.Definition.Name)} --start DATE --end-days-back 1");
        }

        return chosen;
    }
}
