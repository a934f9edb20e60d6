using Tributary.Destinations;
using Tributary.Files;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Applying;

/// <summary>The destinations of the file form. Secrets come by environment variables and never go into a file; one whose variable is not set stays as it is.</summary>
internal sealed class DestinationFilePart(DestinationBook destinations, DestinationStore store)
{
    /// <summary>Plans the destinations of a file. New and changed ones are tested.</summary>
    public async Task PlanAsync(WorkspaceFile file, FilePlan plan, CancellationToken cancellationToken)
    {
        foreach (var destination in file.Destinations.Where(d => d.Name.Length > 0))
        {
            try
            {
                await PlanAsync(destination, await store.FindAsync(destination.Name, cancellationToken), plan, cancellationToken);
            }
            catch (InputException error)
            {
                destination.At.Fail(error);
            }
        }

        plan.Write(FileStep.Accounts, stop => destinations.EndDraftsAsync(keep: true, stop));
    }

    /// <summary>Plans what becomes of destinations that the file does not name.</summary>
    /// <param name="file">The file.</param>
    /// <param name="used">Ids of destinations that DataSets will be written to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task PruneAsync(WorkspaceFile file, IReadOnlySet<string> used, FilePlan plan, CancellationToken cancellationToken)
    {
        foreach (var other in (await store.ListAsync(cancellationToken)).Where(s => !file.Destinations.Any(d => NameKey.Of(d.Name) == NameKey.Of(s.Name))))
        {
            if (!plan.Request.Prune || used.Contains(other.Id))
            {
                plan.NotInFile.Add(other.Name);
                continue;
            }

            plan.Changes.Add(new FileChange("destination", other.Name, FileAction.Removed, [], ["What stands in it stays."]));
            plan.Write(FileStep.RemoveAccounts, stop => store.RemoveAsync(other.Id, stop));
        }
    }

    /// <summary>The fields of every destination, by name.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<FieldText>>> ExportAsync(VariableNames variables, CancellationToken cancellationToken)
    {
        var result = new List<IReadOnlyList<FieldText>>();
        foreach (var record in await store.ListAsync(cancellationToken))
        {
            result.Add(Fields(record.Name, destinations.Kinds.FirstOrDefault(k => k.Name == record.Kind), record.Kind, destinations.OptionsOrFewer(record), variables));
        }

        return result;
    }

    private async Task PlanAsync(FileDestination item, DestinationRecord? before, FilePlan plan, CancellationToken cancellationToken)
    {
        var at = item.At;
        if (at.Text("kind") is not { } named)
        {
            return;
        }

        var kind = destinations.KindOf(named);
        if (before is not null && before.Kind != kind.Name)
        {
            at.Fail("kind", $"'{before.Name}' is {before.Kind}, and a destination keeps its kind. Give this one another name.");
            return;
        }

        var old = before is null ? [] : destinations.OptionsOrFewer(before);
        var options = at.Map("option").ToDictionary(o => o.Key, o => o.Value, StringComparer.Ordinal);
        foreach (var hidden in kind.Options.Where(o => o.Secret && options.ContainsKey(o.Name)))
        {
            at.Fail("option", $"'{hidden.Name}' is a secret and does not belong into a file. Name the environment variable that holds it under option_env.");
        }

        // What secrets were given for one server is not sent to another.
        var plain = DestinationRules.Read(kind, options, []);
        var kept = before is null || DestinationRules.LeadElsewhere(kind, old, plain) ? [] : old;
        foreach (var (option, variable) in at.Map("option_env"))
        {
            if ((plan.Variable(at, "option_env", variable, isNeeded: !kept.ContainsKey(option)) ?? kept.GetValueOrDefault(option)) is { } value)
            {
                options[option] = value;
            }
        }

        if (at.HasFailed)
        {
            return;
        }

        options = DestinationRules.Read(kind, options);
        var now = Fields(item.Name, kind, kind.Name, options, new VariableNames());
        if (before is not null && !Differ(old, options))
        {
            plan.Unchanged++;
            return;
        }

        if (await destinations.DraftAsync(before, item.Name, kind, options, cancellationToken) is { } failed)
        {
            plan.Failures.Add((Fault.Destination, at.Line, $"The destination '{item.Name}' (line {at.Line}) does not work: {failed.Sentence}"));
            return;
        }

        if (before is null)
        {
            plan.Added("destination", item.Name, now, at);
            return;
        }

        var changes = FilePlan.Differences(Fields(before.Name, kind, before.Kind, old, new VariableNames()), now);
        if (changes.Count == 0)
        {
            changes.Add(new FieldChange("option_env", "(as it was)", "(what the variables hold)"));
        }

        plan.Changes.Add(new FileChange("destination", item.Name, FileAction.Changed, FilePlan.AsWritten(at, changes), []));
    }

    private static bool Differ(Dictionary<string, string> old, Dictionary<string, string> now) => old.Count != now.Count || now.Any(o => old.GetValueOrDefault(o.Key) != o.Value);

    private static IReadOnlyList<FieldText> Fields(string name, IDestinationKind? kind, string kindName, Dictionary<string, string> options, VariableNames variables)
    {
        var told = kind?.Options.Where(o => options.GetValueOrDefault(o.Name) is { } value && value != o.Default).ToList() ?? [];
        return new FieldTexts()
            .Add("name", name)
            .Add("kind", kindName)
            .Add("option", [.. told.Where(o => !o.Secret).Select(o => KeyValuePair.Create(o.Name, options[o.Name]))])
            .Add("option_env", [.. told.Where(o => o.Secret).Select(o => KeyValuePair.Create(o.Name, variables.Of(o.Name.ToUpperInvariant(), name)))])
            .All;
    }
}
