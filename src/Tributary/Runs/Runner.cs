using System.Globalization;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>One run of one DataSet over a plan: read → shape → stage → check → commit, window by window, several windows at once.</summary>
internal sealed class Runner(
    DataSetDefinition definition,
    string table,
    ReportReading reading,
    IDestination destination,
    Planner planner,
    DayTotals? totals,
    Drift drift,
    ReportPace pace,
    int parallel,
    Func<CancellationToken, Task>? confirm = null) : IDisposable
{
    private readonly TimeProvider _clock = reading.Clock;
    private readonly TableWriter _writer = new(definition, table, reading, destination, drift, confirm ?? (_ => Task.CompletedTask));
    private readonly Lock _gate = new();
    private readonly RunTally _tally = new(reading.Report, Check.LevelOf(definition, Check.Others));
    private readonly List<(Window Window, RunWindow Outcome)> _gathered = [];
    private readonly List<PartitionRecord> _kept = [];
    private readonly HashSet<PartitionKey> _stored = [];
    private readonly List<ReadWindow> _waiting = [];
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<int>> _refused = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _firstRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WindowQueue _queue = null!;
    private Dictionary<PartitionKey, PartitionRecord> _before = [];
    private PartitionChecks _checks = null!;
    private RunError? _skipped;
    private bool _hasSites;
    private int _atWork;
    private int _done;
    private Exception? _stop;

    // A server that wants to be left alone for longer is asked again by the next run.
    private static readonly TimeSpan LongestHold = new MatomoClientOptions().LongestWait;

    // Custom dimensions, which segments name, belong to single sites. What so many sites refuse and none has answered is no segment.
    private const int MostRefusals = 5;

    /// <summary>How many windows are at work at once: twice as many as may ask at the same time, so that while some wait for their commit, which is one at a time, others keep the server busy.</summary>
    public static int ReadersOf(int parallel) => parallel * 2;

    /// <summary>When a person last changed what rows or columns are, UTC; null when nobody did.</summary>
    public DateTimeOffset? ShapedAt { get; init; }

    /// <summary>What ended the run before its plan was done; null when nothing did.</summary>
    public Exception? Stopped => _stop;

    /// <summary>Runs the plan.</summary>
    /// <param name="plan">The windows.</param>
    /// <param name="stored">The partitions stored before.</param>
    /// <param name="record">Told of every window, after its commit.</param>
    /// <param name="progress">Told of every window.</param>
    /// <param name="cancellationToken">Stops the run: a window in commit is finished, one being read is dropped.</param>
    public async Task<RunResult> RunAsync(Plan plan, IReadOnlyList<PartitionRecord> stored, Func<RunWindow, Task> record, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        foreach (var note in plan.Notes)
        {
            _tally.Warn(note);
        }

        _hasSites = plan.Windows.DistinctBy(w => w.Site.Id).Skip(1).Any();
        _queue = new WindowQueue(plan.Windows, pace, WindowReader.MayBulk(reading));
        _before = stored.ToDictionary(p => p.Key);
        _writer.Before(stored);
        _checks = new PartitionChecks(definition, reading, planner, totals, _before, _tally) { ShapedAt = ShapedAt };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Report() => progress?.Report(new RunProgress(definition.Name, _done, _done + _atWork + _waiting.Count + _queue.Left, _tally.Rows, _tally.Bytes, _clock.GetElapsedTime(started)));

        Report();
        var waitsForFirst = _queue.WaitsForFirst;
        List<Task> workers = [WorkAsync(record, Report, plan.Quiet, stop)];
        if (waitsForFirst)
        {
            await Task.WhenAny(workers[0], _firstRead.Task);
        }

        workers.AddRange(Enumerable.Range(1, ReadersOf(parallel) - 1).Select(_ => WorkAsync(record, Report, plan.Quiet, stop)));
        await Task.WhenAll(workers);
        if (_stop is null && !cancellationToken.IsCancellationRequested)
        {
            await FinishAsync(plan, record);
        }

        return Result(plan, _clock.GetElapsedTime(started), cancellationToken.IsCancellationRequested);
    }

    /// <summary>Partitions that were kept against an empty answer: they wait to be read again, whatever they were.</summary>
    public IReadOnlyList<PartitionRecord> Kept => _kept;

    /// <inheritdoc/>
    public void Dispose()
    {
        _waiting.ForEach(w => w.Read.Dispose());
        _writer.Dispose();
    }

    private async Task WorkAsync(Func<RunWindow, Task> record, Action report, QuietHours? quiet, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested && Take() is { Count: > 0 } windows)
        {
            try
            {
                while (QuietWait.Of(quiet, _clock.GetUtcNow()) is { } wait)
                {
                    await Task.Delay(wait < QuietWait.Longest ? wait : QuietWait.Longest, _clock, stop.Token);
                }

                await ReadAndCommitAsync(windows, record, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                Interlocked.Add(ref _atWork, -windows.Count);
            }

            report();
        }
    }

    private IReadOnlyList<Window> Take()
    {
        var windows = _queue.Take(ReadersOf(parallel));
        Interlocked.Add(ref _atWork, windows.Count);
        return windows;
    }

    /// <summary>Reads windows, several with one bulk request, and commits those that were read with one change.</summary>
    private async Task ReadAndCommitAsync(IReadOnlyList<Window> windows, Func<RunWindow, Task> record, CancellationTokenSource stop)
    {
        var post = windows.Count > 1 ? new BulkPost(reading.Client, windows.Count, stop.Token) : null;
        List<ReadWindow> read = [.. (await Task.WhenAll(windows.Select(w => TryReadAsync(w, post, record, stop)))).OfType<ReadWindow>()];
        HoldBack(read);
        try
        {
            stop.Token.ThrowIfCancellationRequested();
            await CommitAsync(read, record, stop.Token);
            Interlocked.Add(ref _done, read.Count);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            foreach (var one in read)
            {
                await GiveUpAsync(one.Window, error, record, stop);
            }
        }
        finally
        {
            read.ForEach(r => r.Read.Dispose());
        }
    }

    /// <summary>Takes out what has to wait for other windows to show the columns it lacks, and adds what need not wait any more.</summary>
    private void HoldBack(List<ReadWindow> read)
    {
        List<ReadWindow> held = [.. read.Where(r => drift.HasToWait(r.Columns))];
        lock (_gate)
        {
            _waiting.AddRange(held);
            read.RemoveAll(held.Contains);
            if (drift.Refusal() is null)
            {
                read.AddRange(_waiting);
                _waiting.Clear();
            }
        }
    }

    /// <summary>Reads a window; null when it failed, and then what follows from that is done.</summary>
    private async Task<ReadWindow?> TryReadAsync(Window window, BulkPost? post, Func<RunWindow, Task> record, CancellationTokenSource stop)
    {
        try
        {
            return await ReadAsync(window, post, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (MatomoException error) when (post is { HasFailed: true } && !IsTheEnd(error) && !IsAway(error.Kind))
        {
            // The items share one time limit and one memory: what was too much together may do alone.
            pace.FailedTogether(post.Windows);
            _queue.PutBack(window);
            return null;
        }
        catch (MatomoException error) when ((error.IsTooMuch || error.IsPart) && window.Halve() is var (first, second))
        {
            if (error.IsTooMuch)
            {
                pace.Failed(window, _clock.GetUtcNow());
            }

            _queue.PutBack(first, second);
            return null;
        }
        catch (MatomoException error) when (error.Kind == MatomoErrorKind.VisitLogDisabled)
        {
            Skip(window.Site, null, error);
            return null;
        }
        catch (MatomoException error) when (error.Kind == MatomoErrorKind.InvalidSegment && IsOfItsSiteAlone(window))
        {
            Skip(window.Site, window.Partitions[0].Segment, error);
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await GiveUpAsync(window, error, record, stop);
            return null;
        }
        finally
        {
            _firstRead.TrySetResult();
            if (post is not null)
            {
                await post.LeaveAsync(window);
            }
        }
    }

    private async Task<ReadWindow> ReadAsync(Window window, BulkPost? post, CancellationToken cancellationToken)
    {
        using var activity = RunSignals.BeginWindow(window.Site.Id, window.From, window.To, window.Partitions.Count);
        var started = _clock.GetTimestamp();
        var reader = new WindowReader(reading, post is null ? null : (request, handler) => post.ReadAsync(window, request, handler));
        var read = await AskAsync(reader, window, isAlone: post is null, cancellationToken);
        try
        {
            pace.Came(window, read.Bytes, reader.Cost.Waited);
            lock (_gate)
            {
                _answered.Add(window.Partitions[0].Segment);
            }

            _firstRead.TrySetResult();
            var cost = new ReadCost();
            var look = RowLook.Over(read.Rows, window.Partitions, _checks.ComparesRows && Check.LevelOf(definition, Check.Repeated) != CheckLevel.Off);
            var verdict = await _checks.JudgeAsync(window, read, look, cost, cancellationToken);
            _tally.Read(read.Requests + cost.Requests, read.Bytes + cost.Bytes);
            return new ReadWindow(window, read, look, [.. verdict.Stored.Select(p => p with { ReadAt = read.ReadAt })], verdict)
            {
                Requests = read.Requests + cost.Requests,
                Bytes = read.Bytes + cost.Bytes,
                StartedAt = started,
            };
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    private async Task<WindowRead> AskAsync(WindowReader reader, Window window, bool isAlone, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(window, cancellationToken);
        }
        catch (MatomoException error)
        {
            // What was asked in vain was asked, too. A bulk request that failed is told to each of its windows.
            _tally.Read(reader.Cost.Requests + (isAlone ? error.Attempts : 0), reader.Cost.Bytes);
            throw;
        }
    }

    private async Task CommitAsync(IReadOnlyList<ReadWindow> read, Func<RunWindow, Task> record, CancellationToken cancellationToken)
    {
        await _writer.WriteAsync([.. read.Where(r => r.Partitions.Count > 0)], cancellationToken);
        foreach (var one in read)
        {
            var outcome = Outcome(one.Window, one.Partitions, one.Requests, one.Bytes, _clock.GetElapsedTime(one.StartedAt), one.Verdict.Error);
            lock (_gate)
            {
                _kept.AddRange(one.Verdict.Kept);
                _stored.UnionWith(one.Partitions.Select(p => p.Key));
                if (_writer.Gathers)
                {
                    _gathered.Add((one.Window, outcome));
                    continue;
                }
            }

            _tally.Committed(one.Window.Site.Name, one.Partitions);
            await record(outcome);
        }
    }

    /// <summary>What is done once all windows are: the whole table replaced, what is too old removed.</summary>
    private async Task FinishAsync(Plan plan, Func<RunWindow, Task> record)
    {
        try
        {
            if (drift.Refusal() is { } refusal)
            {
                // All that has rows waits, or nothing does.
                foreach (var one in _waiting)
                {
                    _tally.Failed(RunErrors.Of(refusal), one.Window.Partitions.Count, one.Window.Site.Id, one.Window.Partitions[0].Period == Period.None ? null : one.Window.From, one.Window.Partitions[0].Segment);
                    await record(Outcome(one.Window, [], one.Requests, one.Bytes, _clock.GetElapsedTime(one.StartedAt), RunErrors.Of(refusal)));
                }
            }

            if (_writer.Gathers && IsWhole())
            {
                var kept = _kept.Select(p => p.Key).ToHashSet();
                await _writer.ReplaceAsync([.. _before.Keys], _before.Keys.Where(k => plan.Gone.Contains(k.SiteId) || kept.Contains(k)).ToHashSet());
                foreach (var (window, outcome) in _gathered)
                {
                    _tally.Committed(window.Site.Name, outcome.Partitions);
                    await record(outcome);
                }
            }

            List<PartitionKey> ended = [.. plan.Expired, .. plan.Superseded.Where(s => _stored.Contains(s.Key) || _before.ContainsKey(s.Key)).SelectMany(s => s).Except(plan.Expired)];
            if (ended.Count > 0)
            {
                await _writer.RemoveAsync(ended);
            }
        }
        catch (TributaryException error)
        {
            _tally.Failed(RunErrors.Of(error), 1, plan.Windows.Count > 0 ? plan.Windows[0].Site.Id : 0, null);
            _stop = error;
        }
    }

    /// <summary>Whether what was gathered may take the place of the whole table; if not, that is told.</summary>
    private bool IsWhole()
    {
        if (_tally.HasFailures || _skipped is not null)
        {
            _tally.Warn(new RunWarning("replace.not_whole", "The table was left as it is: it is replaced whole or not at all, and not everything could be read."));
            return false;
        }

        var isEmpty = _gathered.TrueForAll(g => g.Outcome.Partitions.All(p => p.IsEmpty));
        if (_kept.Count == 0 && isEmpty && !definition.AllowEmpty && _before.Values.Any(p => p is { Rows: > 0, IsEmpty: false }))
        {
            _tally.Warn(new RunWarning(Check.Kept, "Matomo answered nothing at all, but the table has rows. They were kept; Matomo may be archiving again. Allow empty answers if the data was deleted on purpose.") { IsNote = Check.LevelOf(definition, Check.Kept) == CheckLevel.Note });
            return false;
        }

        return true;
    }

    private async Task GiveUpAsync(Window window, Exception exception, Func<RunWindow, Task> record, CancellationTokenSource stop)
    {
        var error = RunErrors.Of(exception);
        _tally.Failed(error, window.Partitions.Count, window.Site.Id, window.Partitions[0].Period == Period.None ? null : window.From, window.Partitions[0].Segment);
        if (error.Fault != Fault.Workspace)
        {
            await record(Outcome(window, [], 0, 0, TimeSpan.Zero, error));
        }

        Interlocked.Increment(ref _done);
        if (IsTheEnd(exception))
        {
            _stop ??= exception;
            await stop.CancelAsync();
        }
    }

    /// <summary>Whether nobody was there to answer: asking for less at once would not bring an answer.</summary>
    private static bool IsAway(MatomoErrorKind kind) => kind is MatomoErrorKind.HostNotFound or MatomoErrorKind.Connection or MatomoErrorKind.Tls or MatomoErrorKind.Maintenance or MatomoErrorKind.RateLimited;

    /// <summary>After these nothing else of the run can succeed: the account is refused, or there is nowhere to write.</summary>
    private static bool IsTheEnd(Exception error) =>
        RunErrors.StopsAccount(error) || RunErrors.Of(error).Fault is Fault.Workspace or Fault.Destination or Fault.Defect || error is TributaryException
        || error is MatomoException { Kind: MatomoErrorKind.UnknownMethod or MatomoErrorKind.PluginMissing or MatomoErrorKind.InvalidSegment or MatomoErrorKind.PeriodDisabled }
        || error is MatomoException { Kind: MatomoErrorKind.RateLimited, RetryAfter: { } wait } && wait > LongestHold;

    private RunWindow Outcome(Window window, IReadOnlyList<PartitionRecord> partitions, int requests, long bytes, TimeSpan elapsed, RunError? error)
    {
        var dated = window.Partitions[0].Period != Period.None;
        return new RunWindow(TableWriter.WindowId(window, reading.RunId), window.Site.Id, dated ? window.From : null, dated ? window.To : null, partitions, requests, bytes, elapsed, error) { Segment = window.Partitions[0].Segment };
    }

    /// <summary>Whether a segment may be refused for one site only.</summary>
    private bool IsOfItsSiteAlone(Window window)
    {
        if (!_hasSites || window.Sites.Count > 1)
        {
            return false;
        }

        lock (_gate)
        {
            var segment = window.Partitions[0].Segment;
            var sites = _refused.TryGetValue(segment, out var known) ? known : _refused[segment] = [];
            sites.Add(window.Site.Id);
            return sites.Count < MostRefusals || _answered.Contains(segment);
        }
    }

    /// <summary>What a site refuses once it refuses on all dates: its visits log is off, or it does not know a segment.</summary>
    private void Skip(MatomoSite site, string? segment, MatomoException error)
    {
        _skipped = RunErrors.Of(error);
        _tally.Warn(new RunWarning(_skipped.Code, $"{site.Name} is left out{(segment is null ? "" : $" of the segment '{segment}'")}. {_skipped.Message}", site.Id));
        _queue.Skip(site.Id, segment);
        Interlocked.Increment(ref _done);
    }

    private RunResult Result(Plan plan, TimeSpan elapsed, bool cancelled)
    {
        var warnings = _tally.Warnings();
        var status = cancelled && _stop is null
            ? RunStatus.Cancelled
            : _tally.HasFailures || (_skipped is not null && _tally.Partitions == 0)
                ? _tally.Partitions > 0 ? RunStatus.Partial : RunStatus.Failed
                : warnings.Any(w => !w.IsNote) ? RunStatus.SucceededWithWarnings : RunStatus.Succeeded;
        return new RunResult
        {
            DataSet = definition.Name,
            RunId = reading.RunId,
            Status = status,
            Rows = _tally.Rows,
            Partitions = _tally.Partitions,
            PartitionsSkipped = plan.Skipped,
            Requests = _tally.Requests,
            BytesRead = _tally.Bytes,
            Elapsed = elapsed,
            Warnings = warnings,
            Error = _stop is not null ? RunErrors.Of(_stop) : _tally.WorstFailure ?? (status == RunStatus.Failed ? _skipped : null),
        };
    }
}
