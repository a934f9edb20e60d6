namespace Tributary.SampleMatomo.Http;

/// <summary>How long an answer takes a server of the options' speed, whatever it takes the sample.</summary>
internal sealed class AnswerCost(SampleMatomoOptions options)
{
    private const double Megabyte = 1_048_576;

    /// <summary>Waits for what is left of the answer's time since <paramref name="started"/>.</summary>
    public async Task WaitAsync(long started, int items, int bytes, TimeSpan late, CancellationToken cancel)
    {
        var cost = late + TimeSpan.FromMilliseconds(options.RequestMs + (options.BulkItemMs * Math.Max(0, items - 1)) + (options.MsPerMb * (bytes / Megabyte)));
        var left = cost - options.Clock.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, options.Clock, cancel);
        }
    }
}
