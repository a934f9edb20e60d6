using System.CommandLine;
using Tributary.Accounts;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Model;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class EditCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<string> _rename = Kinds.Text("--rename", "NEW", "Another name; the table keeps its own.");
    private readonly Option<string> _account = Kinds.Text("--account", "A", "Another account to read from.");
    private readonly Option<string> _destination = Kinds.Text("--destination", "D", "Move it to another destination, as `dataset move` does.");
    private readonly DetailsOptions _details = new(reportRequired: false);
    private readonly SettingsOptions _settings = new();
    private readonly ScheduleOptions _schedule = new();
    private readonly Option<bool> _noEmpty = Kinds.Switch("--no-allow-empty", "Keep what has rows against an empty answer again.");
    private readonly Option<bool> _dryRun = Kinds.Switch("--dry-run", "Say what would happen to stored rows; change nothing.");
    private readonly Option<bool> _json = Kinds.Json();

    public EditCommand()
        : base("edit", "Change a DataSet: only what is given changes. What happens to stored rows is said.",
            "tributary dataset edit Pages --lookback 7 --keep-days 400",
            "tributary dataset edit Pages --update replace --dry-run",
            "tributary dataset edit Pages --rename \"Page views\" --tag web,daily")
    {
        Add(_name);
        AddAll([_rename, _account, _destination, .. _details.All, .. _settings.All, .. _schedule.All, _noEmpty, _dryRun, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var settings = _settings.Read(call);
        if (call.Value(_noEmpty))
        {
            settings = settings.AllowEmpty is true ? throw new InputException("--no-allow-empty", "Give --allow-empty or --no-allow-empty, not both.") : settings with { AllowEmpty = false };
        }

        var change = new DataSetChange
        {
            NewName = call.Value(_rename),
            Account = call.Value(_account),
            Details = _details.All.Any(call.Given) ? _details.Read(call) : null,
            Settings = settings,
            Schedule = _schedule.Read(call),
        };
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var edit = await workspace.EditDataSetAsync(call.Value(_name), change, call.Value(_dryRun), cancellationToken);

        if (call.Value(_destination) is { } destination && !call.Value(_dryRun))
        {
            var name = edit.DataSet.Definition.Name;
            await workspace.MoveToDestinationAsync(name, destination, keep: false, null, cancellationToken);
            edit = edit with { DataSet = await workspace.GetDataSetAsync(name, cancellationToken), Consequences = [.. edit.Consequences, $"It is written to '{destination}' from now on, with its rows."] };
        }

        DataSetPrint.One(edit.DataSet, call, call.Value(_json));
        foreach (var consequence in edit.Consequences)
        {
            call.Say(consequence);
        }

        if (call.Value(_dryRun))
        {
            call.Say("Nothing was changed.");
        }

        return ExitCode.Ok;
    }
}
