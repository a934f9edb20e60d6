using Tributary.Model;
using Tributary.Planning;

namespace Tributary.DataSets;

/// <summary>What details that a person is typing come to. Nothing is read of any report.</summary>
public sealed record DetailsExplanation
{
    /// <summary>Everything wrong, each at its field, in the words of the command line; empty when the details hold together.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>What the date fields come to: a line for each group of zones with the same result, the one with most sites first. Empty for lists without dates, and while sites or dates are wrong.</summary>
    public IReadOnlyList<ResolvedDates> Dates { get; init; } = [];

    /// <summary>What is left out or read differently, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Sites chosen that the token sees.</summary>
    public int Sites { get; init; }

    /// <summary>Partitions that the first run reads.</summary>
    public int Partitions { get; init; }

    /// <summary>Requests that the first run makes, about; null while something is wrong.</summary>
    public int? Requests { get; init; }

    /// <summary>What a row is: "One row per site, day and page URL."; null while the report is wrong.</summary>
    public string? Row { get; init; }

    /// <summary>How it would be updated if nobody says otherwise; null while something is wrong.</summary>
    public UpdateMethod? Update { get; init; }

    /// <summary>The key that would be taken with <see cref="UpdateMethod.Merge"/>; empty while something is wrong.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>The name given, or one that is free; null while nothing can be proposed.</summary>
    public string? Name { get; init; }

    /// <summary>The table that a DataSet of that name gets; null without a name.</summary>
    public string? Table { get; init; }
}
