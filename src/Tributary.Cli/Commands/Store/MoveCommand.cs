using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Cli.Commands.Store;

internal sealed class MoveCommand : CliCommand
{
    private const string Folder = "sqlite";

    private readonly Option<string> _to = Kinds.Text("--to", "ADDRESS", $"Where to: postgresql://USER@HOST:PORT/DATABASE, or {Folder} for the workspace's folder.", required: true);
    private readonly Option<string> _password = Kinds.Text("--password-env", "NAME", "The environment variable with the database's password. It is kept encrypted. Default: PGPASSWORD or ~/.pgpass, each time anew.");
    private readonly Option<bool> _json = Kinds.Json();

    public MoveCommand()
        : base("move", "Carry the workspace's records over into a PostgreSQL, or back into its folder. Everything is compared; the old records stay under another name.",
            "tributary store move --to postgresql://tributary@db.example.org/tributary --password-env DB_PASSWORD",
            "tributary store move --to sqlite")
    {
        AddAll([_to, _password, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var to = call.Value(_to)!;
        var isBack = string.Equals(to, Folder, StringComparison.OrdinalIgnoreCase);
        if (!isBack && call.Terminal.Variable(StoreBook.Variable) is { Length: > 0 })
        {
            throw new InputException("--to", $"{StoreBook.Variable} is set, so the records are not in the workspace's folder. Unset it to move those that are.");
        }

        var password = call.Value(_password) is { } name ? call.Variable("--password-env", name) : null;
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var move = isBack ? await workspace.Store.MoveToFolderAsync(cancellationToken) : await workspace.Store.MoveToPostgreSqlAsync(to, password, cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(StoreMoveForm.Of(move), JsonForms.Indented.StoreMoveForm);
        }

        call.Say($"{Words.Count(move.Tables.Values.Sum(), "record")} in {Words.Count(move.Tables.Count, "table")} compared and the same. They are in {move.To} now; the old ones are kept as {move.KeptAs}.");
        if (isBack && call.Terminal.Variable(StoreBook.Variable) is { Length: > 0 })
        {
            call.Say($"{StoreBook.Variable} is still set and goes first. Unset it.");
        }

        return ExitCode.Ok;
    }
}
