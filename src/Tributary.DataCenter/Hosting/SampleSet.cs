using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.DataCenter.Hosting;

/// <summary>The sample Matomo as an account with the starter set on it: added in one step, removed in one.</summary>
internal sealed class SampleSet(SampleKeeper keeper)
{
    // What the account is called at first. It is known by its mark: a person may give theirs the same name.
    private const string AccountName = "Sample Matomo";

    /// <summary>Starts the sample, adds its account and DataSets, and queues their first runs.</summary>
    public async Task AddAsync(Workspace workspace, string who, CancellationToken cancellationToken)
    {
        var server = await keeper.StartAsync(cancellationToken);
        var test = await workspace.Accounts.AddAsync(new NewAccount { Name = AccountName, Settings = new AccountSettings { IsSample = true }, Url = server.Address.ToString(), Token = new AccessToken(server.Token) }, cancellationToken);
        if (test.Steps.FirstOrDefault(s => s.Result == ConnectionStepResult.Failed) is { } failed)
        {
            throw new TributaryException("demo.sample", Fault.Defect, $"The sample Matomo does not pass the test of its account: {failed.Sentence}");
        }

        var set = await workspace.AddStarterSetAsync(new NewStarterSet(NewStarterSet.Standard, test.Account.Name) { Tags = ["sample"], Schedule = new ScheduleInput { DailyAt = "06:00" } }, cancellationToken);
        await workspace.Runs.QueueAsync(new RunRequest { Names = [.. set.Added.Select(d => d.Definition.Name)] }, who, cancellationToken);
    }

    /// <summary>Whether an account is the sample's.</summary>
    public static bool Is(Account account) => account.Settings.IsSample;

    /// <summary>Removes the sample with its DataSets and their tables.</summary>
    /// <exception cref="InputException">There is no sample, or no more.</exception>
    public async Task RemoveAsync(Workspace workspace, string account, CancellationToken cancellationToken)
    {
        if (!(await workspace.Accounts.ListAsync(cancellationToken)).Any(a => a.Name == account && Is(a)))
        {
            throw new InputException("account", $"'{account}' is not the sample's account, or was removed before.");
        }

        foreach (var line in await workspace.ListDataSetLinesAsync(account, cancellationToken))
        {
            await workspace.StopAsync(line.Name, cancellationToken);
            await workspace.DeleteDataSetAsync(line.Name, keepData: false, cancellationToken);
        }

        await workspace.Accounts.RemoveAsync(account, cancellationToken);
        await keeper.StopAsync();
    }

    /// <summary>Starts the sample again where a workspace has it: it ended with the program, and its address is another now.</summary>
    public async Task WakeAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        if (keeper.IsOffered && (await workspace.Accounts.ListAsync(cancellationToken)).FirstOrDefault(Is) is { } account)
        {
            var server = await keeper.StartAsync(cancellationToken);
            await workspace.Accounts.EditAsync(account.Name, new AccountEdit { Url = server.Address.ToString(), Token = new AccessToken(server.Token) }, cancellationToken);
        }
    }
}
