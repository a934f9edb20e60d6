using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Commits the windows of a run one at a time, as the DataSet's update method wants it: each by itself, or with Replace all together at the end.</summary>
internal sealed class TableWriter(DataSetDefinition definition, string table, ReportReading reading, IDestination destination, Drift drift, Func<CancellationToken, Task> confirm) : IDisposable
{
    // More at once saves nothing: what a change costs by itself is small beside so many rows.
    private const long MostBytes = 64L << 20;

    private const int LongestSegment = 100;

    // A table that somebody holds was waited for already.
    private const string Busy = "destination.table_busy";

    // Together longer than a database server needs to start anew.
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(30)];

    private readonly ConcurrentQueue<Entry> _waiting = [];
    private readonly TableLayout _layout = new(reading.Report);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<PartitionRecord> _gathered = [];
    private TableSchema? _schema;
    private TableSchema? _gatheredSchema;
    private StagedRows? _rows;
    private HashSet<PartitionKey> _otherShape = [];

    /// <summary>Whether nothing is written before <see cref="ReplaceAsync"/>.</summary>
    public bool Gathers => definition.Update == UpdateMethod.Replace;

    /// <summary>The columns of the table as far as the run knows; null before the first commit of a table.</summary>
    public TableSchema? Schema => _schema;

    /// <summary>Writes the partitions of windows with one change, or keeps them for <see cref="ReplaceAsync"/>. What waits for a change that is being written goes into the next one together.</summary>
    /// <exception cref="TributaryException">The destination, or drift, refuses; nothing was changed.</exception>
    public async Task WriteAsync(IReadOnlyList<ReadWindow> windows, CancellationToken cancellationToken)
    {
        if (windows.Count == 0)
        {
            return;
        }

        var mine = new Entry(windows);
        _waiting.Enqueue(mine);
        try
        {
            await _gate.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!mine.TryTake())
        {
            // Somebody writes it already, and finishes it whole.
            await mine.Written.Task;
            return;
        }

        try
        {
            if (TakeWaiting() is { Count: > 0 } entries)
            {
                await WriteTogetherAsync(entries);
            }
        }
        finally
        {
            _gate.Release();
        }

        await mine.Written.Task;
    }

    /// <summary>Told of what is stored before the first window is written.</summary>
    public void Before(IReadOnlyList<PartitionRecord> stored) =>
        _otherShape = definition.Update == UpdateMethod.Merge ? stored.Where(p => p.ReadAt < definition.ShapeSince).Select(p => p.Key).ToHashSet() : [];

    /// <summary>Puts what was gathered in the place of the whole table.</summary>
    /// <param name="stored">The partitions it has.</param>
    /// <param name="staying">Those of them that stay.</param>
    public async Task ReplaceAsync(IReadOnlyList<PartitionKey> stored, IReadOnlySet<PartitionKey> staying)
    {
        if (_gatheredSchema is null)
        {
            return;
        }

        var schema = _layout.Merge(_schema, _gatheredSchema.Columns);
        var commit = Commit($"{reading.RunId}/all", schema, _gathered, _rows!);
        if (staying.Count > 0)
        {
            var read = _gathered.Select(p => p.Key).ToHashSet();
            commit = commit with { Update = UpdateMethod.Partition, Remove = [.. stored.Where(k => !staying.Contains(k) && !read.Contains(k))] };
        }

        await CommitAsync(commit);
        _schema = schema;
    }

    /// <summary>Takes partitions out of the table.</summary>
    public async Task RemoveAsync(IReadOnlyList<PartitionKey> keys)
    {
        _schema ??= await destination.ReadSchemaAsync(table, CancellationToken.None);
        if (_schema is null)
        {
            // Somebody dropped it.
            return;
        }

        using var none = new StagedRows(reading.StagingFolder);
        await CommitAsync(Commit($"{reading.RunId}/removed", _schema, [], none) with { Remove = keys });
    }

    /// <summary>Unique to a window of a run.</summary>
    public static string WindowId(IReadOnlyList<Window> windows, string runId) => windows is [var one]
        ? WindowId(one, runId)
        // A group is all of its windows: one that begins like another is not the same.
        : $"{runId}/{windows.Count}/{Hash(string.Join('\n', windows.Select(w => WindowId(w, runId))))}";

    /// <summary>What a window is noted as done by.</summary>
    public static string WindowId(Window window, string runId) => $"{runId}/{window.Site.Id}/{window.Partitions[0].Period}/{Iso(window.From)}/{Iso(window.To)}/{Short(window.Partitions[0].Segment)}";

    // Engines keep window ids in keys of 255 characters.
    private static string Short(string segment) => segment.Length <= LongestSegment ? segment : Hash(segment);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows?.Dispose();
        _gate.Dispose();
    }

    /// <summary>What waits, as much as one change may well hold.</summary>
    private List<Entry> TakeWaiting()
    {
        var taken = new List<Entry>();
        var bytes = 0L;
        while (_waiting.TryPeek(out var next) && (taken.Count == 0 || bytes + next.Bytes <= MostBytes) && _waiting.TryDequeue(out next))
        {
            // One that was cancelled while it waited is gone.
            if (next.TryTake())
            {
                taken.Add(next);
                bytes += next.Bytes;
            }
        }

        return taken;
    }

    private async Task WriteTogetherAsync(List<Entry> entries)
    {
        try
        {
            // Nobody else changes the table while the DataSet runs.
            _schema ??= await destination.ReadSchemaAsync(table, CancellationToken.None);
            var after = _schema is null || _gatheredSchema is null ? _schema : _layout.Merge(_schema, _gatheredSchema.Columns);
            var accepted = new List<ReadWindow>();
            foreach (var entry in entries)
            {
                try
                {
                    after = Meet(after, entry.Windows);
                    accepted.AddRange(entry.Windows);
                }
                catch (TributaryException refused)
                {
                    entry.Written.SetException(refused);
                }
            }

            if (Gathers)
            {
                accepted.ForEach(w => Gather(w.Read, w.Partitions));
            }
            else if (accepted.Count > 0)
            {
                // From here on the windows are finished whole: stopping between data and record would only have them read again.
                var windowId = WindowId(accepted.ConvertAll(w => w.Window), reading.RunId);
                if (accepted.Exists(w => w.Partitions.Any(IsOfOtherShape)))
                {
                    // Rows of another shape have other keys: merged, they would stay beside those that say the same.
                    await CommitAsync(Commit($"{windowId}/shape", after!, accepted, IsOfOtherShape) with { Update = UpdateMethod.Partition, Key = [] });
                }

                if (accepted.Exists(w => !w.Partitions.All(IsOfOtherShape)))
                {
                    await CommitAsync(Commit(windowId, after!, accepted, p => !IsOfOtherShape(p)));
                }

                _schema = after;
                accepted.ForEach(w => w.Read.Rows.Recycle());
            }

            entries.ForEach(e => e.Written.TrySetResult());
        }
        catch (Exception error)
        {
            entries.ForEach(e => e.Written.TrySetException(error));
        }
    }

    /// <summary>
    /// Commits, once more after a while where that may help: a deadlock, or a server that starts anew, must not end a run of hours.
    /// A destination that had committed when its answer was lost knows the window, and writes it once.
    /// </summary>
    private async Task CommitAsync(WindowCommit commit)
    {
        foreach (var wait in Waits)
        {
            try
            {
                await destination.CommitSeenAsync(commit, CancellationToken.None);
                return;
            }
            catch (TributaryException e) when (e is { IsTransient: true, Fault: Fault.Destination } && e.Code != Busy)
            {
                await Task.Delay(wait, reading.Clock, CancellationToken.None);
            }
        }

        await destination.CommitSeenAsync(commit, CancellationToken.None);
    }

    private TableSchema? Meet(TableSchema? schema, IReadOnlyList<ReadWindow> windows)
    {
        foreach (var window in windows)
        {
            var before = schema;
            schema = _layout.Merge(before, window.Read.Columns);
            drift.Meet(before, schema, window.Columns);
        }

        return schema;
    }

    private void Gather(WindowRead read, IReadOnlyList<PartitionRecord> partitions)
    {
        _rows ??= new StagedRows(reading.StagingFolder);
        foreach (var batch in ChosenRows.Of(read.Rows, partitions).ReadBatches())
        {
            _rows.Add(batch);
        }

        _gathered.AddRange(partitions);
        _gatheredSchema = _layout.Merge(_gatheredSchema, read.Columns);
    }

    private bool IsOfOtherShape(PartitionRecord partition) => _otherShape.Contains(partition.Key);

    private WindowCommit Commit(string windowId, TableSchema schema, IReadOnlyList<ReadWindow> windows, Func<PartitionRecord, bool> isMeant)
    {
        List<(WindowRead Read, List<PartitionRecord> Partitions)> meant = [.. windows.Select(w => (w.Read, w.Partitions.Where(isMeant).ToList())).Where(w => w.Item2.Count > 0)];
        return Commit(windowId, schema, [.. meant.SelectMany(w => w.Partitions)], JoinedRows.Of([.. meant.Select(w => ChosenRows.Of(w.Read.Rows, w.Partitions))]));
    }

    private WindowCommit Commit(string windowId, TableSchema schema, IReadOnlyList<PartitionRecord> partitions, IStagedRows rows) => new()
    {
        Table = table,
        Description = definition.Description,
        WindowId = windowId,
        RunId = reading.RunId,
        Schema = schema,
        Partitions = partitions,
        Rows = rows,
        Update = definition.Update,
        Key = definition.Update == UpdateMethod.Merge ? definition.Key : [],
        Confirm = confirm,
        KeepRuns = definition.Update is UpdateMethod.Partition or UpdateMethod.Replace ? definition.KeepRuns : 0,
    };

    /// <summary>Windows whose rows are to be written.</summary>
    private sealed class Entry(IReadOnlyList<ReadWindow> windows)
    {
        private int _taken;

        public IReadOnlyList<ReadWindow> Windows { get; } = windows;

        public long Bytes { get; } = windows.Sum(w => w.Read.Rows.ByteCount);

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether the caller is the one to write it, or to take it back.</summary>
        public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
