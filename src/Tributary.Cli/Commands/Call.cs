using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Terminals;
using Tributary.Model;
using Tributary.Store;
using Tributary.Warehouses;

namespace Tributary.Cli.Commands;

/// <summary>One command line at work: what was given, where it prints, the workspace it means.</summary>
internal sealed class Call(ParseResult parse, TributaryCommand root, Terminal terminal)
{
    public Terminal Terminal => terminal;

    public T? Value<T>(Option<T> option) => parse.GetValue(option);

    public T Value<T>(Argument<T> argument) => argument.Arity.MinimumNumberOfValues == 0 ? parse.GetValue(argument)! : parse.GetRequiredValue(argument);

    public bool Given(Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>The workspace's folder if one was named on the command line.</summary>
    public string? NamedFolder => parse.GetValue(root.Workspace) is not { } named ? null
        : string.IsNullOrWhiteSpace(named) ? throw new InputException("--workspace", "The name of the folder is empty. Name one, or leave --workspace out.") : named;

    public string Folder => NamedFolder ?? WorkspaceFolder.Default(terminal.Variable);

    /// <summary>What this program brings along for its workspaces.</summary>
    public static WorkspaceOptions Options(Terminal terminal) => new() { Kinds = WarehouseKinds.All, Store = terminal.Variable(StoreBook.Variable) };

    /// <summary>What the environment variable holds that a flag names.</summary>
    public string Variable(string flag, string name) =>
        terminal.Variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : throw new InputException(flag, VariableName.Missing(name));

    public Task<Workspace> OpenWorkspaceAsync(CancellationToken cancellationToken) =>
        Workspace.OpenAsync(Folder, terminal.Clock, Options(terminal), cancellationToken);

    /// <summary>One line of words, on stderr.</summary>
    public void Say(string line) => terminal.Say(line);

    public void WriteJson<T>(T value, JsonTypeInfo<T> form) => terminal.Out.WriteLine(JsonForms.Text(value, form));

    public void WriteTable(TextTable table)
    {
        var left = table.Write(terminal.Out, terminal.OutIsTerminal ? terminal.Width : null);
        if (left.Count > 0)
        {
            Say($"{left.Count} more columns do not fit this window: {string.Join(", ", left)}. --json shows them all.");
        }
    }
}
