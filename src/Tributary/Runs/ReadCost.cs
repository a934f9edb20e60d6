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
        Add(result.Attempts, result.Bytes, result.Waited, result.Notice);
        return result;
    }

    public BulkResult Add(BulkResult result)
    {
        Add(result.Attempts, result.Bytes, result.Waited, result.Notice);
        return result;
    }

    /// <summary>What was asked in vain was asked, too.</summary>
    public void Add(MatomoException error) => Add(error.Attempts, 0, TimeSpan.Zero, null);

    private void Add(int requests, long bytes, TimeSpan waited, string? notice)
    {
        Requests += requests;
        Bytes += bytes;
        Waited += waited;
        Notice ??= notice;
    }
}
