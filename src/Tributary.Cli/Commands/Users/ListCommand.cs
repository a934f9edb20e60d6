using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Users;

internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ListCommand()
        : base("list", "Everybody who may sign in to the Data Center.", "tributary user list")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var users = await workspace.Access.ListUsersAsync(cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. users.Select(UserForm.Of)], JsonForms.Indented.IReadOnlyListUserForm);
        }
        else if (users.Count == 0)
        {
            call.Say("Nobody can sign in yet. `tributary serve` prints a link for the first person; `tributary user add NAME --role manager` does without it.");
        }
        else
        {
            var table = new TextTable("NAME", "ROLE", "LAST SEEN", "LOCKED UNTIL");
            foreach (var user in users)
            {
                table.Add([user.Name, Words.Plain(user.Role), Words.Moment(user.LastSeenAt), user.LockedUntil > call.Terminal.Clock.GetUtcNow() ? Words.Moment(user.LockedUntil) : ""]);
            }

            call.WriteTable(table);
        }

        return ExitCode.Ok;
    }
}
