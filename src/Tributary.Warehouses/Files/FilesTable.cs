using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>A table under its lock, for one operation. What an operation before it had begun and not finished is finished first.</summary>
internal sealed class FilesTable : IAsyncDisposable
{
    private readonly IFileLock _lock;
    private readonly string _stagingFolder;
    private FilesEngine? _engine;
    private bool _isDisposed;

    private FilesTable(IFileStore store, string name, string stagingFolder, IFileLock held)
    {
        Store = store;
        Name = name;
        _stagingFolder = stagingFolder;
        _lock = held;
    }

    public IFileStore Store { get; }

    public string Name { get; }

    /// <summary>What is known of it; null when there is no such table.</summary>
    public FilesNote? Note { get; private set; }

    /// <summary>Opened when it is needed.</summary>
    public FilesEngine Engine => _engine ??= FilesEngine.Take(_stagingFolder, Store.Describe(FilesLayout.Rows(Name)));

    /// <summary>Opens a table.</summary>
    /// <param name="alone">Whether it is to be changed.</param>
    public static async Task<FilesTable> OpenAsync(IFileStore store, string name, string stagingFolder, bool alone, CancellationToken cancellationToken)
    {
        while (true)
        {
            var held = await store.LockAsync(FilesLayout.Lock(name), alone, cancellationToken);
            var table = new FilesTable(store, name, stagingFolder, held);
            try
            {
                if (await table.ReadAsync(FilesLayout.Journal(name), FilesJson.Default.FilesJournal, cancellationToken) is { } unfinished)
                {
                    if (!alone)
                    {
                        await table.DisposeAsync();
                        await using var finishing = await OpenAsync(store, name, stagingFolder, alone: true, cancellationToken);
                        continue;
                    }

                    await table.FinishLateAsync(unfinished, await table.ReadAsync(FilesLayout.Note(name), FilesJson.Default.FilesNote, cancellationToken));
                }

                table.Note = await table.ReadAsync(FilesLayout.Note(name), FilesJson.Default.FilesNote, cancellationToken);
                if (table.Note is { Version: > FilesNote.Current } newer)
                {
                    throw FilesErrors.Newer(store.Describe(FilesLayout.Note(name)), newer.Version);
                }

                return table;
            }
            catch
            {
                await table.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>A small file of ours; null when there is none.</summary>
    public async Task<T?> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (await Store.ReadTextAsync(path, cancellationToken) is not { } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException e)
        {
            throw FilesErrors.Unreadable(Store.Describe(path), e);
        }
    }

    /// <summary>Whether a window is written.</summary>
    public async Task<bool> HasWindowAsync(string windowId, CancellationToken cancellationToken) => Note is not null
        && ((await ReadWindowsAsync(RunOf(windowId), cancellationToken)).Contains(windowId)
            || (Note.HasEarlierWindows && (await ReadAsync(FilesLayout.EarlierWindows(Name), FilesJson.Default.ListString, cancellationToken) ?? []).Contains(windowId)));

    /// <summary>The windows of a run.</summary>
    public async Task<List<string>> ReadWindowsAsync(string run, CancellationToken cancellationToken) =>
        await ReadAsync(FilesLayout.Windows(Name, run), FilesJson.Default.ListString, cancellationToken) ?? [];

    /// <summary>A window's id begins with its run's.</summary>
    public static string RunOf(string windowId) => windowId.Split('/', 2)[0];

    /// <summary>The states of some sites' partitions; of all where none are named.</summary>
    public async Task<IReadOnlyList<PartitionRecord>> ReadStatesAsync(IReadOnlyCollection<int>? sites, CancellationToken cancellationToken)
    {
        if (Note is null)
        {
            return [];
        }

        var files = await Store.ListAsync(FilesLayout.States(Name), cancellationToken);
        List<string> wanted = [.. files.Where(f => FilesLayout.SiteOf(f) is { } site && (sites is null || sites.Contains(site)))];
        if (wanted.Count == 0)
        {
            return [];
        }

        const string Loaded = "_tributary_states";
        var schema = new TableSchema(DuckDbTables.PartitionColumns);
        var rows = await SelectAsync(wanted, schema, cancellationToken: cancellationToken);
        return await Engine.RunAsync(
            () =>
            {
                Engine.Connection.Execute($"CREATE OR REPLACE TABLE {DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(Loaded))} AS {rows}");
                return DuckDbTables.ReadPartitions(Engine.Connection, Loaded);
            },
            cancellationToken);
    }

    /// <summary>A query of the rows of some files, as columns they were written with or that came later.</summary>
    /// <param name="files">Their paths; none gives no rows.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="withName">Whether a column says which of the files, by its path in the engine.</param>
    public async Task<string> SelectAsync(IReadOnlyList<string> files, TableSchema schema, bool withName = false, CancellationToken cancellationToken = default)
    {
        var format = Note!.Files;
        var empty = Engine.NewFile(format.Extension);
        await Engine.RunAsync(() => Engine.Connection.Execute(format.WriteEmpty(schema, empty)), cancellationToken);
        var fetched = await Store.FetchAsync(files, Engine.Folder, cancellationToken);
        return format.Read([empty, .. fetched], schema, withName);
    }

    /// <summary>Makes a change: from the moment it is written down it is made, even if this program ends before all is in its place.</summary>
    /// <param name="journal">What is to be done, the note aside.</param>
    /// <param name="note">The table's note then; null where the table goes.</param>
    /// <param name="cancellationToken">Cancels before it is written down.</param>
    public async Task ApplyAsync(FilesJournal journal, FilesNote? note, CancellationToken cancellationToken)
    {
        await _lock.RequireAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var change = note is null ? null : Guid.NewGuid().ToString("N");
        journal = journal with
        {
            Turn = new FilesTurn(Note?.Change, change),
            Note = note is null ? null : (note with { Change = change }).ToJson(),
        };
        var text = JsonSerializer.Serialize(journal, FilesJson.Default.FilesJournal);
        try
        {
            // Not to be cancelled: nobody would know whether it is written.
            await Store.WriteTextAsync(FilesLayout.Journal(Name), text, CancellationToken.None);

            // Where that took long, another may have begun to change the table.
            await _lock.RequireAsync(CancellationToken.None);
            await FinishAsync(journal);
        }
        catch (TributaryException e) when (e.Fault == Fault.Destination)
        {
            if (await IsWrittenDownAsync())
            {
                throw FilesErrors.Unfinished(e);
            }

            throw;
        }
    }

    /// <summary>Gives engine and lock back, once however often it is called: opening gives up what it holds before another finishes a journal, and again where that fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _engine?.Return();
            await _lock.DisposeAsync();
        }
    }

    private async Task<bool> IsWrittenDownAsync()
    {
        try
        {
            return await Store.ReadTextAsync(FilesLayout.Journal(Name), CancellationToken.None) is not null;
        }
        catch (TributaryException)
        {
            // Not known: the message must not say that nothing was changed.
            return true;
        }
    }

    /// <summary>Finishes what was written down, or takes it away where it is of a change that others have gone past.</summary>
    private async Task FinishLateAsync(FilesJournal journal, FilesNote? note)
    {
        if (journal.Turn is not { } turn || turn.After == note?.Change)
        {
            await FinishAsync(journal);
        }
        else if (turn.Change == note?.Change)
        {
            // The note was the last to be written, so that what waited may be gone.
            await FinishAsync(journal, isWritten: true);
        }
        else
        {
            await EndAsync();
        }
    }

    private async Task FinishAsync(FilesJournal journal, bool isWritten = false)
    {
        // The order of a reader's interest: rows, what is known of them, what is gone. Where a storage answers late, another may have finished this journal and changed the table since.
        var several = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Parallel.ForEachAsync(journal.Moves, several, async (m, _) => await MoveAsync(m, isWritten));
        await _lock.RequireAsync(CancellationToken.None);
        await Parallel.ForEachAsync(journal.Deletes, several, async (d, _) => await Store.DeleteAsync(d, CancellationToken.None));
        await _lock.RequireAsync(CancellationToken.None);
        foreach (var (path, text) in journal.Texts)
        {
            await Store.WriteTextAsync(path, text, CancellationToken.None);
        }

        if (journal.Note is { } note)
        {
            await Store.WriteTextAsync(FilesLayout.Note(Name), note, CancellationToken.None);
        }

        await _lock.RequireAsync(CancellationToken.None);

        foreach (var folder in journal.Clears)
        {
            await Store.ClearAsync(folder, CancellationToken.None);
        }

        await EndAsync();
    }

    private async Task MoveAsync(FilesMove move, bool isWritten)
    {
        try
        {
            await Store.MoveAsync(move.From, move.To, CancellationToken.None);
        }
        catch (TributaryException e) when (isWritten && e.Code == FilesErrors.MissingFile)
        {
            // It has its name, and no waiting file any more.
        }
    }

    private async Task EndAsync()
    {
        await Store.DeleteAsync(FilesLayout.Journal(Name), CancellationToken.None);
        try
        {
            await Store.ClearAsync(FilesLayout.Pending(Name), CancellationToken.None);
        }
        catch (TributaryException)
        {
            // The change is made, and what lies there is of no use to anybody: the next one clears it.
        }
    }
}
