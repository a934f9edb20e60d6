using System.Diagnostics;
using System.Globalization;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Crash;

/// <summary>
/// Kills runs and looks at what they leave. A workspace that was read once is copied; a process runs its DataSet again over numbers that have changed, and is killed;
/// the table must be as before or after each commit; then a second run must leave what an undisturbed run leaves.
/// </summary>
internal sealed class CrashTrials : IAsyncDisposable
{
    private const string Name = "Pages";

    private readonly TemporaryFolder _folder = new();
    private readonly CrashServer _server = new();
    private readonly Dictionary<UpdateMethod, (string Folder, string RunId)> _templates = [];
    private readonly Dictionary<UpdateMethod, (TimeSpan Preparing, TimeSpan Reading)> _times = [];
    private int _trials;

    /// <summary>Trials so far, by phase or point.</summary>
    public SortedDictionary<string, int> Histogram { get; } = new(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Kills a run at a point.</summary>
    public async Task AtAsync(UpdateMethod update, CrashPoint point, int number, CancellationToken cancellationToken)
    {
        var onServer = point is CrashPoint.Reading or CrashPoint.Staging;
        var trial = await CopyAsync(update, cancellationToken);
        using var child = Child.Start("Tributary.Tests", "crash", trial, Name, onServer ? "" : point.ToString(), number.ToString(CultureInfo.InvariantCulture));
        await child.ReadLineAsync(cancellationToken);
        _server.Begin();
        _server.Stop = onServer ? (point, number) : null;
        child.Say("go");
        var reached = onServer ? _server.Stopped.Task : ReadUntilHereAsync(child, cancellationToken);
        await reached.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
        await child.KillAsync(cancellationToken);
        _server.Stop = null;
        Count($"{update} {point}");
        await LookAsync(update, trial, $"{update} killed at {point}, {number}", cancellationToken);
    }

    /// <summary>Kills a run at some time: while it prepares, or, nine times of ten, somewhere between its first request for rows and its end.</summary>
    /// <param name="update">The update method.</param>
    /// <param name="random">When.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task AtSomeTimeAsync(UpdateMethod update, Random random, CancellationToken cancellationToken)
    {
        var (prepares, isEarly, at) = (await TimesAsync(update, cancellationToken), random.Next(10) == 0, random.NextDouble());
        var trial = await CopyAsync(update, cancellationToken);
        var run = new WatchedRun(_server);
        using var child = Child.Start("Tributary.Tests", "crash", trial, Name, "", "0");
        await child.ReadLineAsync(cancellationToken);
        var listening = run.ListenAsync(child, cancellationToken);
        child.Say("go");
        if (!isEarly)
        {
            await Task.WhenAny(listening, run.Reads);
        }

        await Task.WhenAny(listening, Task.Delay((isEarly ? prepares.Preparing : prepares.Reading) * at, TimeProvider.System, cancellationToken));
        var met = run.Phase;
        await child.KillUnheardAsync(cancellationToken);
        await listening;
        Count(met);
        await LookAsync(update, trial, $"{update} killed after {at:0.000} of its {(isEarly ? "preparing" : "reading")}, {met}", cancellationToken);
    }

    private async Task<(TimeSpan Preparing, TimeSpan Reading)> TimesAsync(UpdateMethod update, CancellationToken cancellationToken)
    {
        if (_times.TryGetValue(update, out var known))
        {
            return known;
        }

        var run = new WatchedRun(_server);
        using var child = Child.Start("Tributary.Tests", "crash", await CopyAsync(update, cancellationToken), Name, "", "0");
        await child.ReadLineAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var listening = run.ListenAsync(child, cancellationToken);
        child.Say("go");
        await Task.WhenAny(listening, run.Reads);
        var prepared = Stopwatch.GetElapsedTime(started);
        await listening;
        return _times[update] = (prepared, Stopwatch.GetElapsedTime(started) - prepared);
    }

    private static async Task ReadUntilHereAsync(Child child, CancellationToken cancellationToken)
    {
        while (await child.ReadLineAsync(cancellationToken) is { } line && line != "here")
        {
        }
    }

    private void Count(string what) => Histogram[what] = Histogram.GetValueOrDefault(what) + 1;

    /// <summary>A copy of a workspace that was read once, and a server whose numbers have changed since.</summary>
    private async Task<string> CopyAsync(UpdateMethod update, CancellationToken cancellationToken)
    {
        if (!_templates.TryGetValue(update, out var template))
        {
            template.Folder = _folder.File($"template-{update}");
            _server.Generation = 1;
            await using var workspace = await Workspace.OpenAsync(template.Folder, TimeProvider.System, cancellationToken);
            await workspace.Accounts.AddAsync(new NewAccount { Name = "Main", Url = _server.Address.ToString(), Token = new AccessToken(CanaryToken.Value) }, cancellationToken);
            await workspace.AddDataSetAsync(
                new NewDataSet
                {
                    Name = Name,
                    Account = "Main",
                    Details = new DetailsInput { Report = "Actions.getPageTitles", Start = CrashServer.FirstDay, End = CrashServer.LastDay },
                    Settings = new DataSetSettings { Update = update, TotalsCheck = false },
                },
                cancellationToken);
            var run = Assert.Single(await workspace.RunAsync(new RunRequest { Names = [Name] }, null, cancellationToken));
            Assert.Equal((RunStatus.Succeeded, 12), (run.Status, run.Partitions));
            template.RunId = run.RunId;
            _templates[update] = template;
        }

        _server.Generation = 2;
        var trial = _folder.File($"trial-{++_trials}");
        foreach (var file in Directory.EnumerateFiles(template.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(trial, Path.GetRelativePath(template.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return trial;
    }

    private async Task LookAsync(UpdateMethod update, string trial, string what, CancellationToken cancellationToken)
    {
        await using (var workspace = await Workspace.OpenAsync(trial, TimeProvider.System, cancellationToken))
        {
            var after = await RowsAsync(workspace, cancellationToken);
            List<int> done = [.. Sites.Where(s => Same(after, s, Expected(update, s, both: true)))];
            Assert.True(Sites.Except(done).All(s => Same(after, s, Expected(update, s, both: false))), $"{what}: a table between two states");
            Assert.True(update != UpdateMethod.Replace || done.Count is 0 or 3, $"{what}: {done.Count} of 3 sites replaced");

            // A run that came to its end is not gone on with: the next one appends again.
            var hadEnded = (await workspace.ReadHistoryAsync(Name, cancellationToken)).Runs[0].Status == RunStatus.Succeeded && done.Count == Sites.Length;
            var run = Assert.Single(await workspace.RunAsync(new RunRequest { Names = [Name], Full = true }, null, cancellationToken));
            Assert.True(run.Status == RunStatus.Succeeded, $"{what}: then {run.Status}, {run.Error}");
            var final = await RowsAsync(workspace, cancellationToken);
            Assert.True(Sites.All(s => Same(final, s, hadEnded && update == UpdateMethod.Append ? [.. Expected(update, s, both: true).Concat(CrashServer.Rows(s, 2)).Order()] : Expected(update, s, both: true))), $"{what}: the second run left another table than an undisturbed one");
            var stored = (await workspace.ReadPartitionsAsync(Name, cancellationToken)).Sum(p => p.Rows);
            Assert.True(stored == final.Sum(r => r.Value.Count), $"{what}: states of {stored} rows, {final.Sum(r => r.Value.Count)} stored");
            if (update is UpdateMethod.Partition or UpdateMethod.Replace)
            {
                await workspace.RevertAsync(Name, _templates[update].RunId, cancellationToken);
                var reverted = await RowsAsync(workspace, cancellationToken);
                Assert.True(Sites.All(s => Same(reverted, s, Expected(update, s, both: false))), $"{what}: reverting did not bring the first table back");
            }
        }

        Directory.Delete(trial, recursive: true);
    }

    private static int[] Sites => [1, 2, 3];

    /// <summary>The rows of a site before the run that is killed, or with it.</summary>
    private static List<(DateOnly, string, long)> Expected(UpdateMethod update, int site, bool both)
    {
        var (old, now) = (CrashServer.Rows(site, 1), CrashServer.Rows(site, 2));
        return [.. (!both ? old : update switch
        {
            UpdateMethod.Append => old.Concat(now),
            UpdateMethod.Merge => now.Concat(old.Where(r => r.Label == "page 0")),
            _ => now,
        }).Order()];
    }

    private static bool Same(Dictionary<int, List<(DateOnly, string, long)>> rows, int site, List<(DateOnly, string, long)> expected) =>
        rows.TryGetValue(site, out var found) && found.SequenceEqual(expected);

    private static async Task<Dictionary<int, List<(DateOnly, string, long)>>> RowsAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        await using var result = await workspace.QueryAsync("SELECT site_id, period_start, label, nb_visits FROM pages", cancellationToken);
        var rows = await result.Rows.ToListAsync(cancellationToken);
        return rows.GroupBy(r => (int)(long)r[0]!).ToDictionary(g => g.Key, g => g.Select(r => ((DateOnly)r[1]!, (string)r[2]!, (long)r[3]!)).Order().ToList());
    }

    /// <summary>A slow run, and how far it is by what its process says and its server is asked.</summary>
    private sealed class WatchedRun
    {
        private readonly TaskCompletionSource _reads = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CrashServer _server;

        public WatchedRun(CrashServer server)
        {
            _server = server;
            server.Begin();
            server.Reached = point =>
            {
                Phase = point.ToString();
                _reads.TrySetResult();
            };
        }

        public string Phase { get; private set; } = "Preparing";

        /// <summary>Completed by the first request for rows.</summary>
        public Task Reads => _reads.Task;

        /// <summary>Hears the process to its end.</summary>
        public async Task ListenAsync(Child child, CancellationToken cancellationToken)
        {
            while (await child.ReadLineAsync(cancellationToken) is { } line && line != "ended")
            {
                Phase = line;
            }

            _server.Reached = null;
        }
    }
}
