using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.Cli.Commands.Keys;

internal sealed class AddCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "What will use it.");
    private readonly Option<string> _scope = Kinds.Choice("--scope", "What it allows: to read, to start and stop runs too, or everything. Default: read.", "read", "run", "manage");
    private readonly Option<bool> _json = Kinds.Json();

    public AddCommand()
        : base("add", "Make a key for a program that calls the REST API. It is printed this once; only a hash is kept.", "tributary key add \"Power BI\"", "tributary key add nightly --scope run > key.txt")
    {
        Add(_name);
        AddAll([_scope, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var (key, secret) = await workspace.Access.AddKeyAsync(call.Value(_name), Enum.Parse<KeyScope>(call.Value(_scope) ?? "read", ignoreCase: true), Environment.UserName, null, cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new NewKeyForm(KeyForm.Of(key), secret), JsonForms.Indented.NewKeyForm);
            return ExitCode.Ok;
        }

        call.Terminal.Out.WriteLine(secret);
        call.Say($"The key {key.Name} may {Words.Plain(key.Scope)}. It is not shown again. Send it as: Authorization: Bearer KEY");
        return ExitCode.Ok;
    }
}
