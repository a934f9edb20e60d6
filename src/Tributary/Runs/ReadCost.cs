using Tributary.Matomo;

namespace Tributary.Runs;

/// <summary>Counts what reading a window cost.</summary>
internal sealed class ReadCost
{
    public int Requests { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>How long the server let us wait.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>A PHP notice printed beside the data; null when there was none.</summary>
    public string? Notice { get; private set; }

    public ReadResult Add(ReadResult result)
    {
        Requests += result.Attempts;
        Bytes += result.Bytes;
        Waited += result.Waited;
        Notice ??= result.Notice;
        return result;
    }

    public BulkResult Add(BulkResult result)
    {
        Requests += result.Attempts;
        Bytes += result.Bytes;
        Waited += result.Waited;
        Notice ??= result.Notice;
        return result;
    }
}
