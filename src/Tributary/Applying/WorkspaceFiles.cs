using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Files;
using Tributary.Model;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.Applying;

/// <summary>Brings a workspace to what a file says, and writes the file of what is there.</summary>
internal sealed class WorkspaceFiles(AccountConnections connections, AccountFilePart accounts, DestinationBook book, DestinationFilePart destinations, DataSetFilePart dataSets, AlertFilePart alerts, SettingStore settings)
{
    /// <summary>Checks the whole file, then writes all of it.</summary>
    /// <exception cref="InputException">Something in it does not hold together; nothing was written.</exception>
    /// <exception cref="TributaryException">An account does not answer; nothing was written.</exception>
    public async Task<FileResult> ApplyAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var plan = new FilePlan(request);
        var file = FileReader.Read(request.Text, plan.Problems);
        try
        {
            await PlanZoneAsync(file, plan, cancellationToken);
            await accounts.PlanAsync(file, plan, cancellationToken);
            await destinations.PlanAsync(file, plan, cancellationToken);
            var (used, written, names) = await dataSets.PlanAsync(file, plan, cancellationToken);
            await alerts.PlanAsync(file, names, plan, cancellationToken);
            await accounts.PruneAsync(file, used, plan, cancellationToken);
            await destinations.PruneAsync(file, written, plan, cancellationToken);
            if (plan.Problems.Any)
            {
                // Told together: otherwise what does not answer comes to light only when the file is right.
                plan.Failures.ForEach(f => plan.Problems.Add(f.Line, "", f.Sentence));
                plan.Problems.ThrowIfAny();
            }

            if (plan.Failures.Count > 0)
            {
                var (fault, _, _) = plan.Failures[0];
                throw new TributaryException(fault == Fault.Source ? "apply.account_failed" : "apply.destination_failed", fault, $"{string.Join(' ', plan.Failures.Select(f => f.Sentence))} Nothing was written.");
            }

            if (!request.DryRun)
            {
                await plan.MakeAsync(cancellationToken);
            }
        }
        finally
        {
            await connections.EndDraftsAsync(keep: false, CancellationToken.None);
            await book.EndDraftsAsync(keep: false, CancellationToken.None);
        }

        return new FileResult(plan.Changes, plan.Unchanged, plan.NotInFile);
    }

    /// <summary>The workspace as a file.</summary>
    public async Task<FileExport> ExportAsync(CancellationToken cancellationToken)
    {
        var variables = new VariableNames();
        var notes = new List<string>();
        var (written, stopped) = await dataSets.ExportAsync(notes, cancellationToken);
        var (told, silent) = await alerts.ExportAsync(variables, notes, cancellationToken);
        var text = FileWriter.Write(
            await settings.GetAsync(SettingStore.TimeZone, cancellationToken),
            await accounts.ExportAsync(variables, cancellationToken),
            await destinations.ExportAsync(variables, cancellationToken),
            written,
            stopped,
            told,
            silent);
        return new FileExport(text, variables.All, notes);
    }

    private async Task PlanZoneAsync(WorkspaceFile file, FilePlan plan, CancellationToken cancellationToken)
    {
        if (file.TimeZone is not { } typed)
        {
            return;
        }

        try
        {
            var zone = ScheduleRules.ReadZone("--time-zone", typed);
            var old = await settings.GetAsync(SettingStore.TimeZone, cancellationToken);
            if (zone == old)
            {
                plan.Unchanged++;
                return;
            }

            plan.Changes.Add(new FileChange("workspace", "", old is null ? FileAction.Added : FileAction.Changed, [new FieldChange("time_zone", old, zone)], []));
            plan.Write(FileStep.Workspace, stop => settings.SetAsync(SettingStore.TimeZone, zone, stop));
        }
        catch (InputException error)
        {
            file.Workspace!.Fail(error);
        }
    }
}
