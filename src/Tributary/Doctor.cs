using System.Globalization;
using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary;

/// <summary>Looks at everything that can be wrong with a workspace, and says how to mend it. Changes nothing.</summary>
internal sealed class Doctor(string folder, AccountStore accountStore, AccountConnections accounts, AlertStore alerts, DataSetStore dataSets, PartitionStore partitions, DestinationBook destinations, RunStores runs, Scheduler scheduler, IDestination embedded)
{
    // Below this a day's commit and DuckDB's own temporary files may not fit.
    private const long LeastFreeBytes = 1L << 30;

    /// <summary>Examines the workspace.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding> { new("workspace", true, folder), Disk(), Keys() };
        foreach (var account in await accountStore.ListAsync(cancellationToken))
        {
            findings.Add(await AccountAsync(account, cancellationToken));
        }

        findings.AddRange(await AlertsAsync(cancellationToken));
        findings.AddRange(await RunsAsync(cancellationToken));
        findings.AddRange((await scheduler.UnknownZonesAsync(cancellationToken)).Select(u => new Finding($"schedule of {u.DataSet}", false, TimeZoneNames.UnknownHere(u.Zone))));
        findings.Add(await DataFileAsync(cancellationToken));
        return findings;
    }

    private Finding Disk()
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1L << 30):0.0} GB free");
        return free >= LeastFreeBytes ? new Finding("disk", true, text) : new Finding("disk", false, $"Only {text}. Make room: a run that cannot be written fails and changes nothing.");
    }

    private Finding Keys()
    {
        if (OperatingSystem.IsWindows())
        {
            return new Finding("keys", true, "kept in the workspace");
        }

        var open = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "keys")))
        {
            if ((File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != UnixFileMode.None)
            {
                open.Add(file);
            }
        }

        return open.Count == 0
            ? new Finding("keys", true, "readable by you alone")
            : new Finding("keys", false, $"Others may read {string.Join(", ", open)}. Mend it with: chmod 600 {string.Join(' ', open)}");
    }

    private async Task<Finding> AccountAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        var name = $"account {account.Name}";
        try
        {
            if (AccountConnections.IsStopped(account))
            {
                return new Finding(name, false, $"It waits for you: {account.Reason} Then: tributary account test {ShellWord.Of(account.Name)}");
            }

            // The check asks once: whoever waits for a doctor does not want to wait for retries.
            var client = await accounts.ClientAsync(account, cancellationToken);
            var failed = (await client.CheckAsync(cancellationToken)).FirstOrDefault(s => s.Result == ConnectionStepResult.Failed);
            return failed is null
                ? new Finding(name, true, $"{account.Url}, Matomo {account.MatomoVersion}")
                : new Finding(name, false, failed.Sentence);
        }
        catch (Exception error) when (error is MatomoException or TributaryException)
        {
            return new Finding(name, false, error.Message);
        }
    }

    private async Task<IEnumerable<Finding>> AlertsAsync(CancellationToken cancellationToken)
    {
        var posts = await alerts.PostsAsync(cancellationToken);
        var known = (await dataSets.ListAsync(cancellationToken)).Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        return (await alerts.ListAsync(cancellationToken)).Select(a =>
        {
            var (name, post) = ($"alert {a.Definition.Name}", posts.GetValueOrDefault(a.Id));
            return post switch
            {
                _ when !a.Definition.All && a.Definition.Tags.Count == 0 && !a.Definition.DataSets.Any(known.Contains) => new Finding(name, false, $"It tells of nothing: the DataSets it named are deleted. Remove it with: tributary alert remove {ShellWord.Of(a.Definition.Name)} - or name others in the Data Center."),
                { GivenUp: > 0 } => new Finding(name, false, $"{post.GivenUp} of its messages never arrived and are given up. {post.Error} Mend it, then: tributary alert test {ShellWord.Of(a.Definition.Name)}"),
                { Error: { } error } => new Finding(name, false, $"{post.Waiting} of its messages wait and are tried again. {error}"),
                _ => new Finding(name, true, a.Definition.Smtp is { } smtp ? $"by e-mail over {smtp.Host}" : $"to {a.Definition.WebhookHost}"),
            };
        });
    }

    private async Task<IEnumerable<Finding>> RunsAsync(CancellationToken cancellationToken)
    {
        var names = (await dataSets.ListAsync(cancellationToken)).ToDictionary(d => d.Id, d => d.Definition.Name, StringComparer.Ordinal);
        var findings = new List<Finding>();
        foreach (var (run, dataSet) in await runs.Runs.Locks.GoneAsync(cancellationToken))
        {
            // Those of a backfill have to be said again: a run over the DataSet's own dates would not read them.
            var (from, to) = await runs.History.DatesAskedAsync(run, cancellationToken);
            var dates = $"{(from.Length == 0 ? "" : $" --from {from}")}{(to.Length == 0 ? "" : $" --to {to}")}";
            findings.Add(new Finding($"run of {names[dataSet]}", false, $"{RunRows.Interrupted.Message} Go on with: tributary dataset run {ShellWord.Of(names[dataSet])}{dates}"));
        }

        return findings;
    }

    private async Task<Finding> DataFileAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Whatever is to be in it: a file that cannot be opened is found before something is to be written.
            await embedded.ReadPartitionsAsync("doctor", cancellationToken);
            foreach (var dataSet in await dataSets.ListAsync(cancellationToken))
            {
                var destination = await destinations.OfAsync(dataSet.Definition, cancellationToken);
                var stored = await destination.ReadPartitionsAsync(dataSet.Table, cancellationToken);
                var copy = await partitions.ReadAsync(dataSet.Id, cancellationToken);
                if (stored.Count == 0 && copy.Count > 0 && await destination.ReadSchemaAsync(dataSet.Table, cancellationToken) is null)
                {
                    return new Finding("data", false, Missing(dataSet, copy));
                }

                if (!stored.ToHashSet().SetEquals(copy))
                {
                    return new Finding("data", false, $"The records of '{dataSet.Definition.Name}' are behind its data, as after a crash. The next run mends it: tributary dataset run {ShellWord.Of(dataSet.Definition.Name)}");
                }
            }

            return new Finding("data", true, "the records agree with the data");
        }
        catch (TributaryException error)
        {
            return new Finding("data", false, error.Message);
        }
    }

    /// <summary>What is gone: the whole file, or one table.</summary>
    private string Missing(DataSetRecord dataSet, IReadOnlyList<PartitionRecord> copy)
    {
        var file = Path.Combine(folder, "datasets.duckdb");
        var what = dataSet.Definition.DestinationId is null && !File.Exists(file)
            ? $"The data file {file} is gone, with all that was in it."
            : $"The table '{dataSet.Table}' of '{dataSet.Definition.Name}' is gone from where it is written.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what} {copy.Sum(p => p.Rows)} rows of '{dataSet.Definition.Name}' were in it. Bring it back from a backup, or read again what Matomo still has: tributary dataset run {ShellWord.Of(dataSet.Definition.Name)}{(copy.Any(p => p.Key.Period != Period.None) ? string.Create(CultureInfo.InvariantCulture, $" --from {copy.Min(p => p.Key.Start):yyyy-MM-dd} --to {copy.Max(p => p.Key.End):yyyy-MM-dd}") : "")}");
    }
}
