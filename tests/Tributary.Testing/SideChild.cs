using Tributary.Model;

namespace Tributary.Testing;

/// <summary>A process that works on a workspace beside another: for each line it reads it opens the workspace anew, runs the DataSets named and says how each ended.</summary>
internal static class SideChild
{
    public static async Task RunAsync(string folder)
    {
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } names)
        {
            Console.WriteLine(await AnswerAsync(folder, names.Split(',')));
        }
    }

    private static async Task<string> AnswerAsync(string folder, string[] names)
    {
        try
        {
            await using var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
            var results = await workspace.RunAsync(new RunRequest { Names = names, Full = true }, null, CancellationToken.None);
            return string.Join(';', results.Select(r => r.Status == RunStatus.Skipped
                ? $"{r.DataSet}={r.Warnings[0].Code}"
                : $"{r.DataSet}={r.Status} {r.Error?.Code} {string.Join(' ', r.Warnings.Select(w => w.Code))}".TrimEnd()));
        }
        catch (TributaryException error)
        {
            return $"failed: {error.Code} {error.Message}".ReplaceLineEndings(" ");
        }
    }
}
