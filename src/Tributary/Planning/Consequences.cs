using System.Globalization;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>What a change of a DataSet does to the rows that are stored, in sentences.</summary>
internal static class Consequences
{
    /// <summary>What will happen; empty where nothing stored is touched.</summary>
    /// <param name="old">The definition as it was.</param>
    /// <param name="now">As it is to be.</param>
    /// <param name="stored">The stored partitions.</param>
    /// <param name="today">Today, from which the days that are kept are counted.</param>
    public static IReadOnlyList<string> Of(DataSetDefinition old, DataSetDefinition now, IReadOnlyList<PartitionRecord> stored, DateOnly today)
    {
        if (stored.Count == 0)
        {
            return [];
        }

        var said = new List<string>();
        var rows = stored.Sum(p => p.Rows);
        if (old.Update != now.Update)
        {
            said.Add(OfMethod(old, now, rows));
        }

        if (now.Update == UpdateMethod.Replace)
        {
            if (old.Update == UpdateMethod.Replace && AsksForOther(old.Details, now.Details))
            {
                said.Add(Replaced(rows));
            }
        }
        else
        {
            said.AddRange(OfDetails(old, now, stored, today));
        }

        if (now.KeepDays is { } days && (old.KeepDays is null || old.KeepDays > days))
        {
            said.Add(Text($"The next run removes what is older than {days} {(days == 1 ? "day" : "days")}."));
        }

        if (now.LookbackDays > old.LookbackDays && now.Update is UpdateMethod.Partition or UpdateMethod.Merge && stored.Count(p => p.State == PartitionState.Final && Lookback.IsTooShort(p, SiteZone.Of("UTC"), now.LookbackDays)) is > 0 and var early)
        {
            said.Add(Text($"{early} final {(early == 1 ? "partition was" : "partitions were")} read less than {now.LookbackDays} {(now.LookbackDays == 1 ? "day" : "days")} after the period ended: the next run reads {(early == 1 ? "it" : "them")} again."));
        }

        if (now.KeepRuns < old.KeepRuns)
        {
            said.Add(now.KeepRuns == 0 ? "The next run forgets what earlier runs replaced: nothing can be reverted then." : Text($"The next run forgets what runs before the last {now.KeepRuns} replaced."));
        }

        return said;
    }

    /// <summary>Whether rows read with the new details differ from those stored, for the same site and date.</summary>
    public static bool ChangesRows(Details old, Details now) => old.RowShape != now.RowShape;

    /// <summary>Whether the rows that are read from now on may have other columns, or be others, because a person changed what is read.</summary>
    public static bool ChangesColumns(DataSetDefinition old, DataSetDefinition now) =>
        ChangesRows(old.Details, now.Details) || old.AccountId != now.AccountId || old.Details.Period != now.Details.Period
        || !(old.Details.Sites ?? []).SequenceEqual(now.Details.Sites ?? []) || !old.Details.Segments.SequenceEqual(now.Details.Segments) || !old.Details.SavedSegments.SequenceEqual(now.Details.SavedSegments);

    private static string OfMethod(DataSetDefinition old, DataSetDefinition now, long rows) => now.Update switch
    {
        UpdateMethod.Replace => Replaced(rows),
        UpdateMethod.Append => Text($"From the next run on rows are added to the {rows} that are stored; a date that is read again is there twice."),
        UpdateMethod.Merge => Text($"From the next run on rows with the same {string.Join(", ", now.Key)} are replaced and others added; what disappears in Matomo stays."),
        _ when old.Update == UpdateMethod.Merge => "From the next run on partitions are replaced whole; those that are final keep the rows that have disappeared in Matomo until they are read again: tributary dataset run --full.",
        _ when old.Update == UpdateMethod.Append => "From the next run on partitions are replaced whole; dates that were added several times keep their rows until they are read again: tributary dataset run --full.",
        _ => "From the next run on partitions are replaced whole; those that are final stay as they are.",
    };

    private static string Replaced(long rows) => Text($"The next run replaces {(rows == 1 ? "the one row" : $"all {rows} rows")} by what it reads: only the dates of the details remain.");

    private static IEnumerable<string> OfDetails(DataSetDefinition old, DataSetDefinition now, IReadOnlyList<PartitionRecord> stored, DateOnly today)
    {
        if (ChangesRows(old.Details, now.Details))
        {
            yield return now.Update == UpdateMethod.Append
                ? "What the next runs add looks different. The rows that are stored stay as they are; a date that is read again is there twice, the old rows beside the new."
                : OfShape(stored.Count, stored.Count(p => IsAsked(p.Key, old.Details, now, today)));
        }

        if (now.Details.Sites is { } sites && stored.Where(p => !sites.Contains(p.Key.SiteId)).ToList() is { Count: > 0 } left)
        {
            yield return Text($"{left.Sum(p => p.Rows)} {(left.Sum(p => p.Rows) == 1 ? "row" : "rows")} of sites that are no longer chosen ({string.Join(", ", left.Select(p => p.Key.SiteId).Distinct().Order())}) stay and are not updated any more.");
        }

        if (!old.Details.Segments.SequenceEqual(now.Details.Segments) || !old.Details.SavedSegments.SequenceEqual(now.Details.SavedSegments))
        {
            yield return "Rows of segments that are no longer asked for stay and are not updated any more.";
        }

        if (old.Details.Period != now.Details.Period)
        {
            yield return Text($"Rows by {Word(old.Details.Period)} stay beside the new ones by {Word(now.Details.Period)}; tell them apart by the column period.");
        }
    }

    private static string OfShape(int stored, int asked) => asked == stored
        ? Text($"The rows will look different: all {stored} stored partitions are read again by the next run.")
        : Text($"The rows will look different: {asked} of the {stored} stored partitions are read again by the next run. The others are not asked for any more and stay as they look now.");

    /// <summary>Whether a partition is still asked for. What a saved segment stands for only the server knows: what no other names is taken for it.</summary>
    private static bool IsAsked(PartitionKey key, Details old, DataSetDefinition now, DateOnly today)
    {
        var details = now.Details;
        var isOfSegment = !details.HasSegments ? key.Segment.Length == 0
            : details.Segments.Contains(key.Segment, StringComparer.Ordinal)
            || (details.SavedSegments.Count > 0 && key.Segment.Length > 0 && !old.Segments.Contains(key.Segment, StringComparer.Ordinal));
        return isOfSegment
            && (details.Sites is null || details.Sites.Contains(key.SiteId))
            && (now.KeepDays is not { } days || key.Period == Period.None || key.End >= today.AddDays(-days));
    }

    /// <summary>Whether other rows are asked for, or rows that look different.</summary>
    private static bool AsksForOther(Details old, Details now) =>
        ChangesRows(old, now) || old.Period != now.Period || old.Date != now.Date || old.Start != now.Start || old.End != now.End
        || !(old.Sites ?? []).SequenceEqual(now.Sites ?? []) || !old.Segments.SequenceEqual(now.Segments) || !old.SavedSegments.SequenceEqual(now.SavedSegments);

    private static string Word(Period period) => period.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
