using System.CommandLine;

namespace Tributary.Cli.Commands;

/// <summary>Ways about the tree of commands.</summary>
internal static class CommandNames
{
    /// <summary>The words to type: <c>tributary dataset run</c>.</summary>
    public static string Full(Command command)
    {
        var parent = Parent(command);
        return parent is null ? "tributary" : $"{Full(parent)} {command.Name}";
    }

    public static Command Root(Command command)
    {
        var parent = Parent(command);
        return parent is null ? command : Root(parent);
    }

    /// <summary>Every command under this one that does something.</summary>
    public static IEnumerable<CliCommand> All(Command command) =>
        command.Subcommands.SelectMany(c => c is CliCommand own ? [own] : All(c));

    /// <summary>Its own options and those of all commands.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(Parent(command) is null ? [] : Root(command).Options.Where(o => o.Recursive));

    private static Command? Parent(Command command) => command.Parents.OfType<Command>().FirstOrDefault();
}
