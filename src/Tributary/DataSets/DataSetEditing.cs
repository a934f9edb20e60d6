using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.DataSets;

/// <summary>Adds, changes, copies and deletes DataSets. What is given is checked whole before anything is written.</summary>
internal sealed class DataSetEditing(AccountConnections accounts, AccountReports reports, DataSetStore dataSets, PartitionStore partitions, SchemaStore schemas, DestinationBook destinations, TimeProvider clock)
{
    // Enough to see a key repeat, little enough to be one request or two.
    private const int RowsForKeyCheck = 1000;

    /// <summary>Adds a DataSet.</summary>
    /// <exception cref="InputException">Something in it does not hold together; nothing was written.</exception>
    public async Task<DataSetRecord> AddAsync(NewDataSet dataSet, CancellationToken cancellationToken)
    {
        var name = NameRules.Read(dataSet.Name, "NAME", "A DataSet");
        RefuseTable(dataSet.Table);
        var account = await accounts.FindAsync(dataSet.Account, cancellationToken);
        var (report, details) = await reports.ReadDetailsAsync(account, dataSet.Details, cancellationToken);
        DateRules.RefusePast(details, Today);
        var definition = new DataSetDefinition { Name = name, AccountId = account.Id, DestinationId = await destinations.IdOfAsync(dataSet.Destination, cancellationToken), Details = details };
        definition = WithSchedule(SettingsRules.Apply(definition, dataSet.Settings, report, isNew: true), dataSet.Schedule);
        await RefuseAsync(definition, cancellationToken);
        await CheckAsync(account, definition, cancellationToken);
        return await AddAsync(definition, dataSet.Table, cancellationToken);
    }

    /// <summary>Stores a new DataSet.</summary>
    /// <exception cref="InputException">Its destination has a table of that name, which a deleted DataSet left or another workspace keeps up to date.</exception>
    public async Task<DataSetRecord> AddAsync(DataSetDefinition definition, string? table, CancellationToken cancellationToken)
    {
        var record = await dataSets.AddAsync(definition, table, cancellationToken);
        try
        {
            if (await IsThereAsync(definition, record.Table, cancellationToken))
            {
                throw new InputException("--table", await TakenAsync(definition, record.Table, cancellationToken));
            }
        }
        catch
        {
            await dataSets.DeleteAsync(record.Id, CancellationToken.None);
            throw;
        }

        return record;
    }

    /// <summary>Whether the destination of a definition has a table of that name, or what belongs to one: whoever has it, a new DataSet must not take its rows for its own.</summary>
    public async Task<bool> IsThereAsync(DataSetDefinition definition, string table, CancellationToken cancellationToken)
    {
        var destination = await destinations.OfAsync(definition, cancellationToken);
        return await destination.ReadSchemaAsync(table, cancellationToken) is not null
            || (await destination.ReadPartitionsAsync(table, cancellationToken)).Count > 0
            || (await destination.ReadKeptRunsAsync(table, cancellationToken)).Count > 0;
    }

    /// <summary>What is said of a table that is there already.</summary>
    public async Task<string> TakenAsync(DataSetDefinition definition, string table, CancellationToken cancellationToken) =>
        $"The destination '{(await destinations.NamesAsync(cancellationToken))[definition.DestinationId ?? ""]}' has a table '{table}' already, which is no DataSet's of this workspace: one that was deleted and kept its data left it there, or somebody else made it. Its rows stay as they are. Choose another name, or another table with --table: {await FreeTableAsync(definition, table, cancellationToken)}.";

    private async Task<string> FreeTableAsync(DataSetDefinition definition, string table, CancellationToken cancellationToken)
    {
        var taken = (await dataSets.ReadTakenAsync(cancellationToken)).Select(t => t.Table).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var candidate in TableNames.CandidatesOf(table).Skip(1))
        {
            if (!taken.Contains(candidate) && !await IsThereAsync(definition, candidate, cancellationToken))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("The candidates have no end.");
    }

    /// <summary>Refuses what is no name of a table.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static void RefuseTable(string? table)
    {
        if (table is not null && TableNames.ToSnakeCase(table) != table)
        {
            throw new InputException("--table", $"'{table}' is not a table name. Write lower-case letters, digits and _: {TableNames.ToSnakeCase(table)}.");
        }
    }

    /// <summary>The definition of a DataSet of which everything is given: what is not, has its default. Every group of fields is read, whatever is wrong with another.</summary>
    /// <param name="account">Its account.</param>
    /// <param name="dataSet">What is given.</param>
    /// <param name="fail">Told what does not hold together.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="stored">The definition it takes the place of; null for a new one. Details that stay as they are need no server that answers.</param>
    /// <returns>The definition; null when something was told.</returns>
    public async Task<DataSetDefinition?> ReadAsync(AccountRecord account, NewDataSet dataSet, Action<InputException> fail, CancellationToken cancellationToken, DataSetDefinition? stored = null)
    {
        DataSetDefinition? definition = null;
        try
        {
            var (report, details) = StoredDetails(stored, account, dataSet.Details) ?? await reports.ReadDetailsAsync(account, dataSet.Details, cancellationToken);
            RefusePast(details, stored);
            var written = new DataSetDefinition { Name = dataSet.Name, AccountId = account.Id, DestinationId = await destinations.IdOfAsync(dataSet.Destination, cancellationToken), Details = details };
            definition = SettingsRules.Apply(written, dataSet.Settings, report, isNew: true);
            await RefuseAsync(definition, cancellationToken);
        }
        catch (InputException error)
        {
            fail(error);
        }

        try
        {
            return WithSchedule(definition ?? new DataSetDefinition { Name = "", AccountId = "", Details = new Details { Report = "" } }, dataSet.Schedule) is { AccountId.Length: > 0 } whole ? whole : null;
        }
        catch (InputException error)
        {
            fail(error);
            return null;
        }
    }

    /// <summary>Whether details say the same.</summary>
    public static bool AreSame(Details one, Details other) => StoreJson.Write(DetailsText.Of(one)) == StoreJson.Write(DetailsText.Of(other));

    private static (ReportDefinition Report, Details Details)? StoredDetails(DataSetDefinition? stored, AccountRecord account, DetailsInput typed)
    {
        if (stored is null || stored.AccountId != account.Id || ReportCatalog.BuiltIn.Find(stored.Details.Report) is not { } report || ReportCatalog.BuiltIn.Find(typed.Report ?? "") != report)
        {
            return null;
        }

        try
        {
            return AreSame(DetailsRules.Read(typed, report), stored.Details) ? (report, stored.Details) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>Dates that time has overtaken hold no other change up.</summary>
    private void RefusePast(Details details, DataSetDefinition? old)
    {
        if (old is null || details.Start != old.Details.Start || details.End != old.Details.End)
        {
            DateRules.RefusePast(details, Today);
        }
    }

    /// <summary>What another definition does to the rows of a DataSet, in sentences.</summary>
    public async Task<IReadOnlyList<string>> ConsequencesAsync(DataSetRecord record, DataSetDefinition definition, CancellationToken cancellationToken)
    {
        var stored = await (await destinations.OfAsync(record.Definition, cancellationToken)).ReadPartitionsAsync(record.Table, cancellationToken);
        var consequences = Consequences.Of(record.Definition, definition, stored, Today);
        return stored.Count > 0 && await accounts.OtherMatomoAsync(record.Definition.AccountId, definition.AccountId, cancellationToken) is { } other ? [other, .. consequences] : consequences;
    }

    /// <summary>Changes a DataSet, or says only what would happen.</summary>
    /// <exception cref="InputException">Something does not hold together; nothing was written.</exception>
    public async Task<(DataSetRecord Record, IReadOnlyList<string> Consequences)> EditAsync(DataSetRecord record, DataSetChange change, bool dryRun, CancellationToken cancellationToken)
    {
        var old = record.Definition;
        var account = change.Account is { } other ? await accounts.FindAsync(other, cancellationToken) : await accounts.OfDataSetAsync(old, cancellationToken);
        var input = DetailsText.With(DetailsText.Of(old.Details), change.Details ?? new DetailsInput());
        var (report, details) = StoredDetails(old, account, input) ?? await reports.ReadDetailsAsync(account, input, cancellationToken);
        RefusePast(details, old);
        if (details.Report != old.Details.Report)
        {
            throw new InputException("--report", $"'{old.Name}' holds {old.Details.Report}, and a table holds one report. Add another DataSet for {details.Report}: tributary dataset add NAME --account {ShellWord.Of(account.Name)} --report {details.Report}");
        }

        var proposed = SettingsRules.ProposedKey(report, old.Details);
        var changed = old with
        {
            Name = string.IsNullOrWhiteSpace(change.NewName) ? old.Name : NameRules.Read(change.NewName, "--rename", "A DataSet"),
            AccountId = account.Id,
            Details = details,
            // A key that was proposed for these details is proposed anew for others.
            Key = old.Key.SequenceEqual(proposed) ? [] : old.Key,
        };
        var definition = SettingsRules.Apply(changed, change.Settings, report, isNew: false);
        definition = WithSchedule(definition, change.Schedule);
        if (definition.Update != old.Update)
        {
            await RefuseAsync(definition, cancellationToken);
        }

        if (change.Details is not null || change.Account is not null || (definition.Update == UpdateMethod.Merge && !definition.Key.SequenceEqual(old.Key)))
        {
            await CheckAsync(account, definition, cancellationToken);
        }

        var consequences = await ConsequencesAsync(record, definition, cancellationToken);
        if (!dryRun)
        {
            await UpdateAsync(record, definition, cancellationToken);
        }

        return (record with { Definition = definition }, consequences);
    }

    /// <summary>Stores another definition of a DataSet, and has read again what it changes.</summary>
    /// <exception cref="InputException">The name is taken by another, or the DataSet was deleted.</exception>
    /// <exception cref="TributaryException"><c>dataset.changed_meanwhile</c>: the record is not what is stored any more.</exception>
    public async Task UpdateAsync(DataSetRecord record, DataSetDefinition definition, CancellationToken cancellationToken)
    {
        var written = await dataSets.UpdateAsync(record.Id, record.Definition, definition, cancellationToken);
        if (Consequences.ChangesColumns(record.Definition, definition))
        {
            await schemas.ForgetAsync(record.Id, CancellationToken.None);
        }

        if (Consequences.ChangesRows(record.Definition.Details, definition.Details))
        {
            // The next run reads them again in any case; until then they are shown as what they are.
            var destination = await destinations.OfAsync(written, cancellationToken);
            var stored = await destination.ReadPartitionsAsync(record.Table, cancellationToken);
            List<PartitionRecord> reopened = [.. stored.Where(p => p.State == PartitionState.Final).Select(p => p with { State = PartitionState.Provisional })];
            await destination.ReviseAsync(record.Table, reopened, CancellationToken.None);
            await partitions.ReviseAsync(record.Id, reopened, CancellationToken.None);
        }
    }

    /// <summary>Adds a DataSet like another, without its data.</summary>
    /// <exception cref="InputException">The name is taken or empty.</exception>
    public Task<DataSetRecord> DuplicateAsync(DataSetRecord record, string name, CancellationToken cancellationToken) =>
        AddAsync(record.Definition with { Name = NameRules.Read(name, "NEW", "The copy"), Shape = null }, null, cancellationToken);

    private async Task RefuseAsync(DataSetDefinition definition, CancellationToken cancellationToken) =>
        DestinationBook.Refuse(definition, await destinations.OfAsync(definition, cancellationToken), (await destinations.NamesAsync(cancellationToken))[definition.DestinationId ?? ""]);

    private static DataSetDefinition WithSchedule(DataSetDefinition definition, ScheduleInput typed)
    {
        var (schedule, retry, expectEvery) = ScheduleRules.Read(typed, new ScheduleSettings(definition.Schedule, definition.Retry, definition.ExpectEvery));
        return definition with { Schedule = schedule, Retry = retry, ExpectEvery = expectEvery };
    }

    /// <summary>Asks the account's server about what only it knows.</summary>
    /// <exception cref="InputException">Something of it is not there.</exception>
    public async Task CheckAsync(AccountRecord account, DataSetDefinition definition, CancellationToken cancellationToken)
    {
        var details = definition.Details;
        var hasKey = definition.Update == UpdateMethod.Merge;
        if (!hasKey && !HasToBeAsked(details))
        {
            return;
        }

        var prepared = await reports.PrepareAsync(account, (await accounts.ClientAsync(account, cancellationToken)).Urgent, details, null, cancellationToken);
        RefuseMissing(prepared);
        await reports.CheckSegmentsAsync(account, prepared, cancellationToken);
        if (hasKey)
        {
            await CheckKeyAsync(prepared, definition.Key, cancellationToken);
        }
    }

    /// <summary>Reads a few rows and looks whether the key tells them apart.</summary>
    private async Task CheckKeyAsync(PreparedRun prepared, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var plan = new Planner(clock).Make(prepared.Reading.Details, prepared.Reading.Report, prepared.Sites, [], new PlanOptions());
        var preview = await new Preview(prepared.Reading).ReadAsync(plan, prepared.Sites.Count, RowsForKeyCheck, cancellationToken);
        if (preview.Columns.Count == 0)
        {
            return;
        }

        var names = preview.Columns.Select(c => c.Name).ToList();
        if (key.FirstOrDefault(k => !names.Contains(k, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new InputException("--key", $"There is no column '{unknown}'.{NearestName.Hint(unknown, names)} Columns: {string.Join(", ", names)}.");
        }

        List<int> places = [.. key.Select(k => names.FindIndex(n => string.Equals(n, k, StringComparison.OrdinalIgnoreCase)))];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in preview.Rows)
        {
            if (places.FindIndex(p => row[p] is null) is var isNull and >= 0)
            {
                throw new InputException("--key", $"{key[isNull]} is null in some rows, so it cannot be part of a key. Choose other columns, or --update partition, which needs no key.");
            }

            var values = string.Join(", ", places.Select(p => FormattableString.Invariant($"{row[p]}")));
            if (!seen.Add(values))
            {
                throw new InputException("--key", $"The key {string.Join(", ", key)} does not tell all rows apart: two have {values}. Add a column with --key, or choose --update partition, which needs no key.");
            }
        }
    }

    /// <summary>Whether the details name something that only the server knows.</summary>
    private static bool HasToBeAsked(Details details) =>
        details.Sites is not null || details.Goal is not null || details.HasSegments || details.IsOneSubtable || details.AllSubtables;

    /// <summary>Refuses sites that the token does not see.</summary>
    /// <exception cref="InputException">One of those chosen.</exception>
    public static void RefuseMissing(PreparedRun prepared) => RefuseMissing(prepared.Missing, prepared.Sites);

    /// <summary>Refuses sites that the token does not see.</summary>
    /// <param name="missing">Those chosen that it does not see.</param>
    /// <param name="seen">Those chosen that it sees.</param>
    /// <exception cref="InputException">There is one.</exception>
    public static void RefuseMissing(IReadOnlyList<int> missing, IReadOnlyList<MatomoSite> seen)
    {
        if (missing.Count > 0)
        {
            throw new InputException("--sites", $"The token sees no site {string.Join(", ", missing)}.{(seen.Count == 0 ? "" : $" Of those chosen it sees: {string.Join(", ", seen.Select(s => $"{s.Id} {s.Name}"))}.")}");
        }
    }
}
