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
    public static IReadOnlyList<string> Of(DataSetDefinition old, DataSetDefinition now, IReadOnlyList<PartitionRecord> stored)
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

        if (ChangesRows(old.Details, now.Details))
        {
            said.Add(Text($"The rows will look different: all {stored.Count} stored partitions are read again by the next run."));
        }

        if (now.Details.Sites is { } sites && stored.Where(p => !sites.Contains(p.Key.SiteId)).ToList() is { Count: > 0 } left)
        {
            said.Add(Text($"{left.Sum(p => p.Rows)} rows of sites that are no longer chosen ({string.Join(", ", left.Select(p => p.Key.SiteId).Distinct().Order())}) stay and are not updated any more."));
        }

        if (!old.Details.Segments.SequenceEqual(now.Details.Segments) || !old.Details.SavedSegments.SequenceEqual(now.Details.SavedSegments))
        {
            said.Add("Rows of segments that are no longer asked for stay and are not updated any more.");
        }

        if (old.Details.Period != now.Details.Period)
        {
            said.Add(Text($"Rows by {Word(old.Details.Period)} stay beside the new ones by {Word(now.Details.Period)}; tell them apart by the column period."));
        }

        if (now.KeepDays is { } days && (old.KeepDays is null || old.KeepDays > days))
        {
            said.Add(Text($"The next run removes what is older than {days} days."));
        }

        if (now.LookbackDays > old.LookbackDays && now.Update is UpdateMethod.Partition or UpdateMethod.Merge && stored.Count(p => p.State == PartitionState.Final && Lookback.IsTooShort(p, SiteZone.Of("UTC"), now.LookbackDays)) is > 0 and var early)
        {
            said.Add(Text($"{early} final {(early == 1 ? "partition was" : "partitions were")} read less than {now.LookbackDays} days after the period ended: the next run reads {(early == 1 ? "it" : "them")} again."));
        }

        if (now.KeepRuns < old.KeepRuns)
        {
            said.Add(now.KeepRuns == 0 ? "The next run forgets what earlier runs replaced: nothing can be reverted then." : Text($"The next run forgets what runs before the last {now.KeepRuns} replaced."));
        }

        return said;
    }

    /// <summary>Whether rows read with the new details differ from those stored, for the same site and date.</summary>
    public static bool ChangesRows(Details old, Details now) =>
        old.Levels != now.Levels || old.Flatten != now.Flatten || old.Goal != now.Goal || old.Url != now.Url || old.Title != now.Title
        || old.ActionName != now.ActionName || old.ActionType != now.ActionType || old.Subtable != now.Subtable || old.SubtableOf != now.SubtableOf || old.AllSubtables != now.AllSubtables
        || old.Steps != now.Steps || !old.Columns.SequenceEqual(now.Columns) || !Same(old.Parameters, now.Parameters) || !Same(old.Personal, now.Personal);

    /// <summary>Whether the rows that are read from now on may have other columns, or be others, because a person changed what is read.</summary>
    public static bool ChangesColumns(DataSetDefinition old, DataSetDefinition now) =>
        ChangesRows(old.Details, now.Details) || old.AccountId != now.AccountId || old.Details.Period != now.Details.Period
        || !(old.Details.Sites ?? []).SequenceEqual(now.Details.Sites ?? []) || !old.Details.Segments.SequenceEqual(now.Details.Segments) || !old.Details.SavedSegments.SequenceEqual(now.Details.SavedSegments);

    private static string OfMethod(DataSetDefinition old, DataSetDefinition now, long rows) => now.Update switch
    {
        UpdateMethod.Replace => Text($"The next run replaces all {rows} rows by what it reads: only the dates of the details remain."),
        UpdateMethod.Append => Text($"From the next run on rows are added to the {rows} that are stored; a date that is read again is there twice."),
        UpdateMethod.Merge => Text($"From the next run on rows with the same {string.Join(", ", now.Key)} are replaced and others added; what disappears in Matomo stays."),
        _ when old.Update == UpdateMethod.Append => "From the next run on partitions are replaced whole; dates that were added several times keep their rows until they are read again: tributary dataset run --full.",
        _ => "From the next run on partitions are replaced whole; those that are final stay as they are.",
    };

    private static bool Same<T>(IReadOnlyDictionary<string, T> a, IReadOnlyDictionary<string, T> b) =>
        a.Count == b.Count && a.All(p => b.TryGetValue(p.Key, out var value) && Equals(value, p.Value));

    private static string Word(Period period) => period.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
