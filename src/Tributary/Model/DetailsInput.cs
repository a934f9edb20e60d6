namespace Tributary.Model;

/// <summary>
/// The details as a person typed them, every field as text: what the command line, the web form and the file form hand over.
/// <c>DetailsRules.Read</c> turns them into <see cref="Details"/> or says at which field what is wrong.
/// </summary>
public sealed record DetailsInput
{
    /// <summary>--report</summary>
    public string? Report { get; init; }

    /// <summary>--sites: "all" or ids with commas.</summary>
    public string? Sites { get; init; }

    /// <summary>--period</summary>
    public string? Period { get; init; }

    /// <summary>--date</summary>
    public string? Date { get; init; }

    /// <summary>--days-back</summary>
    public string? DaysBack { get; init; }

    /// <summary>--start</summary>
    public string? Start { get; init; }

    /// <summary>--start-days-back</summary>
    public string? StartDaysBack { get; init; }

    /// <summary>--end</summary>
    public string? End { get; init; }

    /// <summary>--end-days-back</summary>
    public string? EndDaysBack { get; init; }

    /// <summary>--by</summary>
    public string? By { get; init; }

    /// <summary>--segment, repeatable</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>--saved-segment, repeatable</summary>
    public IReadOnlyList<string> SavedSegments { get; init; } = [];

    /// <summary>--url</summary>
    public string? Url { get; init; }

    /// <summary>--title</summary>
    public string? Title { get; init; }

    /// <summary>--action-name</summary>
    public string? ActionName { get; init; }

    /// <summary>--action-type</summary>
    public string? ActionType { get; init; }

    /// <summary>--goal</summary>
    public string? Goal { get; init; }

    /// <summary>--subtable</summary>
    public string? Subtable { get; init; }

    /// <summary>--subtable-of</summary>
    public string? SubtableOf { get; init; }

    /// <summary>--subtables</summary>
    public string? Subtables { get; init; }

    /// <summary>--flatten</summary>
    public string? Flatten { get; init; }

    /// <summary>--personal FIELD=keep|hash|drop, repeatable</summary>
    public IReadOnlyList<string> Personal { get; init; } = [];

    /// <summary>--parameter NAME=VALUE, repeatable</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>--steps</summary>
    public string? Steps { get; init; }

    /// <summary>--levels</summary>
    public string? Levels { get; init; }

    /// <summary>--columns: names with commas</summary>
    public string? Columns { get; init; }
}

/// <summary>One thing wrong with what a person gave.</summary>
/// <param name="Field">The field as the command line writes it, <c>--end</c>.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record Problem(string Field, string Message);

/// <summary>What a person gave does not hold together: every problem at once, each at its field.</summary>
public sealed class InputException : TributaryException
{
    /// <summary>Creates the failure from its problems.</summary>
    public InputException(IReadOnlyList<Problem> problems)
        : base("input.invalid", Fault.Setup, string.Join(Environment.NewLine, (problems ?? throw new ArgumentNullException(nameof(problems))).Select(p => $"{p.Field}: {p.Message}")))
    {
        Problems = problems;
    }

    /// <summary>Creates the failure from one problem.</summary>
    public InputException(string field, string message)
        : this([new Problem(field, message)])
    {
    }

    /// <summary>Every problem found.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>What was named and does not exist; null when something else is wrong.</summary>
    public string? Missing { get; init; }
}
