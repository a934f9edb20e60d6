using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;
using Tributary.Destinations;

namespace Tributary.Cli.Commands.Destinations;

internal sealed class AddCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The name to call the destination by.");
    private readonly Option<string> _kind = Kinds.Text("--kind", "KIND", "What it is; `tributary destination kinds` lists them.", required: true);
    private readonly DestinationSettings _settings = new();
    private readonly Option<bool> _json = Kinds.Json();

    public AddCommand()
        : base("add", "Test a destination step by step, a table written and removed again included, and keep it when all is fine. Secrets are kept encrypted.",
            "tributary destination add Warehouse --kind postgresql --set host=db.example.org --set database=analytics --set user=tributary --set-env password=PG_PASSWORD",
            "tributary destination add Lake --kind files --set location=/srv/lake")
    {
        Add(_name);
        AddAll([_kind, .. _settings.All, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var kind = call.Value(_kind)!;
        var options = _settings.Read(call, option => DestinationPrint.IsSecret(workspace, kind, option));
        var test = await workspace.Destinations.AddAsync(new NewDestination(call.Value(_name), kind, options), cancellationToken);

        var code = DestinationPrint.Test(test, call, call.Value(_json), $"the destination {call.Value(_name)} is not added: the step marked above failed.");
        if (code == ExitCode.Ok)
        {
            call.Say($"{test.Destination.Name} is added. Write to it with: tributary dataset add NAME --destination {CommandText.Quote(test.Destination.Name)} …, or move a DataSet there: tributary dataset move NAME --to {CommandText.Quote(test.Destination.Name)}");
        }

        return code;
    }
}
