using System.Globalization;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>Files that wait for a change to be made, and the list of what it will do.</summary>
internal sealed class FilesStaging(FilesTable table, FilesFormat format, CancellationToken cancellationToken)
{
    // Requests to a storage take long and wait for one another if they go one by one.
    private static readonly ParallelOptions Several = new() { MaxDegreeOfParallelism = 8 };

    private readonly string _pending = $"{FilesLayout.Pending(table.Name)}{Guid.NewGuid():N}/";
    private readonly List<FilesMove> _moves = [];
    private readonly List<(string File, string Path)> _brought = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly List<string> _deletes = [];
    private readonly List<string> _clears = [];
    private bool _isHandedOver;

    /// <summary>Writes the rows of a query into a file that will have this name. Blocks: to be called inside the engine's work.</summary>
    public void Write(string rows, TableSchema schema, string target)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = string.Create(CultureInfo.InvariantCulture, $"{_pending}{_moves.Count}{format.Extension}");
        var file = table.Store.OnDisk(waiting) ?? table.Engine.NewFile(format.Extension);
        MakeFolder(file);
        table.Engine.Connection.Execute(format.Write(rows, schema, file));
        _moves.Add(new FilesMove(waiting, target));
        _brought.Add((file, waiting));
    }

    /// <summary>As <see cref="Write"/>, for the file of all columns.</summary>
    public void WriteColumns(TableSchema schema)
    {
        if (format.Name == FilesFormat.Parquet)
        {
            Write($"SELECT {string.Join(", ", schema.Columns.Select(c => $"CAST(NULL AS {DuckDbDialect.TypeName(c.Type)}) AS {DuckDbDialect.Quote(c.Name)}"))} LIMIT 0", schema, FilesLayout.Columns(table.Name));
        }
    }

    /// <summary>As <see cref="Write"/>, for the states of a site's partitions.</summary>
    public void WriteStates(IEnumerable<PartitionRecord> states)
    {
        var connection = table.Engine.Connection;
        var schema = new TableSchema(DuckDbTables.PartitionColumns);
        DuckDbTables.WriteReplaced(connection, [.. states]);
        foreach (var site in connection.Rows($"SELECT DISTINCT site_id FROM temp.main.{DuckDbDialect.ReplacedTable}", r => checked((int)r.GetInt64(0))))
        {
            Write(
                string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM temp.main.{DuckDbDialect.ReplacedTable} WHERE site_id = {site} ORDER BY period, period_start, segment"),
                schema,
                FilesLayout.States(table.Name, site, format.Extension));
        }

        connection.Execute($"DROP TABLE temp.main.{DuckDbDialect.ReplacedTable}");
    }

    /// <summary>A file that takes another's place as it is.</summary>
    public async Task CopyAsync(string from, string target)
    {
        var waiting = string.Create(CultureInfo.InvariantCulture, $"{_pending}{_moves.Count}{format.Extension}");
        await table.Store.CopyAsync(from, waiting, cancellationToken);
        _moves.Add(new FilesMove(waiting, target));
    }

    public void Text(string path, string text) => _texts[path] = text;

    public void Delete(string path) => _deletes.Add(path);

    public void Clear(string folder) => _clears.Add(folder);

    /// <summary>Makes the change.</summary>
    /// <param name="note">The table's note then.</param>
    /// <param name="confirm">Asked last whether it may be made; what it throws leaves all as it was.</param>
    public async Task ApplyAsync(FilesNote note, Func<CancellationToken, Task>? confirm = null)
    {
        await Parallel.ForEachAsync(_brought, Several, async (b, _) => await table.Store.BringAsync(b.File, b.Path, cancellationToken));
        await (confirm?.Invoke(cancellationToken) ?? Task.CompletedTask);
        _isHandedOver = true;
        await table.ApplyAsync(new FilesJournal { Moves = _moves, Texts = _texts, Deletes = _deletes, Clears = _clears }, note, cancellationToken);
    }

    /// <summary>Removes what waits, after a failure; whatever stays is removed by the next change. What may have been written down already is left alone.</summary>
    public async Task ForgetAsync()
    {
        if (_isHandedOver)
        {
            return;
        }

        try
        {
            await table.Store.ClearAsync(_pending, CancellationToken.None);
        }
        catch (TributaryException)
        {
            // The failure that led here is the one to tell.
        }
    }

    private static void MakeFolder(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FilesErrors.Explain(e, file);
        }
    }
}
