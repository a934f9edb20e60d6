using System.CommandLine;
using Tributary.Accounts;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class AddCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The name to call the DataSet by; none with --preset.", isOptional: true);
    private readonly Option<string> _account = Kinds.Text("--account", "A", "The account to read from.", required: true);
    private readonly DetailsOptions _details = new(reportRequired: false);
    private readonly Option<string> _table = Kinds.Text("--table", "T", "The table's name. Default: the DataSet's name in snake_case.");
    private readonly Option<string> _destination = Kinds.Text("--destination", "D", "Where it is written. Default: the data file of the workspace.");
    private readonly SettingsOptions _settings = new();
    private readonly ScheduleOptions _schedule = new();
    private readonly Option<string> _preset = Kinds.Text("--preset", NewStarterSet.Standard, "Instead of one report: a ready set of about twenty daily DataSets.");
    private readonly Option<bool> _json = Kinds.Json();

    public AddCommand()
        : base("add", "Add a DataSet: a table kept up to date from one report. `tributary dataset run NAME` reads it.",
            "tributary dataset add Pages --account Main --report Actions.getPageUrls --start-days-back 7 --end-days-back 1",
            "tributary dataset add \"Mobile visits\" --account Main --report VisitsSummary.get --sites 1,2 --segment 'deviceType==smartphone' --start 2026-01-01 --end-days-back 1",
            "tributary dataset add Visits --account Main --report Live.getLastVisitsDetails --keep-days 90 --check rows.zero=stop",
            "tributary dataset add Countries --account Main --report UserCountry.getCountry --daily-at 07:00,17:00 --time-zone Europe/Paris",
            "tributary dataset add --preset standard --account Main")
    {
        Add(_name);
        AddAll([_account, .. _details.All, _table, _destination, .. _settings.All, .. _schedule.All, _preset, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        if (call.Value(_preset) is { } preset)
        {
            return await AddSetAsync(workspace, preset, call, cancellationToken);
        }

        var dataSet = await workspace.AddDataSetAsync(
            new NewDataSet
            {
                Name = call.Value(_name) ?? "",
                Account = call.Value(_account)!,
                Details = _details.Read(call),
                Table = call.Value(_table),
                Destination = call.Value(_destination),
                Settings = _settings.Read(call),
                Schedule = _schedule.Read(call),
            },
            cancellationToken);

        DataSetPrint.One(dataSet, call, call.Value(_json));
        if (dataSet.Schedule.Next.Count > 0)
        {
            call.Say($"`tributary serve` updates it {dataSet.Schedule.Words}, first at {Words.Moment(dataSet.Schedule.Next[0])}.");
        }

        call.Say($"`tributary dataset run {CommandText.Quote(dataSet.Definition.Name)}` reads it.");
        return ExitCode.Ok;
    }

    private async Task<int> AddSetAsync(Workspace workspace, string preset, Call call, CancellationToken cancellationToken)
    {
        if (call.Value(_name) is { } name)
        {
            throw new InputException("NAME", $"A ready set names its DataSets itself. Leave '{name}' out.");
        }

        var result = await workspace.AddStarterSetAsync(new NewStarterSet(preset, call.Value(_account)!) { Sites = _details.Sites(call), Tags = _settings.Tags(call) ?? [] }, cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(StarterSetForm.Of(result), JsonForms.Indented.StarterSetForm);
        }
        else
        {
            var table = new TextTable("DATASET", "REPORT", "TABLE");
            foreach (var dataSet in result.Added)
            {
                table.Add(dataSet.Definition.Name, dataSet.Definition.Details.Report, dataSet.Table);
            }

            call.WriteTable(table);
        }

        foreach (var (skipped, reason) in result.Skipped)
        {
            call.Say($"note: {skipped} was left out. {reason}");
        }

        call.Say("`tributary dataset run --all` reads them.");
        return ExitCode.Ok;
    }
}
