using System.CommandLine;
using Tributary.Applying;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.Files;
using Tributary.Model;

namespace Tributary.Cli.Commands;

internal sealed class ApplyCommand : CliCommand
{
    private readonly Argument<string> _file = Kinds.Name("FILE", "The file; - reads stdin.");
    private readonly Option<bool> _dryRun = Kinds.Switch("--dry-run", "Print what would change; change nothing.");
    private readonly Option<bool> _prune = Kinds.Switch("--prune", "Remove what is not in the file: DataSets with their tables, alerts, and accounts and destinations that no DataSet uses.");
    private readonly Option<bool> _keepData = Kinds.Switch("--keep-data", "With --prune: leave the tables of removed DataSets where they are.");
    private readonly Option<bool> _json = Kinds.Json();

    public ApplyCommand()
        : base("apply", "Bring the workspace to what a file says. Prints what changes; a second time nothing does.",
            "tributary apply tributary.yaml --dry-run",
            "tributary apply tributary.yaml --prune")
    {
        Add(_file);
        AddAll([_dryRun, _prune, _keepData, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Value(_keepData) && !call.Value(_prune))
        {
            throw new InputException("--keep-data", "Without --prune nothing is removed. Give both, or neither.");
        }

        var file = call.Value(_file);
        var request = new FileRequest
        {
            Text = file == "-" ? await call.Terminal.In.ReadToEndAsync(cancellationToken) : await ReadAsync(file, cancellationToken),
            Folder = file == "-" ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(file))!,
            Variable = name => Secret(call, name),
            DryRun = call.Value(_dryRun),
            Prune = call.Value(_prune),
            KeepData = call.Value(_keepData),
        };
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var result = await workspace.ApplyFileAsync(request, cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(AppliedForm.Of(result, request.DryRun), JsonForms.Indented.AppliedForm);
        }
        else
        {
            Print(result, call.Terminal.Out);
        }

        Say(result, request, call);
        return ExitCode.Ok;
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException("FILE", $"It cannot be read: {error.Message}");
        }
    }

    private static string? Secret(Call call, string name)
    {
        // Shorter ones are words; hiding those would take them out of everything that is printed.
        if (call.Terminal.Variable(name) is not { } value)
        {
            return null;
        }

        foreach (var part in new[] { value.Trim(), value.Split(':', 2)[^1].Trim() }.Where(p => p.Length >= 8))
        {
            call.Terminal.Redactor.Add(part);
        }

        return value;
    }

    private static void Print(FileResult result, TextWriter output)
    {
        foreach (var change in result.Changes)
        {
            output.WriteLine($"{(change.Action switch { FileAction.Added => '+', FileAction.Removed => '-', _ => '~' })} {change.Kind}{(change.Name.Length > 0 ? " " : "")}{change.Name}");
            foreach (var field in change.Fields)
            {
                output.WriteLine(change.Action == FileAction.Added ? $"    {field.Field}: {field.New}" : $"    {field.Field}: {field.Old ?? "(default)"} → {field.New ?? "(default)"}");
            }

            foreach (var consequence in change.Consequences)
            {
                output.WriteLine($"    ! {consequence}");
            }
        }
    }

    private static void Say(FileResult result, FileRequest request, Call call)
    {
        var counts = new[] { (FileAction.Added, "added"), (FileAction.Changed, "changed"), (FileAction.Removed, "removed") }
            .Select(a => (Count: result.Changes.Count(c => c.Action == a.Item1), Word: a.Item2))
            .Where(c => c.Count > 0)
            .Select(c => $"{c.Count} {c.Word}")
            .Append($"{result.Unchanged} unchanged");
        call.Say($"{string.Join(", ", counts)}.");
        if (result.NotInFile.Count > 0)
        {
            call.Say($"Not in the file, and left alone: {string.Join(", ", result.NotInFile)}.{(request.Prune ? "" : " --prune removes them, DataSets with their tables, and accounts and destinations that no DataSet uses.")}");
        }

        if (request.DryRun)
        {
            call.Say("Nothing was changed.");
        }
    }
}
