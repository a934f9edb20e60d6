using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Requests;

/// <summary>The periods of a report, as Matomo names them.</summary>
public enum MatomoPeriod
{
    /// <summary>A calendar day of the site's zone.</summary>
    Day,

    /// <summary>Monday to Sunday.</summary>
    Week,

    /// <summary>A calendar month.</summary>
    Month,

    /// <summary>A calendar year.</summary>
    Year,

    /// <summary>Any span of days, computed as one.</summary>
    Range,
}

/// <summary>
/// One reading call. Only what Matomo knows can be said: there is no free list of options besides the parameters a report declares,
/// and <see cref="Method"/> must be a method of the catalog that reads.
/// </summary>
public sealed record MatomoRequest
{
    /// <summary>The API method.</summary>
    public required string Method { get; init; }

    /// <summary>The form of the reply.</summary>
    public required ReplyShape Shape { get; init; }

    /// <summary>The site; null for methods without one. One site a request: the only form every method answers truly.</summary>
    public int? Site { get; init; }

    /// <summary>The period; null for lists without dates.</summary>
    public MatomoPeriod? Period { get; init; }

    /// <summary>The first day asked for; null for lists without dates.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day asked for, inclusive. With <see cref="From"/> in the same period and not <see cref="KeyedByDate"/>, a single date is sent.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Whether to ask with a date pair, so that the reply is keyed by date even when it holds one period.</summary>
    public bool KeyedByDate { get; init; }

    /// <summary>The segment expression, unencoded; null for all visits.</summary>
    public string? Segment { get; init; }

    /// <summary>Sends <c>flat=1</c>.</summary>
    public bool Flat { get; init; }

    /// <summary>Sends <c>expanded=1</c>.</summary>
    public bool Expanded { get; init; }

    /// <summary>Sends <c>idSubtable</c>.</summary>
    public long? Subtable { get; init; }

    /// <summary>Rows to read: -1 for all.</summary>
    public int Limit { get; init; } = -1;

    /// <summary>Rows to skip.</summary>
    public int Offset { get; init; }

    /// <summary>Further parameters the method declares (<c>idGoal</c>, <c>pageUrl</c>, …), unencoded.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What the reply is keyed by.</summary>
    public ReplyKeys Keys => KeyedByDate ? ReplyKeys.Dates : ReplyKeys.None;
}
