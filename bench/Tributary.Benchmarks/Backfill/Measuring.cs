using System.Globalization;

namespace Tributary.Benchmarks.Backfill;

/// <summary>Contenders in turn, each into a folder of its own that is gone afterwards.</summary>
internal sealed class Measuring(MatomoServer server)
{
    private readonly Dictionary<IContender, List<Measured>> _runs = [];

    /// <summary>Runs a contender once more, requests counted at the server where it counts.</summary>
    /// <returns>Null when the server refused.</returns>
    public async Task<Measured?> RunAsync(IContender contender)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-bench-").FullName;
        try
        {
            await server.NextMinuteAsync();
            var before = await server.CountAsync();
            var run = await contender.RunAsync(folder);
            run = await server.CountAsync() is { } after ? run with { Requests = after - before!.Value } : run;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contender.Name}: {run.Seconds:0.00} s, {run.Requests} requests, {run.Rows.Values.Sum()} rows"));
            (_runs.TryGetValue(contender, out var runs) ? runs : _runs[contender] = []).Add(run);
            return run;
        }
        catch (HttpRequestException error)
        {
            Console.Error.WriteLine($"{contender.Name}: {error.Message}");
            return null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public double Seconds(IContender contender) => Verdict.Median(_runs[contender].Select(r => r.Seconds));

    public int Requests(IContender contender) => (int)Verdict.Median(_runs[contender].Select(r => (double)r.Requests));

    public long Rows(IContender contender) => _runs[contender][^1].Rows.Values.Sum();

    /// <summary>Whether all runs of all contenders brought the same number of rows of every report; those that did not are told.</summary>
    public bool RowsAgree()
    {
        var agree = true;
        var (first, expected) = _runs.Select(r => (r.Key, r.Value[0])).First();
        foreach (var (contender, run) in _runs.SelectMany(r => r.Value.Select(v => (r.Key, v))))
        {
            foreach (var (report, rows) in expected.Rows.Where(e => run.Rows[e.Key] != e.Value))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report}: {rows} rows by \"{first.Name}\", {run.Rows[report]} by \"{contender.Name}\""));
                agree = false;
            }
        }

        return agree;
    }
}
