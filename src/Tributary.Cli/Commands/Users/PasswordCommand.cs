using System.CommandLine;
using Tributary.Cli.Options;

namespace Tributary.Cli.Commands.Users;

internal sealed class PasswordCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The person.");
    private readonly PasswordOptions _password = new();

    public PasswordCommand()
        : base("password", "Set a new password. The person is signed out everywhere, and a lock after wrong passwords goes.", "tributary user password ann")
    {
        Add(_name);
        AddAll(_password.All);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var user = await UserLookup.FindAsync(workspace, call.Value(_name), cancellationToken);
        await workspace.Access.ChangePasswordAsync(user.Id, _password.Read(call, user.Name), cancellationToken);
        call.Say($"{user.Name} has a new password.");
        return ExitCode.Ok;
    }
}
