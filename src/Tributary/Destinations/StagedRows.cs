using System.Text;
using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>
/// Rows waiting outside a destination for the commit of their window. What is added is taken out of the caller's batch, which can be filled again;
/// beyond a threshold all lie in a file of the staging folder, which is gone once this is disposed.
/// Not for use by several threads at once.
/// </summary>
public sealed class StagedRows : IStagedRows, IDisposable
{
    /// <summary>Bytes kept in memory before a file is used.</summary>
    public const long DefaultMemoryBytes = 32L << 20;

    // All windows that wait at the same time, over all runs of the process; those beyond it wait in files.
    private const long MostBytesTogether = 256L << 20;

    private static long _together;

    private readonly string _folder;
    private readonly long _memoryBytes;
    private readonly List<RowBatch> _held = [];
    private readonly List<ColumnDefinition[]> _layouts = [];
    private long _heldBytes;
    private FileStream? _file;
    private BinaryWriter? _writer;
    private int _written;
    private int _reading;

    /// <summary>Creates an empty spool.</summary>
    /// <param name="folder">The workspace's staging folder; created when it is needed.</param>
    /// <param name="memoryBytes">Bytes kept in memory before a file is used.</param>
    public StagedRows(string folder, long memoryBytes = DefaultMemoryBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        _memoryBytes = memoryBytes;
    }

    /// <inheritdoc/>
    public long Count { get; private set; }

    /// <summary>Bytes staged so far, in memory or on disk.</summary>
    public long ByteCount { get; private set; }

    /// <summary>Whether the rows have left memory for a file.</summary>
    public bool IsOnDisk => _file is not null;

    /// <summary>Takes the rows out of a batch, which has none then.</summary>
    public void Add(RowBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_reading > 0)
        {
            throw new InvalidOperationException("Rows cannot be staged while they are being read.");
        }

        if (batch.Rows == 0)
        {
            return;
        }

        var taken = batch.TakeOut();
        Count += taken.Rows;
        try
        {
            Keep(taken);
        }
        catch (IOException e)
        {
            throw StagingErrors.Explain(e, _folder);
        }
        catch (UnauthorizedAccessException e)
        {
            throw StagingErrors.Explain(e, _folder);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<RowBatch> ReadBatches()
    {
        _reading++;
        try
        {
            foreach (var batch in _held)
            {
                yield return batch;
            }

            if (_file is null)
            {
                yield break;
            }

            _writer!.Flush();
            _file.Position = 0;
            using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
            for (var i = 0; i < _written; i++)
            {
                var layout = _layouts[reader.ReadInt32()];
                var batch = new RowBatch { Rows = reader.ReadInt32() };
                foreach (var column in layout)
                {
                    batch.Add(column, ColumnBuffer.ReadFrom(reader));
                }

                yield return batch;
            }
        }
        finally
        {
            _reading--;
            if (_file is { CanSeek: true })
            {
                _file.Seek(0, SeekOrigin.End);
            }
        }
    }

    /// <summary>Gives the memory of the rows back for other windows, once they are stored and nobody looks at them any more.</summary>
    public void Recycle()
    {
        foreach (var batch in _held)
        {
            batch.Recycle();
        }

        Forget();
    }

    /// <summary>Forgets the rows and removes their file.</summary>
    public void Dispose()
    {
        Forget();
        _writer?.Dispose();
        _file?.Dispose();
    }

    private void Forget()
    {
        _held.Clear();
        Interlocked.Add(ref _together, -Interlocked.Exchange(ref _heldBytes, 0));
    }

    private void Keep(RowBatch batch)
    {
        if (_file is not null)
        {
            Write(batch);
            batch.Recycle();
            return;
        }

        _held.Add(batch);
        var bytes = batch.MemoryBytes;
        ByteCount += bytes;
        _heldBytes += bytes;
        if (Interlocked.Add(ref _together, bytes) <= MostBytesTogether && ByteCount <= _memoryBytes)
        {
            return;
        }

        _file = CreateFile();
        _writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true);
        foreach (var held in _held)
        {
            Write(held);
        }

        Recycle();
    }

    private void Write(RowBatch batch)
    {
        _writer!.Write(LayoutOf(batch));
        _writer.Write(batch.Rows);
        for (var i = 0; i < batch.Columns.Count; i++)
        {
            batch.Buffer(i).WriteTo(_writer, batch.Rows);
        }

        _written++;
        ByteCount = _file!.Position;
    }

    /// <summary>Most batches of a window have the columns of the one before: each set is kept once.</summary>
    private int LayoutOf(RowBatch batch)
    {
        for (var i = _layouts.Count - 1; i >= 0; i--)
        {
            if (_layouts[i].AsSpan().SequenceEqual([.. batch.Columns]))
            {
                return i;
            }
        }

        _layouts.Add([.. batch.Columns]);
        return _layouts.Count - 1;
    }

    private FileStream CreateFile()
    {
        Directory.CreateDirectory(_folder);
        return new FileStream(Path.Combine(_folder, Guid.NewGuid().ToString("N") + StagingFolder.RowsExtension), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 1 << 16,
        });
    }
}
