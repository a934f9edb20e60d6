using System.CommandLine;
using Tributary.Cli.Commands;

namespace Tributary.Cli.Output;

/// <summary>The help of a command: what it is for, how it is typed, what can be given, examples.</summary>
internal static class HelpPage
{
    // A class, not a tuple: of lists of structs the runtime has no code at hand and would compile some at every start.
    private sealed record Entry(string Name, string Description);

    public static void Write(Command command, TextWriter writer, int width)
    {
        var lines = Lines(command, Math.Clamp(width, 60, 110));
        foreach (var line in lines)
        {
            writer.WriteLine(line.TrimEnd());
        }
    }

    private static IEnumerable<string> Lines(Command command, int width)
    {
        var isRoot = command is TributaryCommand;
        var commands = command.Subcommands.Where(c => !c.Hidden)
            .SelectMany(c => isRoot && c.Subcommands.Count > 0 ? c.Subcommands.Where(v => !v.Hidden).Select(v => new Entry($"{c.Name} {v.Name}", FirstSentence(v.Description))) : [new Entry(c.Name, FirstSentence(c.Description))]);
        var everywhere = CommandNames.OptionsOf(command).Where(o => o.Recursive).ToList();
        var own = command.Options.Where(o => !o.Recursive && !o.Hidden && o.Name is not "--version").ToList();
        var examples = command switch
        {
            CliCommand c => c.Examples,
            TributaryCommand => ["tributary demo --once", "tributary account add Main --url https://matomo.example.org --token-env MATOMO_TOKEN", "tributary dataset add Pages --account Main --report Actions.getPageUrls --start-days-back 7 --end-days-back 1", "tributary dataset run Pages", "tributary query \"SELECT period_start, sum(nb_hits) AS hits FROM pages GROUP BY 1 ORDER BY 1\""],
            _ => [],
        };
        var options = own.Select(o => new Entry(Heading(o), Described(o)));
        return
        [
            .. Wrap(command.Description ?? "", width, 0),
            "",
            "Usage:",
            $"  {Usage(command, own.Count > 0)}",
            .. Section("Commands:", commands, width),
            .. Section("Arguments:", command.Arguments.Where(a => !a.Hidden).Select(a => new Entry(a.HelpName ?? a.Name, a.Description ?? "")), width),
            .. Section("Options:", options, width),
            .. Section("Everywhere:", everywhere.Select(o => new Entry(Heading(o), o.Description ?? "")).Concat(isRoot ? [new Entry("--version", "Show the version.")] : []), width),
            .. examples.Count > 0 ? (IEnumerable<string>)["", examples.Count == 1 ? "Example:" : "Examples:", .. examples.Select(e => $"  {e}")] : [],
            .. command is CliCommand ? [] : (IEnumerable<string>)["", $"`{CommandNames.Full(command)} {(isRoot ? "COMMAND" : "VERB")} --help` tells more."],
        ];
    }

    private static string FirstSentence(string? text) => text?.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? text[..(end + 1)] : text ?? "";

    private static string Usage(Command command, bool hasOptions)
    {
        var words = command.Arguments.Where(a => !a.Hidden).Select(a => a.Arity.MaximumNumberOfValues > 1 ? $"[{a.HelpName ?? a.Name}...]" : a.HelpName ?? a.Name)
            .Concat(command.Options.Where(o => o.Required).Select(Heading));
        return string.Join(' ', [CommandNames.Full(command), .. command is CliCommand ? words : ["COMMAND"], .. hasOptions || command is not CliCommand ? ["[options]"] : Array.Empty<string>()]);
    }

    private static string Heading(Option option) => option.HelpName is { } form && option.ValueType != typeof(bool) ? $"{option.Name} {form}" : option.Name;

    private static string Described(Option option) => $"{option.Description}{(option.Required ? " Required." : "")}";

    private static IEnumerable<string> Section(string heading, IEnumerable<Entry> entries, int width)
    {
        var all = entries.ToList();
        if (all.Count == 0)
        {
            return [];
        }

        var column = Math.Min(30, all.Max(e => e.Name.Length)) + 4;
        return ["", heading, .. all.SelectMany(e => Lines(e, column, width))];
    }

    private static IEnumerable<string> Lines(Entry entry, int column, int width)
    {
        var text = Wrap(entry.Description, width, column).ToList();
        var first = $"  {entry.Name}";
        return first.Length + 2 > column
            ? [first, .. text]
            : [first.PadRight(column) + (text.Count > 0 ? text[0][column..] : ""), .. text.Skip(1)];
    }

    private static IEnumerable<string> Wrap(string text, int width, int indent)
    {
        var line = new string(' ', indent);
        var empty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = new string(' ', indent);
                empty = true;
            }

            line += empty ? word : $" {word}";
            empty = false;
        }

        if (!empty)
        {
            yield return line;
        }
    }
}
