using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Tributary.Cli.Commands;

namespace Tributary.Cli;

/// <summary>What is wrong with the words of a command line, in sentences with the nearest name.</summary>
internal static partial class ParseProblems
{
    public static IReadOnlyList<string> Of(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var unknown = UnknownOptions(parse).Distinct(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            return [.. unknown.Select(o => UnknownOption(o, command))];
        }

        var stray = parse.UnmatchedTokens.ToList();
        if (stray.Count > 0 && command.Subcommands.Count > 0)
        {
            return [UnknownCommand(stray[0], command)];
        }

        // The parser's own words for a stray argument repeat what was typed without saying what it stands for.
        var said = parse.Errors
            .Where(e => !stray.Any(s => e.Message.Contains($"'{s}'", StringComparison.Ordinal) && e.SymbolResult is CommandResult))
            .Where(e => !IsMissingVerb(e, command))
            .Select(e => Sentence(e))
            .Distinct(StringComparer.Ordinal);
        return [.. stray.Select(s => $"'{s}' is one word too many for `{CommandNames.Full(command)}`. A text with spaces needs quotes."), .. said];
    }

    private static IEnumerable<string> UnknownOptions(ParseResult parse)
    {
        if (parse.Tokens.Any(t => t.Type == TokenType.DoubleDash))
        {
            return [];
        }

        // An unknown option before an argument is taken for the argument by the parser.
        var taken = parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);
        return parse.UnmatchedTokens.Concat(taken).Where(t => OptionForm().IsMatch(t)).Select(t => t.Split('=')[0]);
    }

    private static string UnknownOption(string name, Command command)
    {
        var known = CommandNames.OptionsOf(command).Where(o => !o.Hidden).Select(o => o.Name);
        var nearest = Suggestions.Nearest(name, known);
        return $"`{CommandNames.Full(command)}` has no option {name}.{(nearest is null ? "" : $" Did you mean {nearest}?")}";
    }

    private static string UnknownCommand(string name, Command parent)
    {
        var nearest = Suggestions.Nearest(name, parent.Subcommands.Select(c => c.Name));
        var elsewhere = CommandNames.All(CommandNames.Root(parent)).Where(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)).Select(CommandNames.Full).ToList();
        var meant = nearest is not null ? $"{CommandNames.Full(parent)} {nearest}" : elsewhere.Count > 0 ? string.Join("` or `", elsewhere) : null;
        return meant is not null
            ? $"there is no command `{CommandNames.Full(parent)} {name}`. Did you mean `{meant}`?"
            : $"there is no command `{CommandNames.Full(parent)} {name}`. There are: {string.Join(", ", parent.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}.";
    }

    private static bool IsMissingVerb(ParseError error, Command command) => command is not CliCommand && error.SymbolResult is CommandResult;

    private static string Sentence(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Parent: CommandResult } argument => $"{argument.Argument.HelpName ?? argument.Argument.Name} is missing.",
        OptionResult { Tokens.Count: 0 } option when option.Option.Arity.MinimumNumberOfValues > 0 => $"{option.Option.Name} needs a value{(option.Option.HelpName is { } form ? $": {option.Option.Name} {form}" : "")}.",
        OptionResult { Tokens.Count: > 1 } option when option.Option.Arity.MaximumNumberOfValues == 1 && error.Message.Contains("expects a single argument", StringComparison.Ordinal) => $"{option.Option.Name} is given more than once.",
        _ => RequiredOption().Replace(error.Message, "${name} is missing."),
    };

    [GeneratedRegex("^--?[A-Za-z][A-Za-z0-9-]*(=.*)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline, 1000)]
    private static partial Regex OptionForm();

    [GeneratedRegex("^Option '(?<name>--[a-z-]+)' is required\\.$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RequiredOption();
}
