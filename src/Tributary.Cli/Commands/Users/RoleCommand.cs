using System.CommandLine;
using Tributary.Cli.Options;

namespace Tributary.Cli.Commands.Users;

internal sealed class RoleCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The person.");
    private readonly Argument<string> _role = Kinds.Name("ROLE", "Viewer or manager.");

    public RoleCommand()
        : base("role", "Give a person another role. They are signed out everywhere; of a manager who becomes a viewer the keys end that may do more than read.", "tributary user role vic manager")
    {
        Add(_name);
        _role.AcceptOnlyFromAmong("viewer", "manager");
        Add(_role);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var user = await UserLookup.FindAsync(workspace, call.Value(_name), cancellationToken);
        var ended = await workspace.Access.ChangeRoleAsync(user.Id, UserLookup.RoleOf(call.Value(_role)), cancellationToken);
        call.Say($"{user.Name} is {call.Value(_role)} now.{UserLookup.Ended(ended)}");
        return ExitCode.Ok;
    }
}
