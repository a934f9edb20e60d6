using System.Globalization;
using Tributary.Alerts;
using Tributary.Model;
using Tributary.Store;
using Tributary.Tests.Store;

namespace Tributary.Tests.Alerts;

/// <summary>Which ends of runs become which messages, and how often.</summary>
public abstract class RunAlertsTests(StoreKind storeKind)
{
    private static readonly RunError Broken = new("matomo.timeout", "The server stayed silent. Ask for fewer days.", Fault.Source);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_is_told_once_until_it_is_over_and_then_the_recovery()
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("All");

        await post.EndAsync(RunStatus.Failed, Broken);
        await post.EndAsync(RunStatus.Failed, Broken);
        await post.EndAsync(RunStatus.Succeeded);
        await post.EndAsync(RunStatus.Succeeded);
        await post.EndAsync(RunStatus.Partial, Broken);

        Assert.Equal(["Failed", "Recovered", "Failed"], await post.TakeAsync(m => m.Event.ToString()));
    }

    [Fact]
    public async Task A_message_says_which_DataSet_what_happened_whose_side_and_when()
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("All");

        await post.EndAsync(RunStatus.Failed, Broken);

        var message = Assert.Single(await post.TakeAsync(m => m));
        Assert.Equal(("ページ Pages", RunStatus.Failed, "matomo.timeout", Fault.Source, "run-1"), (message.DataSet, message.Status, message.Code, message.Fault, message.RunId));
        Assert.Contains("'ページ Pages' could not be updated. The server stayed silent. Ask for fewer days.", message.Message, StringComparison.Ordinal);
        Assert.Equal(post.Store.Clock.GetUtcNow(), message.At);
    }

    [Fact]
    public async Task A_failure_that_is_tried_again_is_not_told_yet()
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("All");

        await post.EndAsync(RunStatus.Failed, Broken, isFinal: false);
        Assert.Empty(await post.TakeAsync(m => m));

        await post.EndAsync(RunStatus.Failed, Broken);
        Assert.Single(await post.TakeAsync(m => m));
    }

    [Theory]
    [InlineData(RunStatus.Cancelled)]
    [InlineData(RunStatus.Skipped)]
    public async Task A_run_that_did_nothing_tells_nothing_and_ends_nothing(RunStatus status)
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("All");
        await post.EndAsync(RunStatus.Failed, Broken);

        await post.EndAsync(status);
        await post.EndAsync(RunStatus.Failed, Broken);

        Assert.Single(await post.TakeAsync(m => m));
    }

    [Theory]
    [InlineData("drift.columns", AlertEvent.Drift)]
    [InlineData("rows.zero", AlertEvent.Zero)]
    [InlineData("totals.differ", AlertEvent.Totals)]
    public async Task A_warning_is_told_until_a_run_without_it(string code, AlertEvent kind)
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("All");
        RunWarning[] warnings = [new(code, "Look here."), new(code, "And here."), new("rows.others", "Others.")];

        await post.EndAsync(RunStatus.SucceededWithWarnings, warnings: warnings);
        await post.EndAsync(RunStatus.SucceededWithWarnings, warnings: warnings);
        await post.EndAsync(RunStatus.Failed, Broken);
        await post.EndAsync(RunStatus.SucceededWithWarnings, warnings: warnings);
        Assert.Equal([(kind, code, "'ページ Pages': Look here. (1 more of the kind in this run.)")], await post.TakeAsync(m => (m.Event, m.Code!, m.Message), m => m.Event == kind));

        await post.EndAsync(RunStatus.Succeeded);
        await post.EndAsync(RunStatus.SucceededWithWarnings, warnings: warnings);
        Assert.Equal([kind, kind], await post.TakeAsync(m => m.Event, m => m.Event == kind));
    }

    [Fact]
    public async Task Drift_that_stopped_a_run_is_told_as_drift_and_as_failure()
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("All");

        await post.EndAsync(RunStatus.Failed, new RunError("drift.stopped", "The columns changed.", Fault.Setup));

        Assert.Equal(["Drift", "Failed"], (await post.TakeAsync(m => m.Event.ToString())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Only_those_are_told_who_asked_for_the_event_and_the_DataSet()
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("Other DataSet", new AlertDefinition { Name = "", Kind = AlertKind.Webhook, Events = [AlertEvent.Failed], DataSets = ["another"] });
        await post.AddAlertAsync("Other tag", new AlertDefinition { Name = "", Kind = AlertKind.Webhook, Events = [AlertEvent.Failed], Tags = ["shop"] });
        await post.AddAlertAsync("Other event", new AlertDefinition { Name = "", Kind = AlertKind.Webhook, Events = [AlertEvent.Late], All = true });
        await post.AddAlertAsync("By id", new AlertDefinition { Name = "", Kind = AlertKind.Webhook, Events = [AlertEvent.Failed], DataSets = [post.DataSet.Id] });
        await post.AddAlertAsync("By tag", new AlertDefinition { Name = "", Kind = AlertKind.Webhook, Events = [AlertEvent.Failed, AlertEvent.Recovered], Tags = ["WEB"] });

        await post.EndAsync(RunStatus.Failed, Broken);
        await post.EndAsync(RunStatus.Succeeded);

        Assert.Equal(["By id", "By tag", "By tag"], (await post.AlertsOfMessagesAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_DataSet_whose_alerts_are_off_is_told_of_by_none()
    {
        await using var post = await Post.OpenAsync(storeKind);
        var (id, definition) = (post.DataSet.Id, post.DataSet.Definition);
        var all = new AlertDefinition { Name = "", Kind = AlertKind.Webhook, Events = [AlertEvent.Failed], All = true };
        var named = all with { All = false, DataSets = [id] };

        Assert.True(all.Means(id, definition));
        Assert.All([all, named], a => Assert.False(a.Means(id, definition with { Alerts = false })));
    }

    [Fact]
    public async Task Who_only_wants_recoveries_hears_of_them()
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("Recovered", new AlertDefinition { Name = "", Kind = AlertKind.Webhook, Events = [AlertEvent.Recovered], All = true });

        await post.EndAsync(RunStatus.Failed, Broken);
        await post.EndAsync(RunStatus.Succeeded);

        Assert.Equal([AlertEvent.Recovered], await post.TakeAsync(m => m.Event));
    }

    [Fact]
    public async Task An_alert_added_while_a_DataSet_fails_hears_of_it()
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.EndAsync(RunStatus.Failed, Broken);

        await post.AddAlertAsync("All");
        await post.EndAsync(RunStatus.Failed, Broken);

        Assert.Single(await post.TakeAsync(m => m));
    }

    [Fact]
    public async Task A_DataSet_that_is_not_updated_in_time_is_told_once_and_so_is_its_next_update()
    {
        await using var post = await Post.OpenAsync(storeKind, TimeSpan.FromHours(26));
        await post.AddAlertAsync("All");
        await post.RecordRunAsync(RunStatus.Succeeded);

        post.Store.Clock.Advance(TimeSpan.FromHours(26));
        await post.Alerts.LateAsync(post.Store.Clock.GetUtcNow(), Stop);
        Assert.Empty(await post.TakeAsync(m => m));

        post.Store.Clock.Advance(TimeSpan.FromMinutes(1));
        await post.RecordRunAsync(RunStatus.Failed);
        await post.Alerts.LateAsync(post.Store.Clock.GetUtcNow(), Stop);
        await post.Alerts.LateAsync(post.Store.Clock.GetUtcNow(), Stop);
        await post.EndAsync(RunStatus.Succeeded);

        var messages = await post.TakeAsync(m => m);
        Assert.Equal([AlertEvent.Late, AlertEvent.Recovered], messages.Select(m => m.Event));
        Assert.Contains("expected every 26 h", messages[0].Message, StringComparison.Ordinal);
        Assert.Equal("run.late", messages[0].Code);
    }

    [Fact]
    public async Task A_revert_is_no_update_and_neither_puts_off_lateness_nor_hides_a_failure()
    {
        await using var post = await Post.OpenAsync(storeKind, TimeSpan.FromHours(26));
        await post.AddAlertAsync("All");
        var runs = new RunStores(post.Store.Database, post.Store.Clock);
        await post.RecordRunAsync(RunStatus.Succeeded);
        var updated = post.Store.Clock.GetUtcNow();
        var failed = (await runs.Runs.BeginAsync(post.DataSet.Id, RunTriggers.Manual, Stop))!;
        var day = new DateOnly(2026, 5, 1);
        await runs.Runs.AddWindowAsync(failed, new RunWindow("w", 3, day, day, [], 1, 0, TimeSpan.Zero, Broken), Stop);
        await runs.Runs.EndAsync(new RunResult { DataSet = "", RunId = failed, Status = RunStatus.Failed, Error = Broken }, Stop);

        post.Store.Clock.Advance(TimeSpan.FromHours(20));
        var revert = (await runs.Runs.BeginAsync(post.DataSet.Id, RunTriggers.Revert, Stop))!;
        await runs.Runs.EndAsync(new RunResult { DataSet = "", RunId = revert, Status = RunStatus.Succeeded }, Stop);
        post.Store.Clock.Advance(TimeSpan.FromHours(7));
        await post.Alerts.LateAsync(post.Store.Clock.GetUtcNow(), Stop);

        Assert.Equal([AlertEvent.Late], await post.TakeAsync(m => m.Event));
        Assert.Equal(updated, (await post.AlertStore.UpdatedAtAsync(Stop))[post.DataSet.Id]);
        Assert.Equal(failed, (await runs.Runs.LastAsync(null, Stop))[post.DataSet.Id].Result.RunId);
        Assert.Equal("matomo.timeout", Assert.Single(await runs.History.FailedWindowsAsync(post.DataSet.Id, Stop)).Code);
    }

    [Fact]
    public async Task A_DataSet_that_never_ran_is_late_from_when_it_was_made()
    {
        await using var post = await Post.OpenAsync(storeKind, TimeSpan.FromHours(1));
        await post.AddAlertAsync("All");

        post.Store.Clock.Advance(TimeSpan.FromHours(2));
        await post.Alerts.LateAsync(post.Store.Clock.GetUtcNow(), Stop);

        Assert.Equal([AlertEvent.Late], await post.TakeAsync(m => m.Event));
    }

    [Fact]
    public async Task Two_processes_that_hear_of_the_same_failure_tell_it_once()
    {
        await using var post = await Post.OpenAsync(storeKind);
        await post.AddAlertAsync("All");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => post.EndAsync(RunStatus.Failed, Broken)));

        Assert.Single(await post.TakeAsync(m => m));
    }

    /// <summary>A store with one DataSet, whose messages are read as they lie in the post.</summary>
    private sealed class Post : IAsyncDisposable
    {
        private int _runs;

        private Post(StoreFixture store, DataSetRecord dataSet)
        {
            Store = store;
            DataSet = dataSet;
            AlertStore = new AlertStore(store.Database, store.Clock);
            Alerts = new RunAlerts(AlertStore, store.DataSets, "/workspace", store.Clock);
        }

        public StoreFixture Store { get; }

        public DataSetRecord DataSet { get; }

        public AlertStore AlertStore { get; }

        public RunAlerts Alerts { get; }

        public static async Task<Post> OpenAsync(StoreKind kind, TimeSpan? expectEvery = null)
        {
            var store = await StoreFixture.OpenAsync(kind);
            return new Post(store, await store.DataSets.AddAsync(StoreFixture.Definition("ページ Pages") with { Tags = ["web"], ExpectEvery = expectEvery }, null, Stop));
        }

        public Task AddAlertAsync(string name, AlertDefinition? definition = null) => AlertStore.AddAsync(
            (definition ?? new AlertDefinition { Name = "", Kind = AlertKind.Webhook, Events = Enum.GetValues<AlertEvent>(), All = true }) with { Name = name }, null, Stop);

        public Task EndAsync(RunStatus status, RunError? error = null, bool isFinal = true, RunWarning[]? warnings = null) => Alerts.EndedAsync(
            DataSet, new RunResult { DataSet = DataSet.Definition.Name, RunId = string.Create(CultureInfo.InvariantCulture, $"run-{++_runs}"), Status = status, Error = error, Warnings = warnings ?? [] }, isFinal, "schedule", Stop);

        public Task RecordRunAsync(RunStatus status) => Store.Database.ExecuteAsync(
            "INSERT INTO runs (id, dataset_id, status, trigger, started_at, ended_at) VALUES (@id, @dataset, @status, 'manual', @now, @now)",
            [("id", Guid.NewGuid().ToString()), ("dataset", DataSet.Id), ("status", RunStore.StatusName(status)), ("now", Store.Clock.GetUtcNow().ToMicroseconds())],
            Stop);

        public async Task<IReadOnlyList<T>> TakeAsync<T>(Func<AlertMessage, T> select, Func<AlertMessage, bool>? where = null) =>
            [.. (await Store.Database.ReadAsync("SELECT message FROM alert_messages ORDER BY rowid", [], r => StoreJson.Read<AlertMessage>(r.GetString(0)), Stop)).Where(where ?? (_ => true)).Select(select)];

        public Task<List<string>> AlertsOfMessagesAsync() =>
            Store.Database.ReadAsync("SELECT a.name FROM alert_messages m JOIN alerts a ON a.id = m.alert_id", [], r => r.GetString(0), Stop);

        public ValueTask DisposeAsync()
        {
            Store.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

public sealed class RunAlertsOnSqliteTests() : RunAlertsTests(StoreKind.Sqlite);

public sealed class RunAlertsOnPostgreSqlTests() : RunAlertsTests(StoreKind.PostgreSql);
