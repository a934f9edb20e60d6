using System.Text;
using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>
/// Rows waiting outside a destination for the commit of their window. They are copied when added, so that the batch can be filled again;
/// beyond a threshold they lie in a file of the staging folder, which is gone once this is disposed.
/// Not for use by several threads at once.
/// </summary>
public sealed class StagedRows : IStagedRows, IDisposable
{
    /// <summary>Bytes kept in memory before a file is used.</summary>
    public const long DefaultMemoryBytes = 32L << 20;

    private readonly string _folder;
    private readonly long _memoryBytes;
    private readonly List<ColumnDefinition[]> _layouts = [];
    private Stream _spool = new MemoryStream();
    private BinaryWriter _writer;
    private int _batches;
    private int _reading;

    /// <summary>Creates an empty spool.</summary>
    /// <param name="folder">The workspace's staging folder; created when it is needed.</param>
    /// <param name="memoryBytes">Bytes kept in memory before a file is used.</param>
    public StagedRows(string folder, long memoryBytes = DefaultMemoryBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        _memoryBytes = memoryBytes;
        _writer = new BinaryWriter(_spool, Encoding.UTF8, leaveOpen: true);
    }

    /// <inheritdoc/>
    public long Count { get; private set; }

    /// <summary>Bytes staged so far, in memory or on disk.</summary>
    public long ByteCount { get; private set; }

    /// <summary>Whether the rows have left memory for a file.</summary>
    public bool IsOnDisk => _spool is FileStream;

    /// <summary>Adds the rows of a batch. The batch itself stays the caller's.</summary>
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

        try
        {
            Write(batch);
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
        _writer.Flush();
        _spool.Position = 0;
        using var reader = new BinaryReader(_spool, Encoding.UTF8, leaveOpen: true);
        _reading++;
        try
        {
            for (var i = 0; i < _batches; i++)
            {
                var layout = _layouts[reader.ReadInt32()];
                var batch = new RowBatch { Rows = reader.ReadInt32() };
                foreach (var column in layout)
                {
                    batch.Add(column, ColumnBuffer.ReadFrom(reader, batch.Rows));
                }

                yield return batch;
            }
        }
        finally
        {
            _reading--;
            if (_spool.CanSeek)
            {
                _spool.Seek(0, SeekOrigin.End);
            }
        }
    }

    /// <summary>Forgets the rows and removes their file.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _spool.Dispose();
    }

    private void Write(RowBatch batch)
    {
        _writer.Write(LayoutOf(batch));
        _writer.Write(batch.Rows);
        for (var i = 0; i < batch.Columns.Count; i++)
        {
            batch.Buffer(i).WriteTo(_writer, batch.Rows);
        }

        _batches++;
        Count += batch.Rows;
        ByteCount = _spool.Position;
        if (!IsOnDisk && ByteCount > _memoryBytes)
        {
            MoveToDisk();
        }
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

    private void MoveToDisk()
    {
        Directory.CreateDirectory(_folder);
        var file = new FileStream(Path.Combine(_folder, Guid.NewGuid().ToString("N") + StagingFolder.RowsExtension), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 1 << 16,
        });
        _writer.Dispose();
        ((MemoryStream)_spool).WriteTo(file);
        _spool.Dispose();
        _spool = file;
        _writer = new BinaryWriter(_spool, Encoding.UTF8, leaveOpen: true);
    }
}
