using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.DataCenter.Hosting;

/// <summary>The sample Matomo as an account with the starter set on it: added in one step, removed in one.</summary>
internal sealed class SampleSet(SampleKeeper keeper)
{
    /// <summary>The account's name, by which it is found again.</summary>
    public const string Account = "Sample Matomo";

    /// <summary>Starts the sample, adds its account and DataSets, and queues their first runs.</summary>
    public async Task AddAsync(Workspace workspace, string who, CancellationToken cancellationToken)
    {
        var server = await keeper.StartAsync(cancellationToken);
        var test = await workspace.Accounts.AddAsync(new NewAccount { Name = Account, Url = server.Address.ToString(), Token = new AccessToken(server.Token) }, cancellationToken);
        if (test.Steps.FirstOrDefault(s => s.Result == ConnectionStepResult.Failed) is { } failed)
        {
            throw new TributaryException("demo.sample", Fault.Defect, $"The sample Matomo does not pass the test of its account: {failed.Sentence}");
        }

        var set = await workspace.AddStarterSetAsync(new NewStarterSet(NewStarterSet.Standard, Account) { Tags = ["sample"], Schedule = new ScheduleInput { DailyAt = "06:00" } }, cancellationToken);
        await workspace.Runs.QueueAsync(new RunRequest { Names = [.. set.Added.Select(d => d.Definition.Name)] }, who, cancellationToken);
    }

    /// <summary>Whether an account is the sample's.</summary>
    public static bool Is(Account account) => account.Name == Account && new Uri(account.Url).IsLoopback;

    /// <summary>Removes the sample with its DataSets and their tables.</summary>
    public async Task RemoveAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        foreach (var line in await workspace.ListDataSetLinesAsync(Account, cancellationToken))
        {
            await workspace.StopAsync(line.Name, cancellationToken);
            await workspace.DeleteDataSetAsync(line.Name, keepData: false, cancellationToken);
        }

        await workspace.Accounts.RemoveAsync(Account, cancellationToken);
        await keeper.StopAsync();
    }

    /// <summary>Starts the sample again where a workspace has it: it ended with the program, and its address is another now.</summary>
    public async Task WakeAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        if (keeper.IsOffered && (await workspace.Accounts.ListAsync(cancellationToken)).Any(Is))
        {
            var server = await keeper.StartAsync(cancellationToken);
            await workspace.Accounts.EditAsync(Account, new AccountEdit { Url = server.Address.ToString(), Token = new AccessToken(server.Token) }, cancellationToken);
        }
    }
}
