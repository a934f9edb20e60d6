using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Alerts;

internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ListCommand()
        : base("list", "All alerts: what they tell, of which DataSets, where to, and whether messages arrive.", "tributary alert list --json")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var alerts = await workspace.Alerts.ListAsync(cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. alerts.Select(AlertForm.Of)], JsonForms.Indented.IReadOnlyListAlertForm);
            return ExitCode.Ok;
        }

        if (alerts.Count == 0)
        {
            call.Say("No alerts yet. `tributary alert add NAME --webhook URL` adds one.");
            return ExitCode.Ok;
        }

        var table = new TextTable("ALERT", "TO", "ON", "FOR", "WAITING", "GIVEN UP", "LAST SENT", "ERROR").AlignRight(4, 5);
        foreach (var (alert, form) in alerts.Select(a => (a, AlertForm.Of(a))))
        {
            var meant = form.All ? "all" : alert.IsOfNothing ? "nothing any more" : string.Join(", ", [.. form.Datasets, .. form.Tags.Select(t => $"tag {t}")]);
            table.Add(
                form.Name, form.Kind == "webhook" ? form.Host : string.Join(", ", form.To), string.Join(",", form.On), meant,
                Words.Number(form.Waiting), Words.Number(form.GivenUp), form.LastSentAt ?? "-", form.Error ?? "");
        }

        call.WriteTable(table);
        return ExitCode.Ok;
    }
}
