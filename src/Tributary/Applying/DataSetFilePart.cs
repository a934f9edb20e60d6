using System.Globalization;
using Tributary.Accounts;
using Tributary.DataSets;
using Tributary.Destinations;
using Tributary.Files;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.Applying;

/// <summary>The DataSets of the file form. The file is the whole truth of those it names: a field it leaves out has its default.</summary>
internal sealed class DataSetFilePart(AccountConnections accounts, AccountStore accountStore, DataSetEditing editing, DataSetStore store, DataSetDeleting deleting, DestinationBook destinations, DestinationMoves moves, Scheduler scheduler, TimeProvider clock)
{
    /// <summary>Plans the DataSets of a file, and what becomes of others.</summary>
    /// <returns>The ids of the accounts that DataSets will stand on, those of the destinations they will be written to, and the names that they will have.</returns>
    public async Task<(IReadOnlySet<string> Accounts, IReadOnlySet<string> Destinations, IReadOnlyList<string> Names)> PlanAsync(WorkspaceFile file, FilePlan plan, CancellationToken cancellationToken)
    {
        var stored = await store.ListAsync(cancellationToken);
        var accountNames = (await accountStore.ListAsync(cancellationToken)).ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);
        var order = new Dictionary<FileDataSet, int>();
        var meant = Match(file, stored, order);
        var others = stored.Where(s => !meant.ContainsValue(s)).ToList();
        var tables = stored.Except(plan.Request.Prune ? others : []).Select(s => s.Table).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var going = plan.Request is { Prune: true, KeepData: false } ? others.Select(o => (o.Definition.DestinationId, o.Table)).ToHashSet() : [];
        var (used, written) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var places = await destinations.NamesAsync(cancellationToken);
        foreach (var dataSet in file.DataSets.Where(d => d.Name.Length > 0).OrderBy(d => order.GetValueOrDefault(d)))
        {
            try
            {
                if (await DefinitionAsync(dataSet, plan, cancellationToken) is not var (account, definition) || definition is null)
                {
                    continue;
                }

                used.Add(account.Id);
                written.Add(definition.DestinationId ?? "");
                if (meant.GetValueOrDefault(dataSet) is { } record)
                {
                    await ChangeAsync(dataSet, record, account, definition, FieldsOf.DataSet(record.Definition, record.Table, accountNames.GetValueOrDefault(record.Definition.AccountId), PlaceOf(record.Definition, places)), places, plan, cancellationToken);
                }
                else
                {
                    await AddAsync(dataSet, account, definition, tables, going, places, plan, cancellationToken);
                }
            }
            catch (MatomoException error)
            {
                // Told once: the others of the account are not looked at.
                plan.FailedAccounts.Add(NameKey.Of(dataSet.Account));
                plan.Failures.Add((Fault.Source, dataSet.At.Line, $"The account '{dataSet.Account}' could not be asked for '{dataSet.Name}' (line {dataSet.At.Line}): {error.Message}"));
            }
        }

        await PruneAsync(others, plan, cancellationToken);
        if (!plan.Request.Prune)
        {
            used.UnionWith(others.Select(o => o.Definition.AccountId));
            written.UnionWith(others.Select(o => o.Definition.DestinationId ?? ""));
        }

        return (used, written, [.. file.DataSets.Select(d => d.Name), .. plan.Request.Prune ? [] : others.Select(o => o.Definition.Name)]);
    }

    /// <summary>The fields of every DataSet, by name; apart those whose account or destination was removed, which no file can say.</summary>
    public async Task<(IReadOnlyList<IReadOnlyList<FieldText>> Written, IReadOnlyList<IReadOnlyList<FieldText>> Stopped)> ExportAsync(List<string> notes, CancellationToken cancellationToken)
    {
        var names = (await accountStore.ListAsync(cancellationToken)).ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);
        var places = await destinations.NamesAsync(cancellationToken);
        var (written, stopped) = (new List<IReadOnlyList<FieldText>>(), new List<IReadOnlyList<FieldText>>());
        foreach (var record in await store.ListAsync(cancellationToken))
        {
            var account = names.GetValueOrDefault(record.Definition.AccountId);
            var place = PlaceOf(record.Definition, places);
            var isStopped = account is null || (record.Definition.DestinationId is not null && place is null);
            if (isStopped)
            {
                notes.Add($"The {(account is null ? "account" : "destination")} of '{record.Definition.Name}' was removed: it stands in the file as a comment and is left alone, but removed by --prune. Give it another one there and take the # away.");
            }

            (isStopped ? stopped : written).Add(FieldsOf.DataSet(record.Definition, record.Table, account, place));
        }

        return (written, stopped);
    }

    /// <summary>Which stored DataSet each one of the file is, by the name it had or by its name.</summary>
    private static Dictionary<FileDataSet, DataSetRecord> Match(WorkspaceFile file, List<DataSetRecord> stored, Dictionary<FileDataSet, int> order)
    {
        DataSetRecord? Find(string name) => stored.FirstOrDefault(s => NameKey.Of(s.Definition.Name) == NameKey.Of(name));
        var meant = new Dictionary<FileDataSet, DataSetRecord>();
        List<FileDataSet> named = [.. file.DataSets.Where(d => d.Name.Length > 0)];
        List<FileDataSet> renamed = [.. named.Where(d => d.RenameFrom is not null && Find(d.RenameFrom) is { } old && Find(d.Name) != old)];

        // A name that is taken becomes free where its DataSet gets another one: those first, whose new name is free.
        for (var round = 0; renamed.Where(d => Find(d.Name) is not { } there || meant.ContainsValue(there)).ToList() is { Count: > 0 } free; round++)
        {
            foreach (var dataSet in free)
            {
                renamed.Remove(dataSet);
                var old = Find(dataSet.RenameFrom!)!;
                if (meant.FirstOrDefault(m => m.Value == old) is { Key: { } other })
                {
                    FailTwice(dataSet, old, other);
                    continue;
                }

                (meant[dataSet], order[dataSet]) = (old, round);
            }
        }

        foreach (var dataSet in named.Where(d => !meant.ContainsKey(d)))
        {
            if (Find(dataSet.Name) is not { } same)
            {
                continue;
            }

            if (meant.FirstOrDefault(m => m.Value == same) is { Key: { } other })
            {
                FailTwice(other, same, dataSet);
                continue;
            }

            meant[dataSet] = same;
        }

        foreach (var dataSet in renamed)
        {
            var (there, old) = (Find(dataSet.Name)!, Find(dataSet.RenameFrom!)!);
            if (IsRing(dataSet))
            {
                dataSet.At.Fail("rename_from", $"'{there.Definition.Name}' and '{old.Definition.Name}' go round in a ring, and a file that is applied again would turn it on. Rename one to a name that is free, apply, then the others.");
            }
            else if (!named.Exists(d => d != dataSet && meant.GetValueOrDefault(d) == old))
            {
                dataSet.At.Fail("rename_from", $"There is a DataSet '{there.Definition.Name}' beside '{old.Definition.Name}' already. Leave rename_from out, or delete one of them first.");
            }
        }

        return meant;

        bool IsRing(FileDataSet dataSet)
        {
            FileDataSet? at = dataSet;
            for (var steps = 0; at is not null && steps < renamed.Count; steps++)
            {
                at = renamed.Find(d => Find(d.RenameFrom!) == Find(at.Name));
                if (at == dataSet)
                {
                    return true;
                }
            }

            return false;
        }

        static void FailTwice(FileDataSet dataSet, DataSetRecord old, FileDataSet other) =>
            dataSet.At.Fail("rename_from", $"'{old.Definition.Name}' is in the file too, as {other.At.Path}. Leave it out there, or rename_from here.");
    }

    private async Task<(AccountRecord Account, DataSetDefinition? Definition)?> DefinitionAsync(FileDataSet dataSet, FilePlan plan, CancellationToken cancellationToken)
    {
        // What is wrong with an account is told at the account.
        if (dataSet.Account.Length == 0 || plan.FailedAccounts.Contains(NameKey.Of(dataSet.Account)))
        {
            return null;
        }

        AccountRecord account;
        try
        {
            account = await accounts.FindAsync(dataSet.Account, cancellationToken);
        }
        catch (InputException error)
        {
            dataSet.At.Fail(error);
            return null;
        }

        var typed = new NewDataSet { Name = dataSet.Name, Account = account.Name, Destination = dataSet.Destination, Details = dataSet.Details, Settings = dataSet.Settings, Schedule = dataSet.Schedule };
        return (account, await editing.ReadAsync(account, typed, dataSet.At.Fail, cancellationToken));
    }

    private async Task ChangeAsync(FileDataSet dataSet, DataSetRecord record, AccountRecord account, DataSetDefinition definition, IReadOnlyList<FieldText> before, IReadOnlyDictionary<string, string> places, FilePlan plan, CancellationToken cancellationToken)
    {
        var old = record.Definition;
        if (dataSet.Table is { } table && !table.Equals(record.Table, StringComparison.OrdinalIgnoreCase))
        {
            dataSet.At.Fail("table", $"The table of '{old.Name}' is {record.Table}, and a table keeps its name. Write table: {record.Table}, or leave it out.");
        }

        if (definition.Details.Report != old.Details.Report)
        {
            dataSet.At.Fail("report", $"'{old.Name}' holds {old.Details.Report}, and a table holds one report. Give the DataSet for {definition.Details.Report} another name.");
            return;
        }

        var changes = FilePlan.Differences(before, FieldsOf.DataSet(definition, record.Table, account.Name, PlaceOf(definition, places)));
        if (changes.Count == 0 && old.AccountId == account.Id)
        {
            plan.Unchanged++;
            return;
        }

        var isAsked = changes.Any(c => c.Field is "account" or "key" or "update") || old.AccountId != account.Id || !DetailsEqual(old, definition);
        if (isAsked && !await IsRightAsync(dataSet, account, definition, cancellationToken))
        {
            return;
        }

        var isMoved = definition.DestinationId != old.DestinationId;
        IReadOnlyList<string> consequences = [.. await editing.ConsequencesAsync(record, definition, cancellationToken), .. isMoved ? [$"It moves to '{places[definition.DestinationId ?? ""]}' with its rows."] : Array.Empty<string>()];
        plan.Changes.Add(new FileChange("dataset", definition.Name, FileAction.Changed, changes, consequences));
        plan.Write(FileStep.ChangeDataSets, async stop =>
        {
            var there = definition with { DestinationId = old.DestinationId };
            await editing.UpdateAsync(record, there, stop);
            if (isMoved)
            {
                await moves.MoveAsync(record with { Definition = there }, places[definition.DestinationId ?? ""], keep: false, null, stop);
            }

            await scheduler.NoteAsync(record with { Definition = definition }, clock.GetUtcNow(), stop);
        });
    }

    private async Task AddAsync(FileDataSet dataSet, AccountRecord account, DataSetDefinition definition, HashSet<string> tables, HashSet<(string? DestinationId, string Table)> going, IReadOnlyDictionary<string, string> places, FilePlan plan, CancellationToken cancellationToken)
    {
        try
        {
            DataSetEditing.RefuseTable(dataSet.Table);
        }
        catch (InputException error)
        {
            dataSet.At.Fail(error);
        }

        var table = dataSet.Table ?? TableNames.CandidatesOf(definition.Name).First(t => !tables.Contains(t));
        if (!tables.Add(table))
        {
            dataSet.At.Fail("table", $"The table '{table}' belongs to another DataSet. Choose another table.");
        }
        else if (!going.Contains((definition.DestinationId, table)) && await editing.IsThereAsync(definition, table, cancellationToken))
        {
            dataSet.At.Fail("table", await editing.TakenAsync(definition, table, cancellationToken));
        }

        if (!await IsRightAsync(dataSet, account, definition, cancellationToken))
        {
            return;
        }

        plan.Added("dataset", definition.Name, FieldsOf.DataSet(definition, table, account.Name, PlaceOf(definition, places)));
        plan.Write(FileStep.AddDataSets, async stop => await scheduler.NoteAsync(await editing.AddAsync(definition, table, stop), clock.GetUtcNow(), stop));
    }

    private async Task PruneAsync(List<DataSetRecord> others, FilePlan plan, CancellationToken cancellationToken)
    {
        foreach (var record in others)
        {
            if (!plan.Request.Prune)
            {
                plan.NotInFile.Add(record.Definition.Name);
                continue;
            }

            var destination = await destinations.OfAsync(record.Definition, cancellationToken);
            var rows = (await destination.ReadPartitionsAsync(record.Table, cancellationToken)).Sum(p => p.Rows);
            var count = rows == 1 ? "1 row" : string.Create(CultureInfo.InvariantCulture, $"{rows} rows");
            plan.Changes.Add(new FileChange("dataset", record.Definition.Name, FileAction.Removed, [], [plan.Request.KeepData ? $"Its table {record.Table} stays with {count}; its history goes." : $"Its table {record.Table} goes with {count}, and its history."]));
            plan.Write(FileStep.RemoveDataSets, stop => deleting.DeleteAsync(record, plan.Request.KeepData, stop));
        }
    }

    private async Task<bool> IsRightAsync(FileDataSet dataSet, AccountRecord account, DataSetDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            await editing.CheckAsync(account, definition, cancellationToken);
            return true;
        }
        catch (InputException error)
        {
            dataSet.At.Fail(error);
            return false;
        }
    }

    private static string? PlaceOf(DataSetDefinition definition, IReadOnlyDictionary<string, string> places) => definition.DestinationId is { } id ? places.GetValueOrDefault(id) : null;

    private static bool DetailsEqual(DataSetDefinition a, DataSetDefinition b) => StoreJson.Write(a.Details) == StoreJson.Write(b.Details);
}
