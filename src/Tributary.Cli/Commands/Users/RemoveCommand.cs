using System.CommandLine;
using Tributary.Cli.Options;

namespace Tributary.Cli.Commands.Users;

internal sealed class RemoveCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The person.");

    public RemoveCommand()
        : base("remove", "Let a person in no more. They are signed out at once, and the keys they made in the Data Center end; what else they made stays.", "tributary user remove vic")
    {
        Add(_name);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var user = await UserLookup.FindAsync(workspace, call.Value(_name), cancellationToken);
        var ended = await workspace.Access.RemoveUserAsync(user.Id, cancellationToken);
        call.Say($"{user.Name} is removed.{UserLookup.Ended(ended)}");
        return ExitCode.Ok;
    }
}
