using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Keys;

internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ListCommand()
        : base("list", "All keys of the REST API, those that still open first.", "tributary key list")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var keys = await workspace.Access.ListKeysAsync(cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. keys.Select(KeyForm.Of)], JsonForms.Indented.IReadOnlyListKeyForm);
        }
        else if (keys.Count == 0)
        {
            call.Say("No keys yet. `tributary key add NAME` makes one.");
        }
        else
        {
            var table = new TextTable("NAME", "SCOPE", "BEGINS", "MADE BY", "MADE", "LAST USED", "REVOKED");
            foreach (var key in keys)
            {
                table.Add([key.Name, Words.Plain(key.Scope), key.Start, key.MadeBy, Words.Moment(key.CreatedAt), Words.Moment(key.LastUsedAt), key.RevokedAt is null ? "" : Words.Moment(key.RevokedAt)]);
            }

            call.WriteTable(table);
        }

        return ExitCode.Ok;
    }
}
