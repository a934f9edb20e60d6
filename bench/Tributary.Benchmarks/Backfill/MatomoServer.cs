using System.Diagnostics;
using System.Globalization;

namespace Tributary.Benchmarks.Backfill;

/// <summary>The Matomo that is measured against: any, or the sample in a process of its own, which counts what it is asked.</summary>
internal sealed class MatomoServer : IDisposable
{
    private const int DaysBefore = 10;
    private readonly Process? _process;

    private MatomoServer(Uri address, string token, Process? process)
    {
        Address = address;
        Token = token;
        _process = process;
    }

    /// <summary>The sites of the sample that have visits.</summary>
    public static IReadOnlyList<int> SampleSites { get; } = [1, 2, 3, 5];

    public Uri Address { get; }

    public string Token { get; }

    public static MatomoServer At(string url, string token) => new(new Uri(url.TrimEnd('/') + "/"), token, null);

    public static async Task<MatomoServer> StartSampleAsync(string profile, DateOnly from, int visitsPerDay)
    {
        var days = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).DayNumber - from.DayNumber + DaysBefore;
        var process = Child.Start(SampleServing.Argument, profile, days.ToString(CultureInfo.InvariantCulture), visitsPerDay.ToString(CultureInfo.InvariantCulture));
        var words = (await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sample did not start.")).Split(' ');
        return new MatomoServer(new Uri(words[0]), words[1], process);
    }

    /// <summary>The requests that came so far; null when the server does not say.</summary>
    public async Task<int?> CountAsync() => _process is null ? null : await AskAsync("count");

    /// <summary>Lets a limit of requests a minute begin anew.</summary>
    public async Task NextMinuteAsync()
    {
        if (_process is not null)
        {
            await AskAsync("jump 61");
        }
    }

    public void Dispose()
    {
        // The end of its input is the end of the sample.
        _process?.StandardInput.Close();
        _process?.WaitForExit();
        _process?.Dispose();
    }

    private async Task<int> AskAsync(string words)
    {
        await _process!.StandardInput.WriteLineAsync(words);
        await _process.StandardInput.FlushAsync();
        return int.Parse(await _process.StandardOutput.ReadLineAsync() ?? "", CultureInfo.InvariantCulture);
    }
}
