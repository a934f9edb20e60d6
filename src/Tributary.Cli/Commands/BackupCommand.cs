using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;

namespace Tributary.Cli.Commands;

internal sealed class BackupCommand : CliCommand
{
    private readonly Argument<string> _folder = Kinds.Name("FOLDER", "A folder that does not exist yet.");
    private readonly Option<bool> _withoutKeys = Kinds.Switch("--without-keys", "Leave out the keys: whoever has the backup cannot read its tokens, and must give them again.");
    private readonly Option<bool> _json = Kinds.Json();

    public BackupCommand()
        : base("backup", "Copy the workspace into a new folder while everything runs.",
            "tributary backup /backups/tributary-2026-11-28",
            "tributary backup /backups/tributary-2026-11-28 --without-keys")
    {
        Add(_folder);
        AddAll([_withoutKeys, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var backup = await workspace.BackUpAsync(call.Value(_folder), !call.Value(_withoutKeys), cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(new BackupForm(backup.Folder, backup.Bytes, backup.WithKeys), JsonForms.OneLine.BackupForm);
        }

        call.Say($"The backup is in {backup.Folder} ({Words.Bytes(backup.Bytes)}).{(backup.WithKeys ? " With its keys the tokens in it can be read: keep it as safe as the workspace." : " Its tokens cannot be read without the workspace's keys folder.")}");
        return ExitCode.Ok;
    }
}
