using Tributary.DataCenter.Forms;
using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;

namespace Tributary.Cli.Commands;

internal sealed class CompactCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public CompactCommand()
        : base("compact", "Give space that replaced rows left behind back to the disk, by writing the data file anew.", "tributary compact")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var (before, after) = await workspace.CompactAsync(cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(new CompactForm(before, after), JsonForms.OneLine.CompactForm);
        }

        call.Say($"The data file has {Words.Bytes(after)}, it had {Words.Bytes(before)}.");
        return ExitCode.Ok;
    }
}
