using CsCheck;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

public sealed class RowLookTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);

    private static readonly ColumnDefinition[] Columns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key),
        new("period_start", ColumnType.Date, ColumnRole.Key),
        new("period_end", ColumnType.Date, ColumnRole.Key),
        new("segment", ColumnType.Text, ColumnRole.Key),
        new("label", ColumnType.Text, ColumnRole.Dimension),
        new("level_1", ColumnType.Text, ColumnRole.Dimension),
        new("hour", ColumnType.Integer, ColumnRole.Dimension),
        new("nb_visits", ColumnType.Integer, ColumnRole.Metric),
        new("never", ColumnType.Integer, ColumnRole.Metric),
        new("is_others", ColumnType.Boolean, ColumnRole.Others),
    ];

    // Few values, so that rows repeat; texts that would be one if they were joined.
    private static readonly Gen<(int Site, int Day, string Segment, string? Label, string? Level, long? Hour, long? Visits, bool Others)> Row = Gen.Select(
        Gen.Int[1, 3],
        Gen.Int[0, 2],
        Of("", "a", "b"),
        Of<string?>("", "a", "ab", "a\0", "über", "a label longer than any prefix of sixteen bytes", null),
        Of<string?>("", "b", "bb", null),
        Of<long?>(0, 1, null),
        Of<long?>(0, 5, null),
        Gen.Bool,
        (site, day, segment, label, level, hour, visits, others) => (site, day, segment, label, level, hour, visits, others));

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void Repeated_rows_and_visits_are_counted_as_one_would_by_hand() => Gen.Select(Row.Array[0, 60], Gen.Int[1, 20]).Sample(
        (rows, batchRows) =>
        {
            var staged = new TestRows(Columns) { BatchRows = batchRows };
            foreach (var row in rows)
            {
                var day = (long)(Day.AddDays(row.Day).DayNumber - ColumnText.UnixEpochDay);
                staged.Add((long)row.Site, day, day, row.Segment, row.Label, row.Level, row.Hour, row.Visits, null, row.Others);
            }

            // Rows of site 3 belong to none of the partitions.
            List<PartitionKey> keys = [.. from site in new[] { 1, 2 } from day in new[] { 0, 1, 2 } from segment in new[] { "", "a", "b" } select new PartitionKey(site, Period.Day, Day.AddDays(day), Day.AddDays(day), segment)];
            var look = RowLook.Over(staged, keys, compares: true);

            foreach (var key in keys)
            {
                var own = rows.Where(r => r.Site == key.SiteId && Day.AddDays(r.Day) == key.Start && r.Segment == key.Segment).ToList();
                Assert.Equal(own.Count - own.Select(r => (r.Label, r.Level, r.Hour, r.Others)).Distinct().Count(), look.RepeatedOf(key).Count);
                Assert.Equal(own.Exists(r => r.Visits is not null) ? own.Sum(r => r.Visits ?? 0) : null, look.VisitsOf(key));
            }

            Assert.DoesNotContain("never", look.Columns);
            Assert.Equal(rows.Any(r => r.Label is not null), look.Columns.Contains("label"));
        },
        iter: 300);

    [Fact]
    public void The_first_repeated_row_is_told_by_its_texts()
    {
        var day = (long)(Day.DayNumber - ColumnText.UnixEpochDay);
        var staged = new TestRows(Columns);
        foreach (var label in new[] { "one", "two", "two", "one" })
        {
            staged.Add(1L, day, day, "", label, "below", 7L, 1L, null, false);
        }

        var key = new PartitionKey(1, Period.Day, Day, Day);
        Assert.Equal((2, "two · below"), RowLook.Over(staged, [key], compares: true).RepeatedOf(key));
        Assert.Equal((0, null), RowLook.Over(staged, [key], compares: false).RepeatedOf(key));
    }
}
