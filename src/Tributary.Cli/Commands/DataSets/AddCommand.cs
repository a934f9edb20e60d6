using System.CommandLine;
using Tributary.Cli.Options;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class AddCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The name to call the DataSet by.");
    private readonly Option<string> _account = Kinds.Text("--account", "A", "The account to read from.", required: true);
    private readonly DetailsOptions _details = new();
    private readonly Option<string> _table = Kinds.Text("--table", "T", "The table's name. Default: the DataSet's name in snake_case.");
    private readonly Option<string> _description = Kinds.Text("--description", "TEXT", "What it is for.");
    private readonly Option<string> _tags = Kinds.Text("--tag", "a,b", "Words to find it by and to run it with.");
    private readonly Option<int?> _lookback = Kinds.Number("--lookback", "Days after a period's end during which it is read again. Default: 3.", 0);
    private readonly Option<bool> _allowEmpty = Kinds.Switch("--allow-empty", "Let an answer without rows replace a partition that has some.");
    private readonly Option<bool> _json = Kinds.Json();

    public AddCommand()
        : base("add", "Add a DataSet: a table kept up to date from one report. `tributary dataset run NAME` reads it.",
            "tributary dataset add Pages --account Main --report Actions.getPageUrls --start-days-back 7 --end-days-back 1",
            "tributary dataset add \"Mobile visits\" --account Main --report VisitsSummary.get --sites 1,2 --segment 'deviceType==smartphone' --start 2026-01-01 --end-days-back 1")
    {
        Add(_name);
        AddAll([_account, .. _details.All, _table, _description, _tags, _lookback, _allowEmpty, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var dataSet = await workspace.AddDataSetAsync(
            new NewDataSet
            {
                Name = call.Value(_name),
                Account = call.Value(_account)!,
                Details = _details.Read(call),
                Table = call.Value(_table),
                Description = call.Value(_description) ?? "",
                Tags = call.Value(_tags)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
                LookbackDays = call.Value(_lookback),
                AllowEmpty = call.Value(_allowEmpty),
            },
            cancellationToken);

        DataSetPrint.One(dataSet, call, call.Value(_json));
        call.Say($"`tributary dataset run {CommandText.Quote(dataSet.Definition.Name)}` reads it.");
        return ExitCode.Ok;
    }
}
