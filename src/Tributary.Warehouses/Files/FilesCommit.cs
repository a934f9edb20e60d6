using System.Globalization;
using System.Text.Json;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>
/// Writes a window: the new files of all partitions it changes are made aside, then everything is written down at once.
/// A partition has one file, which is written anew; where it has no rows there is none.
/// </summary>
internal sealed class FilesCommit(FilesTable table, WindowCommit commit, FilesFormat format, DateTimeOffset now, CancellationToken cancellationToken)
{
    private const string Staged = "_tributary_staged";
    private const string StagedName = $"temp.main.{Staged}";

    // A new table is in the format wanted now, another stays as it is.
    private readonly FilesFormat _format = table.Note?.Files ?? format;
    private readonly FilesStaging _staging = new(table, table.Note?.Files ?? format, cancellationToken);
    private readonly TableSchema _schema = SchemaUnion.Of(table.Note?.Schema ?? TableSchema.Empty, commit.Schema);
    private readonly Dictionary<PartitionKey, PartitionRecord> _before = [];
    private readonly HashSet<PartitionKey> _touched = [.. commit.Partitions.Select(p => p.Key), .. commit.Remove];

    public async Task RunAsync()
    {
        if (await table.HasWindowAsync(commit.WindowId, cancellationToken))
        {
            return;
        }

        CommitRules.Require(commit, _schema);
        try
        {
            await _staging.ApplyAsync(await StageAsync(), commit.Confirm);
        }
        catch
        {
            await _staging.ForgetAsync();
            throw;
        }
    }

    private bool IsWidened => table.Note is { } note && note.Columns.Any(c => _schema.Find(c.Name)!.Type != c.Type);

    /// <summary>The note of the table then.</summary>
    private async Task<FilesNote> StageAsync()
    {
        await table.Engine.RunAsync(Append, cancellationToken);
        await ReadBeforeAsync();
        if (commit.Update == UpdateMethod.Replace)
        {
            _touched.UnionWith(_before.Keys);
        }
        else if (commit.Update == UpdateMethod.Append)
        {
            await AddStoredAsync([.. Stored(commit.Partitions.Where(p => p.Rows > 0).Select(p => p.Key))], "");
        }
        else if (commit.Update == UpdateMethod.Merge)
        {
            await MergeAsync();
        }

        await KeepAsync();
        var counts = await table.Engine.RunAsync(WriteRows, cancellationToken);
        if (IsWidened)
        {
            await RewriteOthersAsync();
        }

        return await WriteRecordsAsync(counts);
    }

    private void Append()
    {
        var connection = table.Engine.Connection;
        connection.Execute(DuckDbDialect.CreateTable(Staged, _schema).Replace("CREATE TABLE", "CREATE TEMP TABLE", StringComparison.Ordinal));
        using var writer = new DuckDbWriter(connection, Staged, _schema.Columns, "temp");
        foreach (var batch in commit.Rows.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(batch);
        }

        writer.Complete();
        CommitRules.RequireAll(commit, writer.Count);
    }

    /// <summary>The partitions that the commit may change: those of its sites; all where others may change too.</summary>
    private async Task ReadBeforeAsync()
    {
        var isAll = commit.Update == UpdateMethod.Replace || IsWidened || (commit.Update == UpdateMethod.Merge && !commit.Key.Contains("site_id", StringComparer.OrdinalIgnoreCase));
        foreach (var state in await table.ReadStatesAsync(isAll ? null : [.. _touched.Select(k => k.SiteId)], cancellationToken))
        {
            _before[state.Key] = state;
        }
    }

    /// <summary>The files of those partitions that have rows.</summary>
    private IEnumerable<PartitionKey> Stored(IEnumerable<PartitionKey> keys) => keys.Where(k => _before.TryGetValue(k, out var state) && state.Rows > 0);

    /// <summary>Puts stored rows beside the staged ones.</summary>
    private async Task AddStoredAsync(IReadOnlyList<PartitionKey> keys, string condition)
    {
        if (keys.Count > 0)
        {
            var stored = await SelectStoredAsync(keys);
            await table.Engine.RunAsync(() => table.Engine.Connection.Execute($"INSERT INTO {StagedName} BY NAME SELECT t.* FROM ({stored}) AS t{condition}"), cancellationToken);
        }
    }

    /// <summary>Stored rows in the types that the table will have.</summary>
    private async Task<string> SelectStoredAsync(IReadOnlyList<PartitionKey> keys)
    {
        var read = table.Note!.Schema;
        var rows = await table.SelectAsync([.. keys.Select(PathOf)], read, cancellationToken: cancellationToken);
        return $"SELECT {Widened(read)} FROM ({rows})";
    }

    private string Widened(TableSchema read)
    {
        table.Engine.KnowText();
        return string.Join(", ", read.Columns.Select(c => $"{DuckDbDialect.Converted(c, _schema.Find(c.Name)!.Type)} AS {DuckDbDialect.Quote(c.Name)}"));
    }

    private string PathOf(PartitionKey key) => FilesLayout.Rows(table.Name, key, _format.Extension);

    /// <summary>Finds the partitions that have rows of the same key, and takes up all their other rows.</summary>
    private async Task MergeAsync()
    {
        await table.Engine.RunAsync(() => FilesMerge.Require(table.Engine.Connection, commit, StagedName), cancellationToken);
        List<PartitionKey> candidates = [.. Stored(_before.Keys).Except(commit.Remove)];
        if (candidates.Count > 0)
        {
            var paths = await table.Store.FetchAsync([.. candidates.Select(PathOf)], table.Engine.Folder, cancellationToken);
            var rows = _format.Read([.. paths, await EmptyAsync()], table.Note!.Schema, withName: true);
            var found = await table.Engine.RunAsync(
                () => table.Engine.Connection.Rows($"SELECT DISTINCT {FilesFormat.FileName} FROM (SELECT {Widened(table.Note!.Schema)}, {FilesFormat.FileName} FROM ({rows})) AS t SEMI JOIN {StagedName} AS m ON {FilesMerge.SameKey(commit)}", r => r.GetString(0)),
                cancellationToken);
            _touched.UnionWith(candidates.Where((_, i) => found.Contains(paths[i])));
        }

        await AddStoredAsync([.. Stored(_touched.Except(commit.Remove))], $" ANTI JOIN {StagedName} AS m ON {FilesMerge.SameKey(commit)}");
    }

    private async Task<string> EmptyAsync()
    {
        var empty = table.Engine.NewFile(_format.Extension);
        await table.Engine.RunAsync(() => table.Engine.Connection.Execute(_format.WriteEmpty(table.Note!.Schema, empty)), cancellationToken);
        return empty;
    }

    /// <summary>One file for each partition with rows. Returns how many each has.</summary>
    private Dictionary<PartitionKey, long> WriteRows()
    {
        var counts = FilesPartitions.Count(table.Engine.Connection, StagedName, _schema);
        if (counts.Keys.FirstOrDefault(k => !_touched.Contains(k)) is { } stranger)
        {
            throw new ArgumentException($"The commit of '{commit.Table}' has rows of a partition it does not name: {stranger}.");
        }

        foreach (var (key, _) in counts)
        {
            _staging.Write($"SELECT * FROM {StagedName}{(counts.Count == 1 ? "" : $" WHERE {FilesPartitions.IsOf(key, _schema)}")}", _schema, PathOf(key));
        }

        // Rows that are added to take none away.
        foreach (var key in Stored(commit.Update == UpdateMethod.Append ? commit.Remove : _touched).Where(k => !counts.ContainsKey(k)))
        {
            _staging.Delete(PathOf(key));
        }

        return counts;
    }

    /// <summary>Files in a narrower type would not fit to the others: they are written anew, those of the past too, but for what this commit forgets: a file cannot both come to a place and be cleared from it when a change is finished once more.</summary>
    private async Task RewriteOthersAsync()
    {
        List<string> files = [.. Stored(_before.Keys).Where(k => !_touched.Contains(k)).Select(PathOf)];
        if (KeepsRuns)
        {
            foreach (var run in table.Note!.Kept.Except(Forgotten()))
            {
                files.AddRange((await FilesKept.ReadAsync(table, run, cancellationToken)).Select(p => p.File).OfType<string>());
            }
        }

        table.Engine.KnowText();
        foreach (var file in files)
        {
            await IsThereAsync(async () =>
            {
                var rows = await table.SelectAsync([file], table.Note!.Schema, cancellationToken: cancellationToken);
                await table.Engine.RunAsync(() => _staging.Write($"SELECT {string.Join(", ", _schema.Columns.Select(Widen))} FROM ({rows})", _schema, file), cancellationToken);
            });
        }

        string Widen(ColumnDefinition column) => (table.Note!.Schema.Find(column.Name) is { } old ? DuckDbDialect.Converted(old, column.Type) : $"CAST(NULL AS {DuckDbDialect.TypeName(column.Type)})") + $" AS {DuckDbDialect.Quote(column.Name)}";
    }

    private bool KeepsRuns => commit.KeepRuns > 0 && commit.Update is UpdateMethod.Partition or UpdateMethod.Replace;

    /// <summary>Puts away what is about to be replaced, and forgets runs beyond those that stay.</summary>
    private async Task KeepAsync()
    {
        var kept = table.Note?.Kept ?? [];
        if (!KeepsRuns)
        {
            if (kept.Count > 0)
            {
                _staging.Clear(FilesLayout.Kept(table.Name));
            }

            return;
        }

        // A partition that the same run has changed before is kept as it was before the run.
        var own = kept.Contains(commit.RunId) ? await FilesKept.ReadAsync(table, commit.RunId, cancellationToken) : [];
        foreach (var key in _touched.Where(k => !own.Exists(p => p.Key == k)).ToList())
        {
            var state = _before.GetValueOrDefault(key);
            string? file = null;
            if (state is { Rows: > 0 })
            {
                file = $"{FilesLayout.Kept(table.Name, commit.RunId)}{Guid.NewGuid():N}{_format.Extension}";
                if (!await IsThereAsync(() => KeepAsync(key, file)))
                {
                    // There is nothing to bring back: undone, the partition is one that was never read, and the next run reads it.
                    (state, file) = (null, null);
                }
            }

            own.Add(new FilesKeptPartition(key, state, file));
        }

        _staging.Text(FilesKept.List(table.Name, commit.RunId), JsonSerializer.Serialize(own, FilesJson.Default.ListFilesKeptPartition));
        foreach (var run in Forgotten())
        {
            _staging.Clear(FilesLayout.Kept(table.Name, run));
        }
    }

    private async Task KeepAsync(PartitionKey key, string file)
    {
        if (IsWidened)
        {
            var rows = await SelectStoredAsync([key]);
            await table.Engine.RunAsync(() => _staging.Write(rows, new TableSchema([.. table.Note!.Columns.Select(c => _schema.Find(c.Name)!)]), file), cancellationToken);
        }
        else
        {
            await _staging.CopyAsync(PathOf(key), file);
        }
    }

    /// <summary>Whether the file was there that something is done with: one that somebody removed must not keep others from being written.</summary>
    private static async Task<bool> IsThereAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (TributaryException e) when (e.Code == FilesErrors.MissingFile)
        {
            return false;
        }
    }

    /// <summary>Kept runs that there is no room for any more, this one the newest.</summary>
    private IEnumerable<string> Forgotten() => (table.Note?.KeptRuns() ?? []).Where(r => r != commit.RunId).Skip(commit.KeepRuns - 1);

    private async Task<FilesNote> WriteRecordsAsync(Dictionary<PartitionKey, long> counts)
    {
        var states = _before.Where(s => !_touched.Contains(s.Key)).ToDictionary();
        foreach (var partition in commit.Partitions)
        {
            var rows = commit.Update switch
            {
                UpdateMethod.Append => partition.Rows + (_before.GetValueOrDefault(partition.Key)?.Rows ?? 0),
                UpdateMethod.Merge => counts.GetValueOrDefault(partition.Key),
                _ => partition.Rows,
            };
            states[partition.Key] = partition with { Rows = rows };
        }

        // A key without the period takes rows away from other partitions too.
        foreach (var key in _touched.Except(states.Keys).Except(commit.Remove).Where(k => commit.Update == UpdateMethod.Merge && _before.ContainsKey(k)).ToList())
        {
            states[key] = _before[key] with { Rows = counts.GetValueOrDefault(key) };
        }

        var sites = _touched.Select(k => k.SiteId).ToHashSet();
        var before = table.Note;
        await table.Engine.RunAsync(
            () =>
            {
                _staging.WriteStates(states.Values.Where(s => sites.Contains(s.Key.SiteId)));
                if (before is null || !before.Columns.Select(c => (c.Name, c.Type)).SequenceEqual(_schema.Columns.Select(c => (c.Name, c.Type))))
                {
                    _staging.WriteColumns(_schema);
                }
            },
            cancellationToken);
        foreach (var site in sites.Where(s => states.Keys.All(k => k.SiteId != s)))
        {
            _staging.Delete(FilesLayout.States(table.Name, site, _format.Extension));
        }

        return await WriteWindowsAsync();
    }

    private async Task<FilesNote> WriteWindowsAsync()
    {
        var run = FilesTable.RunOf(commit.WindowId);
        _staging.Text(FilesLayout.Windows(table.Name, run), JsonSerializer.Serialize([.. await table.ReadWindowsAsync(run, cancellationToken), commit.WindowId], FilesJson.Default.ListString));
        if (commit.EarlierWindows.Count > 0)
        {
            var earlier = await table.ReadAsync(FilesLayout.EarlierWindows(table.Name), FilesJson.Default.ListString, cancellationToken) ?? [];
            _staging.Text(FilesLayout.EarlierWindows(table.Name), JsonSerializer.Serialize([.. earlier.Union(commit.EarlierWindows)], FilesJson.Default.ListString));
        }

        var note = table.Note ?? new FilesNote { Table = table.Name, Format = _format.Name, Compression = _format.Compression, Columns = [] };
        return note.With([.. commit.EarlierWindows.Select(FilesTable.RunOf), run], now) with
        {
            Columns = _schema.Columns,
            Description = commit.Description.Length > 0 ? commit.Description : note.Description,
            HasEarlierWindows = note.HasEarlierWindows || commit.EarlierWindows.Count > 0,
            Kept = KeepsRuns ? [.. note.Kept.Except(Forgotten()).Append(commit.RunId).Distinct()] : [],
        };
    }
}
