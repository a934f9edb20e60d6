namespace Tributary.Matomo.Replies;

/// <summary>The form one report takes inside a reply, before it is keyed by date or by site.</summary>
public enum ReplyShape
{
    /// <summary>An array of row objects. An object keyed by id is accepted too: Matomo 5.2 answers <c>Goals.getGoals</c> with <c>filter_limit=-1</c> that way.</summary>
    Table,

    /// <summary>One object. <c>[]</c> means no data, <c>[{…}]</c> is what <c>flat=1</c> makes of it, and a bare value is what a map makes of a single column.</summary>
    Row,

    /// <summary><c>{"value":x}</c>, or the bare value inside a map.</summary>
    Scalar,

    /// <summary>An array of plain values; each becomes a row with one cell named <c>value</c>.</summary>
    List,
}

/// <summary>What the pieces of a reply are keyed by. Follows from the request: Matomo keys by site when several sites are asked, by date when several periods are.</summary>
public enum ReplyKeys
{
    /// <summary>The reply is the report itself.</summary>
    None,

    /// <summary>An object keyed by date label: <c>2026-11-20</c>, <c>2026-11-16,2026-11-22</c>, <c>2026-11</c>, <c>2026</c>.</summary>
    Dates,

    /// <summary>An object keyed by site id.</summary>
    Sites,

    /// <summary>An object keyed by site id, each an object keyed by date label.</summary>
    SitesAndDates,
}

/// <summary>Which piece of a keyed reply the rows that follow belong to.</summary>
/// <param name="Site">The site id as Matomo wrote the key; null when the reply is not keyed by site.</param>
/// <param name="Date">The date label as Matomo wrote the key; null when the reply is not keyed by date.</param>
public readonly record struct ReplyPart(string? Site, string? Date);
