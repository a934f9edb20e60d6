using System.Globalization;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Details as a person would type them: what <see cref="DetailsRules"/> reads back to the same details. What is the default is left out.</summary>
internal static class DetailsText
{
    /// <summary>The fields of the details.</summary>
    public static DetailsInput Of(Details details) => new()
    {
        Report = details.Report,
        Sites = details.Sites is null ? null : string.Join(',', details.Sites),
        Period = PeriodOf(details),
        Date = On(details.Date),
        DaysBack = Back(details.Date),
        Start = On(details.Start),
        StartDaysBack = Back(details.Start),
        End = On(details.End),
        EndDaysBack = Back(details.End),
        Segments = details.Segments,
        SavedSegments = details.SavedSegments,
        Url = details.Url,
        Title = details.Title,
        ActionName = details.ActionName,
        ActionType = details.ActionType,
        Goal = details.Goal,
        Subtable = details.Subtable?.ToString(CultureInfo.InvariantCulture),
        SubtableOf = details.SubtableOf,
        Subtables = details.AllSubtables ? "all" : null,
        Flatten = details.Flatten,
        Personal = [.. details.Personal.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value.ToString().ToLowerInvariant()}")],
        Parameters = [.. details.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}")],
        Steps = details.Steps == 5 ? null : details.Steps.ToString(CultureInfo.InvariantCulture),
        Levels = details.Levels == RowDetail.Top ? "top" : null,
        Columns = details.Columns.Count == 0 ? null : string.Join(',', details.Columns),
    };

    /// <summary>The fields of some details with those of a change put over them. A date field takes the place of those that say the same in another way; a text that is empty takes its field away.</summary>
    public static DetailsInput With(DetailsInput old, DetailsInput change)
    {
        var spans = change.Start is not null || change.StartDaysBack is not null || change.End is not null || change.EndDaysBack is not null;
        var single = change.Date is not null || change.DaysBack is not null;
        var subtable = change.Subtable is not null || change.SubtableOf is not null || change.Subtables is not null;
        return new DetailsInput
        {
            Report = change.Report ?? old.Report,
            Sites = change.Sites ?? old.Sites,
            Period = change.Period ?? (change.By is not null || (old.Period == "range" && single) ? null : old.Period),
            By = change.By,
            Date = change.Date ?? (spans || single ? null : old.Date),
            DaysBack = change.DaysBack ?? (spans || single ? null : old.DaysBack),
            Start = change.Start ?? (single || change.StartDaysBack is not null ? null : old.Start),
            StartDaysBack = change.StartDaysBack ?? (single || change.Start is not null ? null : old.StartDaysBack),
            End = change.End ?? (single || change.EndDaysBack is not null ? null : old.End),
            EndDaysBack = change.EndDaysBack ?? (single || change.End is not null ? null : old.EndDaysBack),
            Segments = change.Segments.Count > 0 ? Written(change.Segments) : Written(change.SavedSegments).Count > 0 ? [] : old.Segments,
            SavedSegments = change.SavedSegments.Count > 0 ? Written(change.SavedSegments) : Written(change.Segments).Count > 0 ? [] : old.SavedSegments,
            Url = Put(change.Url, old.Url),
            Title = Put(change.Title, old.Title),
            ActionName = Put(change.ActionName, old.ActionName),
            ActionType = Put(change.ActionType, old.ActionType),
            Goal = Put(change.Goal, old.Goal),
            Subtable = Put(change.Subtable, subtable ? null : old.Subtable),
            SubtableOf = Put(change.SubtableOf, subtable ? null : old.SubtableOf),
            Subtables = Put(change.Subtables, subtable ? null : old.Subtables),
            Flatten = Put(change.Flatten, old.Flatten),
            Personal = [.. old.Personal.Where(p => !change.Personal.Any(c => NameOf(c) == NameOf(p))), .. change.Personal],
            Parameters = [.. old.Parameters.Where(p => !change.Parameters.Any(c => NameOf(c) == NameOf(p))), .. change.Parameters],
            Steps = Put(change.Steps, old.Steps),
            Levels = Put(change.Levels, old.Levels),
            Columns = change.Columns ?? old.Columns,
        };
    }

    private static string? Put(string? change, string? old) => change is null ? old : string.IsNullOrWhiteSpace(change) ? null : change;

    private static List<string> Written(IReadOnlyList<string> texts) => [.. texts.Where(t => !string.IsNullOrWhiteSpace(t))];

    private static string NameOf(string pair) => pair.Split('=')[0];

    private static string? PeriodOf(Details details) => details.Period == Period.None || (details.Period == Period.Day && !details.IsSpan) ? null : details.Period.ToString().ToLowerInvariant();

    private static string? On(DateChoice? date) => date?.On?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Back(DateChoice? date) => date?.DaysBack?.ToString(CultureInfo.InvariantCulture);
}
