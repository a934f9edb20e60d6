namespace Tributary.Cli.Commands.Config;

internal sealed class SchemaCommand : CliCommand
{
    public SchemaCommand()
        : base("schema", "Print the JSON schema of the file form, by which editors complete and check it.",
            "tributary config schema > tributary.schema.json")
    {
    }

    public override Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        call.Terminal.Out.WriteLine(Workspace.FileSchemaText);
        return Task.FromResult(ExitCode.Ok);
    }
}
