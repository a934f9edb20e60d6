using Tributary.Accounts;
using Tributary.DataSets;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;

namespace Tributary;

/// <summary>The accounts of a workspace: Matomo addresses with their tokens, what they see, and the DataSets that stand on them.</summary>
public sealed class AccountBook
{
    private readonly AccountConnections _accounts;
    private readonly AccountReports _reports;
    private readonly DataSetStore _dataSets;
    private readonly DataSetViews _views;
    private readonly DetailsExplaining _explaining;
    private readonly Func<string, CancellationToken, Task<DataSetRecord>> _findDataSet;

    internal AccountBook(AccountConnections accounts, AccountReports reports, DataSetStore dataSets, DataSetViews views, DetailsExplaining explaining, Func<string, CancellationToken, Task<DataSetRecord>> findDataSet) =>
        (_accounts, _reports, _dataSets, _views, _explaining, _findDataSet) = (accounts, reports, dataSets, views, explaining, findDataSet);

    /// <summary>Tests the connection step by step and stores the account when every step is fine. When one failed nothing is stored, and the result's steps say which.</summary>
    public Task<AccountTest> AddAsync(NewAccount account, CancellationToken cancellationToken) => _accounts.AddAsync(account, cancellationToken);

    /// <summary>All accounts by name.</summary>
    public Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellationToken) => _accounts.ListAsync(cancellationToken);

    /// <summary>Tests a stored account step by step.</summary>
    public async Task<AccountTest> TestAsync(string name, CancellationToken cancellationToken)
    {
        var test = await _accounts.TestAsync(name, cancellationToken);
        _reports.Forget(test.Account.Id);
        return test;
    }

    /// <summary>Tests a new token and stores it when it works.</summary>
    public Task<AccountTest> ReplaceTokenAsync(string name, AccessToken token, CancellationToken cancellationToken) => EditAsync(name, new AccountEdit { Token = token }, cancellationToken);

    /// <summary>Whether a change leads to another server or by another proxy: token, headers and credentials have to be given again with it.</summary>
    public Task<bool> LeadsElsewhereAsync(string name, AccountEdit edit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return _accounts.LeadsElsewhereAsync(name, edit, cancellationToken);
    }

    /// <summary>Tests an account with another address, token or connection and stores them when every step is fine; only what is given changes. When a step failed nothing is stored, and the result's steps say which.</summary>
    /// <exception cref="InputException">Something does not hold together, or it leads to another server and secrets were not given again; nothing was asked.</exception>
    public async Task<AccountTest> EditAsync(string name, AccountEdit edit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(edit);
        var before = AccountConnections.SettingsOf(await _accounts.FindAsync(name, cancellationToken)).Language;
        var test = await _accounts.EditAsync(name, edit, cancellationToken);
        _reports.Forget(test.Account.Id);
        var filled = test.Account.Settings.Language == before ? [] : (await ListDataSetsAsync(test.Account.Name, cancellationToken)).Where(d => d.Rows > 0).Select(d => d.Definition.Name).ToList();
        return filled.Count == 0 ? test : test with { Consequences = [AccountConnections.OfLanguage(test.Account.Settings.Language, filled)] };
    }

    /// <summary>Gives an account another name.</summary>
    public Task<Account> RenameAsync(string name, string newName, CancellationToken cancellationToken) => _accounts.RenameAsync(name, newName, cancellationToken);

    /// <summary>Removes an account; its DataSets keep their data. Returns the names of the DataSets that will stop.</summary>
    public async Task<IReadOnlyList<string>> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var account = await _accounts.FindAsync(name, cancellationToken);
        var stopped = (await _dataSets.ListAsync(cancellationToken)).Where(d => d.Definition.AccountId == account.Id).Select(d => d.Definition.Name).ToList();
        await _accounts.RemoveAsync(account, cancellationToken);
        return stopped;
    }

    /// <summary>The DataSets that stand on an account, by name.</summary>
    public async Task<IReadOnlyList<DataSet>> ListDataSetsAsync(string name, CancellationToken cancellationToken)
    {
        var account = await _accounts.FindAsync(name, cancellationToken);
        return [.. (await _views.ListAsync(cancellationToken)).Where(d => d.Definition.AccountId == account.Id)];
    }

    /// <summary>Puts DataSets on another account: all of one, or single ones, whose account may have been removed.</summary>
    /// <param name="name">The account they stand on; null with names of DataSets.</param>
    /// <param name="dataSets">The DataSets; empty for all of the account.</param>
    /// <param name="to">The other account.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">The other account does not see what one of them reads; none was moved.</exception>
    public async Task<AccountMove> MoveDataSetsAsync(string? name, IReadOnlyList<string> dataSets, string to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSets);
        if (name is null && dataSets.Count == 0)
        {
            throw new InputException("NAME", "Say which DataSets to move: the account they stand on, or --dataset.");
        }

        var from = name is null ? null : await _accounts.FindAsync(name, cancellationToken);
        var chosen = new List<DataSetRecord>();
        foreach (var dataSet in dataSets)
        {
            var record = await _findDataSet(dataSet, cancellationToken);
            chosen.Add(from is null || record.Definition.AccountId == from.Id ? record : throw new InputException("--dataset", $"'{record.Definition.Name}' does not stand on '{from.Name}'. Leave the account out to move it from wherever it stands."));
        }

        if (dataSets.Count == 0)
        {
            chosen.AddRange((await _dataSets.ListAsync(cancellationToken)).Where(d => d.Definition.AccountId == from!.Id));
        }

        return await new AccountMoves(_accounts, _reports, _dataSets).MoveAsync(chosen, to, cancellationToken);
    }

    /// <summary>The sites that an account's token may view. Kept for a few minutes.</summary>
    public Task<IReadOnlyList<MatomoSite>> ListSitesAsync(string name, CancellationToken cancellationToken) => _explaining.SitesAsync(name, cancellationToken);

    /// <summary>The goals of sites of an account, of at most fifty of them. Kept for a few minutes.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="sites">The sites; empty for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<MatomoGoal>> ListGoalsAsync(string name, IReadOnlyList<int> sites, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sites);
        return _explaining.GoalsAsync(name, sites, cancellationToken);
    }

    /// <summary>The segments saved on an account's server, by name; of at most fifty sites, where they belong to one. Kept for a few minutes.</summary>
    public Task<IReadOnlyList<MatomoSegment>> ListSavedSegmentsAsync(string name, CancellationToken cancellationToken) => _explaining.SegmentsAsync(name, cancellationToken);
}
