using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Users;

internal sealed class AddCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The name to sign in to the Data Center with.");
    private readonly Option<string> _role = Kinds.Choice("--role", "What they may do: a viewer reads, a manager does everything. Default: viewer.", "viewer", "manager");
    private readonly PasswordOptions _password = new();
    private readonly Option<bool> _json = Kinds.Json();

    public AddCommand()
        : base("add", "Let a person sign in to the Data Center.", "tributary user add ann --role manager", "tributary user add vic --password-stdin < password.txt")
    {
        Add(_name);
        AddAll([_role, .. _password.All, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var password = _password.Read(call, call.Value(_name));
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var user = await workspace.Access.AddUserAsync(call.Value(_name), UserLookup.RoleOf(call.Value(_role) ?? "viewer"), password, cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(UserForm.Of(user), JsonForms.Indented.UserForm);
            return ExitCode.Ok;
        }

        call.Say($"{user.Name} can sign in as {Words.Plain(user.Role)}.");
        return ExitCode.Ok;
    }
}
