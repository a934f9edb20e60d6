using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class ExportCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<string> _format = Kinds.Choice("--format", "The format. Default: by the ending of --output.", [.. Workspace.ExportFormats]);
    private readonly Option<string> _output = Kinds.Text("--output", "FILE", "The file, written whole or not at all. Default: stdout.");
    private readonly Option<string> _where = Kinds.Text("--where", "SQL", "Only the rows for which this holds.");

    public ExportCommand()
        : base("export", "Write a DataSet's rows as a file or to stdout.",
            "tributary dataset export Pages --format parquet --output pages.parquet",
            "tributary dataset export Pages --format csv --where \"nb_hits > 100\" | head")
    {
        Add(_name);
        AddAll([_format, _output, _where]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var output = call.Value(_output);
        var format = call.Value(_format) ?? ByEnding(output);
        if (output is null && format is not ("csv" or "json") && call.Terminal.OutIsTerminal)
        {
            throw new InputException("--output", $"{format} is not for reading at a terminal. Name a file: --output FILE.{format}.");
        }

        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        Task WriteAsync(Stream stream) => workspace.ExportAsync(call.Value(_name), format, new ExportOptions { Where = call.Value(_where) }, stream, cancellationToken);
        if (output is null)
        {
            await using var stream = call.Terminal.OpenOut();
            await WriteAsync(stream);
            return ExitCode.Ok;
        }

        var bytes = await OutputFile.WriteAsync(output, WriteAsync);
        call.Say($"{output}: {Words.Number(bytes)} bytes");
        return ExitCode.Ok;
    }

    private static string ByEnding(string? output) =>
        Path.GetExtension(output)?.TrimStart('.').ToLowerInvariant() is { } ending && Workspace.ExportFormats.Contains(ending, StringComparer.Ordinal)
            ? ending
            : throw new InputException("--format", $"which format? {string.Join(", ", Workspace.ExportFormats.SkipLast(1))} or {Workspace.ExportFormats[^1]}.");
}
