using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary;

/// <summary>Checks what a person said about a destination against what its kind asks.</summary>
internal static class DestinationRules
{
    /// <summary>The options as the kind gets them: known, well-formed, defaults filled in, empty ones left out.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="given">Options by name, in any case, with - or _.</param>
    /// <exception cref="InputException">Every option that is not right, each at its name.</exception>
    public static Dictionary<string, string> Read(IDestinationKind kind, IReadOnlyDictionary<string, string> given)
    {
        var problems = new List<Problem>();
        var read = Read(kind, given, problems);
        return problems.Count == 0 ? read : throw new InputException(problems);
    }

    /// <inheritdoc cref="Read(IDestinationKind, IReadOnlyDictionary{string, string})"/>
    public static Dictionary<string, string> Read(IDestinationKind kind, IReadOnlyDictionary<string, string> given, List<Problem> problems)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (typed, value) in given)
        {
            var name = typed.Replace('-', '_').ToLowerInvariant();
            if (kind.Options.FirstOrDefault(o => o.Name == name) is not { } option)
            {
                problems.Add(new Problem(typed, $"{kind.Title} has no option '{typed}'.{NearestName.Hint(name, kind.Options.Select(o => o.Name))} Options: {string.Join(", ", kind.Options.Select(o => o.Name))}."));
            }
            else if (option.Secret ? value.Length > 0 : value.Trim().Length > 0)
            {
                read[name] = option.Secret ? value : Form(option, value.Trim(), problems);
            }
        }

        foreach (var option in kind.Options.Where(o => !read.ContainsKey(o.Name)))
        {
            if (option.Default is { } usual)
            {
                read[option.Name] = usual;
            }
            else if (option.Required)
            {
                problems.Add(new Problem(option.Name, $"{kind.Title} needs '{option.Name}': {option.Description}{(option.Example is null ? "" : $" For example: {option.Example}")}"));
            }
        }

        return read;
    }

    /// <summary>Whether options lead to another server than before.</summary>
    public static bool LeadElsewhere(IDestinationKind kind, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        kind.Options.Any(o => o.LeadsThere && !string.Equals(before.GetValueOrDefault(o.Name), now.GetValueOrDefault(o.Name), StringComparison.OrdinalIgnoreCase) && !IsStepUp(o, before, now));

    private static bool IsStepUp(DestinationOption option, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        int Rank(IReadOnlyDictionary<string, string> options) => option.Choices.ToList().FindIndex(c => c.Equals(options.GetValueOrDefault(option.Name) ?? option.Default, StringComparison.OrdinalIgnoreCase));
        return option.Type == DestinationOptionType.Choice && Rank(now) > Rank(before);
    }

    /// <summary>Refuses options by which secrets would be sent to another server than they were given for.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="before">All options as they are.</param>
    /// <param name="now">All options as they are to be.</param>
    /// <param name="given">The names of those given now.</param>
    /// <exception cref="InputException">A secret is kept.</exception>
    public static void RefuseKept(IDestinationKind kind, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now, IReadOnlyCollection<string> given)
    {
        List<Problem> kept = !LeadElsewhere(kind, before, now) ? [] :
            [.. kind.Options.Where(o => o.Secret && now.ContainsKey(o.Name) && !given.Contains(o.Name)).Select(o => new Problem(o.Name, $"Another server gets no secret that was given for the one before. Give '{o.Name}' again, or take it away with an empty value."))];
        if (kept.Count > 0)
        {
            throw new InputException(kept);
        }
    }

    private static string Form(DestinationOption option, string value, List<Problem> problems)
    {
        var (form, wrong) = option.Type switch
        {
            DestinationOptionType.Number => (value, int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? null : "Write a whole number of 0 or more."),
            DestinationOptionType.Flag => (value.ToLowerInvariant(), value.ToLowerInvariant() is "true" or "false" ? null : "Write true or false."),
            DestinationOptionType.Choice => (value.ToLowerInvariant(), option.Choices.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : $"Write one of {string.Join(", ", option.Choices)}.{NearestName.Hint(value, option.Choices)}"),
            DestinationOptionType.Path => (value, Path.IsPathFullyQualified(value) ? null : "Write the whole path, from the root on: the program may be started in any folder."),
            _ => (value, null),
        };
        if (wrong is not null)
        {
            problems.Add(new Problem(option.Name, $"'{value}' does not do for {option.Title.ToLowerInvariant()}. {wrong}"));
        }

        return form;
    }
}
