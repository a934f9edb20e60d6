using Tributary.Accounts;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.DataSets;

/// <summary>DataSets as a form holds them: every field at once, all that is wrong told at once.</summary>
public sealed class DataSetForms
{
    private readonly AccountConnections _accounts;
    private readonly DataSetEditing _editing;
    private readonly DataSetStore _dataSets;
    private readonly DataSetViews _views;
    private readonly Scheduler _scheduler;
    private readonly TimeProvider _clock;

    internal DataSetForms(AccountConnections accounts, DataSetEditing editing, DataSetStore dataSets, DataSetViews views, Scheduler scheduler, TimeProvider clock)
    {
        _accounts = accounts;
        _editing = editing;
        _dataSets = dataSets;
        _views = views;
        _scheduler = scheduler;
        _clock = clock;
    }

    /// <summary>The details of a DataSet as a person would type them; what is the default is null.</summary>
    public static DetailsInput TypedOf(DataSetDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return DetailsText.Of(definition.Details);
    }

    /// <summary>Everything wrong with a DataSet as it is filled in; empty when it can be saved. The account's server is asked only for its list of reports.</summary>
    /// <param name="filled">The whole form.</param>
    /// <param name="existing">The name of the DataSet the form is of; null for a new one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<Problem>> CheckAsync(NewDataSet filled, string? existing, CancellationToken cancellationToken) =>
        (await ReadAsync(filled, existing is null ? null : await FindAsync(existing, cancellationToken), cancellationToken)).Problems;

    /// <summary>Makes a DataSet what a form says, in all its fields, or with <paramref name="dryRun"/> says only what would happen.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="filled">The whole form.</param>
    /// <param name="seen">The definition the form was filled from; null takes whatever is stored.</param>
    /// <param name="dryRun">Whether nothing is written.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">Something does not hold together; nothing was written.</exception>
    /// <exception cref="TributaryException"><c>dataset.changed_meanwhile</c>: it is not what was seen any more; nothing was written.</exception>
    public async Task<DataSetEdit> ReplaceAsync(string name, NewDataSet filled, DataSetDefinition? seen, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filled);
        var record = await FindAsync(name, cancellationToken);
        DataSetStore.RefuseChanged(record.Definition, seen ?? record.Definition);
        var (account, read, problems) = await ReadAsync(filled, record, cancellationToken);
        var definition = read is null ? null : read with { DestinationId = record.Definition.DestinationId };
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        if (definition!.Details.Report != record.Definition.Details.Report)
        {
            throw new InputException("--report", $"'{name}' holds {record.Definition.Details.Report}, and a table holds one report. Make another DataSet for {definition.Details.Report}.");
        }

        if (definition.AccountId != record.Definition.AccountId || !DataSetEditing.AreSame(definition.Details, record.Definition.Details) || !definition.Key.SequenceEqual(record.Definition.Key))
        {
            await _editing.CheckAsync(account!, definition, cancellationToken);
        }

        var consequences = await _editing.ConsequencesAsync(record, definition, cancellationToken);
        var changed = record with { Definition = definition };
        if (!dryRun)
        {
            await _editing.UpdateAsync(record, definition, cancellationToken);
            await _scheduler.NoteAsync(changed, _clock.GetUtcNow(), cancellationToken);
        }

        return new DataSetEdit(await _views.OfAsync(changed, cancellationToken), consequences);
    }

    private async Task<(AccountRecord? Account, DataSetDefinition? Definition, List<Problem> Problems)> ReadAsync(NewDataSet filled, DataSetRecord? existing, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var name = filled.Name.Trim();
        if (name.Length == 0)
        {
            problems.Add(new Problem("NAME", "A DataSet needs a name."));
        }
        else if (await _dataSets.FindAsync(name, cancellationToken) is { } taken && taken.Id != existing?.Id)
        {
            problems.Add(new Problem("NAME", $"There is a DataSet named '{taken.Definition.Name}' already. Choose another name."));
        }

        Try(() => DataSetEditing.RefuseTable(existing is null ? filled.Table : null), problems);
        AccountRecord account;
        try
        {
            account = await _accounts.FindAsync(filled.Account, cancellationToken);
        }
        catch (InputException error)
        {
            problems.AddRange(error.Problems);
            return (null, null, problems);
        }

        var definition = await _editing.ReadAsync(account, filled with { Name = name }, error => problems.AddRange(error.Problems), cancellationToken, existing?.Definition);
        return (account, definition, problems);
    }

    private async Task<DataSetRecord> FindAsync(string name, CancellationToken cancellationToken) =>
        await _dataSets.FindAsync(name, cancellationToken) ?? throw new InputException("NAME", $"There is no DataSet '{name}' any more: somebody deleted or renamed it.");

    private static void Try(Action check, List<Problem> problems)
    {
        try
        {
            check();
        }
        catch (InputException error)
        {
            problems.AddRange(error.Problems);
        }
    }
}
