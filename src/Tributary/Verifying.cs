using System.Globalization;
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
            List<PartitionKey> unseen = [.. chosen.Select(p => p.Key).Where(k => !sites.ContainsKey(k.SiteId))];
            chosen = [.. chosen.Where(p => sites.ContainsKey(p.Key.SiteId))];
            if (chosen.Count == 0)
            {
                throw new InputException(request.From is null ? "NAME" : "--from", string.Create(CultureInfo.InvariantCulture, $"Nothing could be compared: the {(unseen.Count == 1 ? "stored partition is" : $"{unseen.Count} stored partitions are")} of {(unseen.DistinctBy(k => k.SiteId).Count() == 1 ? "a site" : "sites")} that the DataSet does not read any more, because {(record.Definition.Details.Sites is null ? "the token does not see them" : "they are not chosen or the token does not see them")}: {string.Join(", ", unseen.Select(k => k.SiteId).Distinct().Order())}."));
            }

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

            return new VerifyResult(record.Definition.Name, verified, stored.Count, unseen) { IsSample = request.From is null };
        }
        catch (MatomoException error) when (RunErrors.StopsAccount(error))
        {
            await accounts.StopAsync(account, error.Message, CancellationToken.None);
            throw;
        }
    }
}
