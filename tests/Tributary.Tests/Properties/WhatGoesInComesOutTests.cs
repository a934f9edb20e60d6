using System.Globalization;
using CsCheck;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Shaping;
using Tributary.Tests.Destinations;
using Tributary.Tests.Shaping;

namespace Tributary.Tests.Properties;

/// <summary>Made-up replies through reader, shaper and batches, once through the data file too: any text, any spelling of a number, any depth.</summary>
public sealed class WhatGoesInComesOutTests
{
    /// <summary>One property of a row: where the reply has it, the column it becomes, its values.</summary>
    private sealed record Property(string? Goal, string Name, string Column, Gen<Spelled> Values);

    private sealed record Row(string Json, Dictionary<string, object> Cells);

    private static readonly Gen<Spelled> Words = Gen.Frequency(
        (6, Gen.Select(Spellings.Text, Gen.Bool).Select((text, escape) => new Spelled(Spellings.Quoted(text, escape), Spellings.Sound(text)))),
        (1, Gen.Const(new Spelled("\"\"", ""))),
        (1, Gen.OneOf<string?>(null, "null", "false").Select(json => new Spelled(json, null))));

    private static readonly Property[] Properties =
    [
        new(null, "label", "label", Words),
        new(null, "Actions_PageUrl", "page_url", Words),
        new(null, "url", "url", Words),
        new(null, "segment", "segment_filter", Words),
        new(null, "something_new", "something_new", Words),
        new(null, "nb_visits", "nb_visits", Spellings.Count),
        new(null, "nb_uniq_visitors", "nb_uniq_visitors", Spellings.Count),
        new(null, "avg_time_on_page", "avg_time_on_page", Spellings.Number),
        new(null, "bounce_rate", "bounce_rate", Spellings.Ratio),
        new(null, "exit_rate", "exit_rate", Spellings.Ratio),
        new("idgoal=1", "revenue", "goal_1_revenue", Spellings.Money),
        new("idgoal=1", "nb_conversions", "goal_1_nb_conversions", Spellings.Count),
        new("idgoal=ecommerceOrder", "revenue", "order_revenue", Spellings.Money),
        new("idgoal=ecommerceAbandonedCart", "nb_conversions_page_rate", "abandoned_cart_nb_conversions_page_rate", Spellings.Ratio),
    ];

    private static readonly Gen<Row> Rows = Gen.Shuffle(Properties).SelectMany(
        order => order.Aggregate(Gen.Const(new List<(Property Property, Spelled Value)>()), (all, property) => Gen.Select(all, property.Values, (list, value) => list.Append((property, value)).ToList())))
        .Select(RowOf);

    [Fact]
    public async Task Every_value_of_a_reply_is_in_its_cell() =>
        await Rows.Array[0, 6].SampleAsync(
            async rows =>
            {
                var read = await ReplyRows.ReadAsync("Actions.getPageUrls", Hierarchy.Flat, Json(rows));
                Same(rows, ShapedTable.Of(read.Columns, read.Batches).Rows.Select(r => r.ToDictionary(c => c.Key, c => c.Value.Value, StringComparer.Ordinal)));
            },
            iter: 1_000);

    [Fact]
    public async Task Every_value_of_a_reply_is_in_the_data_file() =>
        await Rows.Array[1, 6].SampleAsync(
            async rows =>
            {
                var read = await ReplyRows.ReadAsync("Actions.getPageUrls", Hierarchy.Flat, Json(rows));
                using var file = new DuckDbFixture();
                using var staged = new StagedRows(file.Staging);
                foreach (var batch in read.Batches)
                {
                    staged.Add(batch);
                }

                await file.Destination.CommitAsync(
                    new WindowCommit
                    {
                        Table = "pages",
                        Description = "",
                        WindowId = "1",
                        Schema = new TableSchema(read.Columns),
                        Partitions = [new PartitionRecord(ReplyRows.Key, PartitionState.Final, rows.Length, DateTimeOffset.UnixEpoch, "run")],
                        Rows = staged,
                    },
                    TestContext.Current.CancellationToken);
                await using var query = await file.Destination.QueryAsync("SELECT * FROM pages ORDER BY rowid", TestContext.Current.CancellationToken);
                var stored = await query.Rows.ToListAsync(TestContext.Current.CancellationToken);
                Same(rows, stored.Select(r => query.Columns.Zip(r).Where(c => c.Second is not null).ToDictionary(c => c.First.Name, c => c.Second!, StringComparer.Ordinal)));
            },
            iter: 20,
            threads: 1);

    [Fact]
    public async Task Rows_of_many_batches_keep_their_order() =>
        await Gen.Int[2 * RowBatch.MaxRows, (3 * RowBatch.MaxRows) + 5].SampleAsync(
            async count =>
            {
                var json = $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $"{{\"label\":\"{i}\",\"nb_visits\":{i}{(i == RowBatch.MaxRows + 1 ? ",\"late\":1.5" : "")}}}"))}]";
                var read = await ReplyRows.ReadAsync("Actions.getPageUrls", Hierarchy.Flat, json);
                var rows = ShapedTable.Of(read.Columns, read.Batches).Rows;
                Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), rows.Select(r => (long)r["nb_visits"].Value));
                Assert.Equal(Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)), rows.Select(r => (string)r["label"].Value));
                Assert.Equal([RowBatch.MaxRows + 1], Enumerable.Range(0, count).Where(i => rows[i].ContainsKey("late")));
            },
            iter: 3);

    private static string Json(Row[] rows) => $"[{string.Join(',', rows.Select(r => r.Json))}]";

    private static Row RowOf(List<(Property Property, Spelled Value)> values)
    {
        var there = values.Where(v => v.Value.Json is not null).ToList();
        var parts = there.Where(v => v.Property.Goal is null).Select(Pair).ToList();
        var goals = there.Where(v => v.Property.Goal is not null).GroupBy(v => v.Property.Goal).Select(g => $"\"{g.Key}\":{{{string.Join(',', g.Select(Pair))}}}").ToList();

        // PHP prints a map without entries as a list.
        parts.Insert(parts.Count / 2, $"\"goals\":{(goals.Count == 0 ? "[]" : $"{{{string.Join(',', goals)}}}")}");
        return new Row(
            $"{{{string.Join(',', parts)}}}",
            values.Where(v => v.Value.Value is not null).ToDictionary(v => v.Property.Column, v => v.Value.Value!, StringComparer.Ordinal));

        static string Pair((Property Property, Spelled Value) cell) => $"\"{cell.Property.Name}\":{cell.Value.Json}";
    }

    private static void Same(Row[] rows, IEnumerable<Dictionary<string, object>> read)
    {
        string[] ofEveryTable = ["site_id", "site_name", "period", "period_start", "period_end", "currency", "is_others", "_run_id", "_read_at"];
        var table = read.ToList();
        Assert.Equal(rows.Length, table.Count);
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.Equal(
                rows[i].Cells.OrderBy(c => c.Key, StringComparer.Ordinal),
                table[i].Where(c => !ofEveryTable.Contains(c.Key) && !c.Key.StartsWith("level_", StringComparison.Ordinal)).OrderBy(c => c.Key, StringComparer.Ordinal));
        }
    }
}
