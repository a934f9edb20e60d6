using System.Globalization;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Reads fields a person typed and gathers what is wrong with them.</summary>
internal sealed class FieldReader
{
    /// <summary>Everything wrong so far.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>One of the words allowed; null, and a problem, for any other.</summary>
    public string? Choice(string field, string? value, string[] allowed)
    {
        if (value is null || allowed.Contains(value, StringComparer.Ordinal))
        {
            return value;
        }

        Fail(field, $"'{value}' is not one of {string.Join(", ", allowed)}.{NearestName.Hint(value, allowed)}");
        return null;
    }

    /// <summary>A whole number within bounds; null, and a problem, for anything else.</summary>
    public int? Whole(string field, string? value, int least, int most)
    {
        if (value is null)
        {
            return null;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fail(field, $"'{value}' is not a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>Whether one of the fields has a problem.</summary>
    public bool Failed(params string[] fields) => Problems.Any(p => fields.Contains(p.Field, StringComparer.Ordinal));

    /// <summary>Says what is wrong with a field.</summary>
    public void Fail(string field, string message) => Problems.Add(new Problem(field, message));
}
