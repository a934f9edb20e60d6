using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.Model;

namespace Tributary.Cli.Commands.Keys;

internal sealed class RevokeCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The key.");

    private readonly Option<bool> _json = Kinds.Json();

    public RevokeCommand()
        : base("revoke", "Let a key open nothing from now on.", "tributary key revoke nightly")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var keys = (await workspace.Access.ListKeysAsync(cancellationToken)).Where(k => k.RevokedAt is null).ToList();
        var key = keys.Find(k => string.Equals(k.Name, call.Value(_name).Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new InputException("NAME", $"There is no key '{call.Value(_name)}' that opens anything. The list: tributary key list");
        await workspace.Access.RevokeKeyAsync(key.Id, cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(new RevokedKeyForm(key.Name), JsonForms.Indented.RevokedKeyForm);
            return ExitCode.Ok;
        }

        call.Say($"{key.Name} opens nothing any more.");
        return ExitCode.Ok;
    }
}
