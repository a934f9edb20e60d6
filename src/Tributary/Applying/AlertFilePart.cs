using Tributary.Alerts;
using Tributary.Files;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Applying;

/// <summary>The alerts of the file form. Addresses of webhooks and passwords come by environment variables; one whose variable is not set stays as it is.</summary>
internal sealed class AlertFilePart(AlertEditing alerts, DataSetStore dataSets)
{
    /// <summary>Plans the alerts of a file, and what becomes of others.</summary>
    /// <param name="file">The file.</param>
    /// <param name="names">Names of the DataSets there will be.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task PlanAsync(WorkspaceFile file, IReadOnlyList<string> names, FilePlan plan, CancellationToken cancellationToken)
    {
        var stored = await alerts.ListAsync(cancellationToken);
        foreach (var alert in file.Alerts.Where(a => a.Name.Length > 0))
        {
            try
            {
                await PlanAsync(alert, stored.FirstOrDefault(s => NameKey.Of(s.Definition.Name) == NameKey.Of(alert.Name)), names, plan, cancellationToken);
            }
            catch (InputException error)
            {
                alert.At.Fail(error);
            }
        }

        foreach (var other in stored.Where(s => !file.Alerts.Any(a => NameKey.Of(a.Name) == NameKey.Of(s.Definition.Name))))
        {
            if (!plan.Request.Prune)
            {
                plan.NotInFile.Add(other.Definition.Name);
                continue;
            }

            plan.Changes.Add(new FileChange("alert", other.Definition.Name, FileAction.Removed, [], other.Waiting > 0 ? ["Messages that wait to be sent are not sent."] : []));
            plan.Write(FileStep.Alerts, stop => alerts.RemoveAsync(other.Definition.Name, stop));
        }
    }

    /// <summary>The fields of every alert, by name; apart those that tell of nothing any more, which no file can say: without names an alert is for all.</summary>
    public async Task<(IReadOnlyList<IReadOnlyList<FieldText>> Written, IReadOnlyList<IReadOnlyList<FieldText>> Stopped)> ExportAsync(VariableNames variables, List<string> notes, CancellationToken cancellationToken)
    {
        var all = (await alerts.ListAsync(cancellationToken)).ToLookup(a => a.IsOfNothing);
        notes.AddRange(all[true].Select(a => $"The DataSets that the alert '{a.Definition.Name}' named are deleted: it stands in the file as a comment and is left alone, but removed by --prune. Name others there and take the # away."));
        return ([.. all[false].Select(a => FieldsOf.Alert(a.Definition, a.DataSets, variables))], [.. all[true].Select(a => FieldsOf.Alert(a.Definition, a.DataSets, variables))]);
    }

    private async Task PlanAsync(FileAlert alert, Alert? before, IReadOnlyList<string> names, FilePlan plan, CancellationToken cancellationToken)
    {
        var at = alert.At;
        var old = before is null ? new AlertSecrets() : await alerts.OpenAsync(before.Id, cancellationToken);
        List<string> meant = [];
        foreach (var name in at.Texts("dataset"))
        {
            if (names.FirstOrDefault(n => NameKey.Of(n) == NameKey.Of(name)) is { } known)
            {
                meant.Add(known);
            }
            else
            {
                at.Fail("dataset", $"There will be no DataSet '{name}'.{NearestName.Hint(name, names)}");
            }
        }

        var typed = new NewAlert
        {
            Name = alert.Name,
            Smtp = at.Text("smtp"),
            Tls = at.Text("tls") is { } tls ? Enum.Parse<SmtpTls>(tls, ignoreCase: true) : null,
            User = at.Text("user"),
            From = at.Text("from"),
            To = at.List("to") ?? [],
            Webhook = at.Has("webhook_env") ? plan.Variable(at, "webhook_env", isNeeded: old.Url is null) ?? old.Url : null,
            IsSlack = at.Switch("slack") ?? false,
            On = at.Text("on"),
            Tags = at.List("tag") ?? [],
        };
        if (at.Has("password_env"))
        {
            // A password that was given for one server is not sent to another.
            var kept = before?.Definition.Smtp is { } server && AlertEditing.LeadsElsewhere(server, typed) ? null : old.Password;
            typed = typed with { Password = plan.Variable(at, "password_env", isNeeded: kept is null) ?? kept };
        }

        var (definition, hidden) = AlertEditing.Read(typed, []);
        definition = definition with { All = !at.Has("dataset") && !at.Has("tag") };

        var now = FieldsOf.Alert(definition, meant, new VariableNames());
        if (before is null)
        {
            plan.Added("alert", alert.Name, now, at);
        }
        else
        {
            var changes = FilePlan.Differences(FieldsOf.Alert(before.Definition, before.DataSets, new VariableNames()), now);
            if (changes.TrueForAll(c => c.Field is not ("webhook_env" or "password_env")) && old != hidden)
            {
                var field = hidden.Url is null ? "password_env" : "webhook_env";
                changes.Add(new FieldChange(field, "(as it was)", $"(what {at.Text(field)} holds)"));
            }

            if (before.Definition.All != definition.All && changes.TrueForAll(c => c.Field is not ("dataset" or "tag")))
            {
                changes.Add(new FieldChange("dataset", before.IsOfNothing ? "(deleted ones)" : "(all)", definition.All ? "(all)" : "(those named)"));
            }

            if (changes.Count == 0)
            {
                plan.Unchanged++;
                return;
            }

            plan.Changes.Add(new FileChange("alert", alert.Name, FileAction.Changed, FilePlan.AsWritten(at, changes), []));
        }

        plan.Write(FileStep.Alerts, async stop =>
        {
            var ids = new List<string>();
            foreach (var name in meant)
            {
                ids.Add((await dataSets.FindAsync(name, stop))!.Id);
            }

            await alerts.StoreAsync(before?.Id, definition with { DataSets = ids }, hidden, stop);
        });
    }
}
