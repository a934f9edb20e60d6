using System.Globalization;
using Tributary.Accounts;
using Tributary.Benchmarks.Scale;
using Tributary.Model;

namespace Tributary.Benchmarks.Start;

/// <summary>The child process that fills a workspace with DataSets; some have run once, which takes far longer than adding them.</summary>
internal static class ManyDataSets
{
    public const string Argument = "fill-workspace";
    public const int Count = 1_000;
    private const int HaveRun = 20;

    public static async Task<int> RunAsync(string folder)
    {
        await using var server = await TinyMatomo.StartAsync(sites: 1);
        await using var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
        await ScaleRun.AddAccountAsync(workspace, server.Address.ToString());
        for (var i = 1; i <= Count; i++)
        {
            await workspace.AddDataSetAsync(
                new NewDataSet
                {
                    Name = Name(i),
                    Account = ScaleRun.Account,
                    Details = new DetailsInput { Report = "UserCountry.getCountry" },
                    Schedule = new ScheduleInput { DailyAt = "07:00" },
                },
                CancellationToken.None);
        }

        await workspace.RunAsync(new RunRequest { Names = [.. Enumerable.Range(1, HaveRun).Select(Name)] }, null, CancellationToken.None);
        return 0;
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"Countries {number}");
}
