using System.Diagnostics;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Benchmarks.Backfill;

/// <summary>The product: a fresh workspace, a DataSet a report, one run of all of them, commits included.</summary>
internal sealed class OwnRun(MatomoServer server, Workload work) : IContender
{
    public string Name => "tributary";

    public async Task<Measured> RunAsync(string folder)
    {
        await using var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
        var test = await workspace.Accounts.AddAsync(new NewAccount { Name = "Bench", Url = server.Address.ToString(), Token = new AccessToken(server.Token) }, CancellationToken.None);
        if (test.Steps.FirstOrDefault(s => s.Result == ConnectionStepResult.Failed) is { } failed)
        {
            throw new InvalidOperationException($"The account does not work: {failed}");
        }

        foreach (var report in work.Reports)
        {
            var details = new DetailsInput { Report = report, Sites = string.Join(',', work.Sites), Period = "day", Start = Iso(work.From), End = Iso(work.To) };
            await workspace.AddDataSetAsync(new NewDataSet { Name = report, Account = "Bench", Details = details }, CancellationToken.None);
        }

        var clock = Stopwatch.StartNew();
        var results = await workspace.RunAsync(new RunRequest { Names = work.Reports }, null, CancellationToken.None);
        var seconds = clock.Elapsed.TotalSeconds;
        foreach (var result in results.Where(r => r.Status is not (RunStatus.Succeeded or RunStatus.SucceededWithWarnings)))
        {
            throw new InvalidOperationException($"{result.DataSet}: {result.Status}, {result.Error?.Message}");
        }

        return new Measured(seconds, results.Sum(r => r.Requests), results.ToDictionary(r => r.DataSet, r => r.Rows, StringComparer.Ordinal));
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
