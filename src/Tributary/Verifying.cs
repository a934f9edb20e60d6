using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary;

/// <summary>Chooses stored partitions of a DataSet and has them verified.</summary>
internal sealed class Verifying(AccountConnections accounts, AccountReports reports, DestinationBook destinations)
{
    private const int UsualSample = 5;

    /// <summary>Verifies a DataSet.</summary>
    /// <exception cref="InputException">Nothing is stored in the span.</exception>
    /// <exception cref="MatomoException">Matomo did not answer.</exception>
    public async Task<VerifyResult> VerifyAsync(DataSetRecord record, VerifyRequest request, CancellationToken cancellationToken)
    {
        var destination = await destinations.OfAsync(record.Definition, cancellationToken);
        var stored = await destination.ReadPartitionsAsync(record.Table, cancellationToken);
        List<PartitionRecord> chosen = [.. stored.Where(p => request.From is null || (p.Key.End >= request.From && p.Key.Start <= (request.To ?? request.From)))];
        if (chosen.Count == 0)
        {
            throw new InputException(request.From is null ? "NAME" : "--from", stored.Count == 0
                ? $"'{record.Definition.Name}' has no data yet. Run it first: tributary dataset run {ShellWord.Of(record.Definition.Name)}"
                : "No partition of those days is stored. `tributary dataset partitions` lists them.");
        }

        var account = await accounts.OfDataSetAsync(record.Definition, cancellationToken);
        AccountConnections.RefuseIfStopped(account);
        var client = await accounts.ClientAsync(account, cancellationToken);
        try
        {
            var prepared = await reports.PrepareAsync(account, client, record.Definition.Details, null, cancellationToken);
            var sites = prepared.Sites.ToDictionary(s => s.Id);
            chosen = [.. chosen.Where(p => sites.ContainsKey(p.Key.SiteId))];
            if (request.From is null)
            {
                var order = chosen.ToArray();
                Random.Shared.Shuffle(order);
                chosen = [.. order.Take(request.Sample ?? UsualSample)];
            }

            var verification = new Verification(prepared.Reading, destination);
            var verified = new List<VerifiedPartition>();
            foreach (var partition in chosen.OrderBy(p => p.Key.Start).ThenBy(p => p.Key.SiteId))
            {
                verified.Add(await verification.VerifyAsync(record.Table, record.Definition.Update, sites[partition.Key.SiteId], partition, cancellationToken));
            }

            return new VerifyResult(record.Definition.Name, verified, stored.Count);
        }
        catch (MatomoException error) when (RunErrors.StopsAccount(error))
        {
            await accounts.StopAsync(account, error.Message, CancellationToken.None);
            throw;
        }
    }
}
