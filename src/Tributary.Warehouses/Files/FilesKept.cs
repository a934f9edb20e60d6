using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>
/// What the last runs have replaced, so that they can be undone: the files of their partitions as they were, under the run that replaced them.
/// Of a partition that several runs changed, what the earliest of them replaced is how it was before.
/// </summary>
internal static class FilesKept
{
    /// <summary>The list of what a run replaced.</summary>
    public static string List(string table, string run) => FilesLayout.Kept(table, run) + "partitions.json";

    public static async Task<List<FilesKeptPartition>> ReadAsync(FilesTable table, string run, CancellationToken cancellationToken) =>
        await table.ReadAsync(List(table.Name, run), FilesJson.Default.ListFilesKeptPartition, cancellationToken) ?? [];

    /// <summary>Undoes every run after one.</summary>
    public static async Task RevertAsync(FilesTable table, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        if (table.Note is not { } note || Later(note, runId, endedAt) is not { Count: > 0 } later)
        {
            return;
        }

        if (later.Exists(r => !note.Kept.Contains(r)))
        {
            throw CommitRules.NotKept(runId, later.Count, note.Kept.Count);
        }

        var restored = new Dictionary<PartitionKey, FilesKeptPartition>();
        foreach (var run in later)
        {
            foreach (var partition in await ReadAsync(table, run, cancellationToken))
            {
                restored.TryAdd(partition.Key, partition);
            }
        }

        var sites = restored.Keys.Select(k => k.SiteId).ToHashSet();
        var states = (await table.ReadStatesAsync(sites, cancellationToken)).ToDictionary(s => s.Key);
        var staging = new FilesStaging(table, note.Files, cancellationToken);
        try
        {
            foreach (var (key, was) in restored)
            {
                var path = FilesLayout.Rows(table.Name, key, note.Files.Extension);
                if (was.File is { } file)
                {
                    await staging.CopyAsync(file, path);
                }
                else
                {
                    staging.Delete(path);
                }

                states.Remove(key);
                if (was.State is { } state)
                {
                    states[key] = state;
                }
            }

            await table.Engine.RunAsync(() => staging.WriteStates(states.Values), cancellationToken);
            foreach (var site in sites.Where(s => states.Keys.All(k => k.SiteId != s)))
            {
                staging.Delete(FilesLayout.States(table.Name, site, note.Files.Extension));
            }

            foreach (var run in later)
            {
                staging.Clear(FilesLayout.Kept(table.Name, run));
                staging.Delete(FilesLayout.Windows(table.Name, run));
            }

            await staging.ApplyAsync(note with
            {
                Runs = [.. note.Runs.Where(r => !later.Contains(r.Run))],
                Kept = [.. note.Kept.Except(later)],
            });
        }
        catch
        {
            await staging.ForgetAsync();
            throw;
        }
    }

    /// <summary>The runs after one, the earliest first. One that changed nothing is a point in time.</summary>
    private static List<string> Later(FilesNote note, string runId, DateTimeOffset endedAt)
    {
        var run = note.Runs.FirstOrDefault(r => r.Run == runId);
        return [.. note.Runs.Where(r => run is null ? r.FirstAt > endedAt : r.First > run.Last).OrderBy(r => r.First).Select(r => r.Run)];
    }
}
