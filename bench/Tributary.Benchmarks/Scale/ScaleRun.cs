using System.Diagnostics;
using System.Globalization;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Benchmarks.Scale;

/// <summary>The running process: one DataSet over all sites and the days given, in a workspace that is made when there is none; prints what each of its runs cost.</summary>
internal static class ScaleRun
{
    public const string Argument = "run-once";
    public const string Account = "Bench";

    /// <summary>The account's token: the tiny server takes any.</summary>
    public static AccessToken Token { get; } = new(new string('b', 32));
    private const string Name = "Countries";

    public static async Task<int> RunAsync(string folder, string address, string days, string runs)
    {
        await using var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
        if ((await workspace.ListDataSetsAsync(CancellationToken.None)).Count == 0)
        {
            await AddAsync(workspace, address, int.Parse(days, CultureInfo.InvariantCulture));
        }

        for (var run = 0; run < int.Parse(runs, CultureInfo.InvariantCulture); run++)
        {
            var clock = Stopwatch.StartNew();
            var result = (await workspace.RunAsync(new RunRequest { Names = [Name] }, null, CancellationToken.None)).Single();
            var seconds = clock.Elapsed.TotalSeconds;
            if (result.Status is not (RunStatus.Succeeded or RunStatus.Skipped))
            {
                throw new InvalidOperationException($"{result.Status}: {result.Error?.Message} {string.Join(' ', result.Warnings.Take(3).Select(w => w.Message))}");
            }

            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds} {process.PeakWorkingSet64} {result.Partitions} {result.Rows} {result.Requests}"));
        }

        return 0;
    }

    public static Task AddAccountAsync(Workspace workspace, string address) =>
        workspace.Accounts.AddAsync(new NewAccount { Name = Account, Url = address, Token = Token }, CancellationToken.None);

    private static async Task AddAsync(Workspace workspace, string address, int days)
    {
        await AddAccountAsync(workspace, address);
        var end = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-10);
        var details = new DetailsInput { Report = "UserCountry.getCountry", Period = "day", Start = Iso(end.AddDays(1 - days)), End = Iso(end) };
        await workspace.AddDataSetAsync(new NewDataSet { Name = Name, Account = Account, Details = details }, CancellationToken.None);
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
