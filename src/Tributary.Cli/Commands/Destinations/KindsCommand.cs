using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Destinations;

internal sealed class KindsCommand : CliCommand
{
    private readonly Argument<string> _kind = Kinds.Name("KIND", "Show the options of this kind.", isOptional: true);
    private readonly Option<bool> _json = Kinds.Json();

    public KindsCommand()
        : base("kinds", "Kinds of destination that can be added, or the options of one.", "tributary destination kinds", "tributary destination kinds postgresql")
    {
        Add(_kind);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var kinds = workspace.Destinations.Kinds.Select(DestinationKindForm.Of).ToList();
        if (call.Value(_kind) is { } wanted)
        {
            kinds = kinds.FindAll(k => string.Equals(k.Kind, wanted, StringComparison.OrdinalIgnoreCase)) is { Count: > 0 } found
                ? found
                : throw new Model.InputException("KIND", $"There is no kind '{wanted}'. Kinds: {string.Join(", ", kinds.Select(k => k.Kind))}.");
        }

        if (call.Value(_json))
        {
            call.WriteJson(kinds, JsonForms.Indented.IReadOnlyListDestinationKindForm);
            return ExitCode.Ok;
        }

        if (call.Value(_kind) is null)
        {
            var table = new TextTable("KIND", "WHAT IT IS", "ABOUT");
            kinds.ForEach(k => table.Add(k.Kind, k.Title, k.Description));
            call.WriteTable(table);
            return ExitCode.Ok;
        }

        var options = new TextTable("OPTION", "NEEDED", "DEFAULT", "MEANING");
        foreach (var option in kinds[0].Options)
        {
            options.Add(
                option.Name, option.Required ? "yes" : option.Secret ? "secret" : "", option.Default ?? "",
                option.Description + (option.Choices.Count == 0 ? "" : $" One of {string.Join(", ", option.Choices)}."));
        }

        call.WriteTable(options);
        return ExitCode.Ok;
    }
}
