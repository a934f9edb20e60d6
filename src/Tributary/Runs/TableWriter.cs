using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Commits the windows of a run one at a time, as the DataSet's update method wants it: each by itself, or with Replace all together at the end.</summary>
internal sealed class TableWriter(DataSetDefinition definition, string table, ReportReading reading, IDestination destination, Drift drift) : IDisposable
{
    private readonly TableLayout _layout = new(reading.Report);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<PartitionRecord> _gathered = [];
    private TableSchema? _schema;
    private TableSchema? _gatheredSchema;
    private StagedRows? _rows;

    /// <summary>Whether nothing is written before <see cref="ReplaceAsync"/>.</summary>
    public bool Gathers => definition.Update == UpdateMethod.Replace;

    /// <summary>The columns of the table as far as the run knows; null before the first commit of a table.</summary>
    public TableSchema? Schema => _schema;

    /// <summary>Writes the partitions of windows with one change, or keeps them for <see cref="ReplaceAsync"/>.</summary>
    /// <exception cref="TributaryException">The destination, or drift, refuses; nothing was changed.</exception>
    public async Task WriteAsync(IReadOnlyList<ReadWindow> windows, CancellationToken cancellationToken)
    {
        if (windows.Count == 0)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Nobody else changes the table while the DataSet runs.
            _schema ??= await destination.ReadSchemaAsync(table, cancellationToken);
            var after = _schema is null || _gatheredSchema is null ? _schema : _layout.Merge(_schema, _gatheredSchema.Columns);
            foreach (var window in windows)
            {
                var before = after;
                after = _layout.Merge(before, window.Read.Columns);
                drift.Meet(before, after, window.Partitions.Any(p => p.Rows > 0) ? window.Look.Columns : new HashSet<string>());
                if (Gathers)
                {
                    Gather(window.Read, window.Partitions);
                }
            }

            if (Gathers)
            {
                return;
            }

            // From here on the windows are finished whole: stopping between data and record would only have them read again.
            await destination.CommitAsync(
                Commit(WindowId(windows[0].Window, reading.RunId), after!, [.. windows.SelectMany(w => w.Partitions)], JoinedRows.Of([.. windows.Select(w => ChosenRows.Of(w.Read.Rows, w.Partitions))])),
                CancellationToken.None);
            _schema = after;
            foreach (var window in windows)
            {
                window.Read.Rows.Recycle();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Puts what was gathered in the place of the whole table.</summary>
    public async Task ReplaceAsync()
    {
        if (_gatheredSchema is null)
        {
            return;
        }

        var schema = _layout.Merge(_schema, _gatheredSchema.Columns);
        await destination.CommitAsync(Commit($"{reading.RunId}/all", schema, _gathered, _rows!), CancellationToken.None);
        _schema = schema;
    }

    /// <summary>Takes partitions out of the table.</summary>
    public async Task RemoveAsync(IReadOnlyList<PartitionKey> keys)
    {
        _schema ??= await destination.ReadSchemaAsync(table, CancellationToken.None);
        using var none = new StagedRows(reading.StagingFolder);
        await destination.CommitAsync(Commit($"{reading.RunId}/removed", _schema!, [], none) with { Remove = keys }, CancellationToken.None);
    }

    /// <summary>Unique to a window of a run.</summary>
    public static string WindowId(Window window, string runId) => $"{runId}/{window.Site.Id}/{Iso(window.From)}/{Iso(window.To)}/{window.Partitions[0].Segment}";

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows?.Dispose();
        _gate.Dispose();
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
        KeepRuns = definition.Update is UpdateMethod.Partition or UpdateMethod.Replace ? definition.KeepRuns : 0,
    };

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
