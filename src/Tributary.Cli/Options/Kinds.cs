using System.CommandLine;
using System.Globalization;

namespace Tributary.Cli.Options;

/// <summary>Options by what may stand behind them, each saying in a sentence what is wrong with what does.</summary>
internal static class Kinds
{
    public static Option<string> Text(string name, string form, string description, bool required = false) =>
        new(name) { HelpName = form, Description = description, Required = required };

    public static Option<string[]> Texts(string name, string form, string description) =>
        new(name) { HelpName = form, Description = description, Arity = ArgumentArity.OneOrMore };

    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    public static Option<bool> Json() => Switch("--json", "Print JSON.");

    public static Option<int?> Number(string name, string description, int least, int most = int.MaxValue) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            result.AddError($"{name}: '{text}' is not a whole number {(most == int.MaxValue ? $"from {least} up" : $"from {least} to {most}")}.");
            return null;
        },
    };

    public static Option<DateOnly?> Date(string name, string description) => new(name)
    {
        HelpName = "DATE",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return date;
            }

            result.AddError($"{name}: '{text}' is not a date. Write it as 2026-01-31.");
            return null;
        },
    };

    public static Option<string> Choice(string name, string description, params string[] values) => new(name)
    {
        HelpName = string.Join('|', values),
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (values.FirstOrDefault(v => string.Equals(v, text, StringComparison.OrdinalIgnoreCase)) is { } value)
            {
                return value;
            }

            var nearest = Suggestions.Nearest(text, values);
            result.AddError($"{name}: '{text}' is not one of {string.Join(", ", values)}.{(nearest is null ? "" : $" Did you mean {nearest}?")}");
            return null;
        },
    };

    public static Argument<string> Name(string form, string description, bool isOptional = false) =>
        new(form) { HelpName = form, Description = description, Arity = isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne };
}
