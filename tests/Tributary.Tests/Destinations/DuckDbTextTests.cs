using System.Text;
using CsCheck;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Tests.Destinations;

public sealed class DuckDbTextTests
{
    private static readonly ColumnDefinition[] Columns = [new("site_id", ColumnType.Integer, ColumnRole.Key), new("label", ColumnType.Text, ColumnRole.Dimension)];

    // Around the twelve bytes that DuckDB keeps inside a value, and pieces of characters that make a whole one only together.
    private static readonly byte[][] Texts =
    [
        .. new[] { "", "a", "/", "eleven byte", "twelve bytes", "thirteen byte", "sixteen bytes ::", "seventeen bytes :", "äöüäöü", "äöüäöüä", "日本語日本語日本語", "a\0b", new string('x', 5_000) }.Select(Encoding.UTF8.GetBytes),
        [0xC3],
        [0xA9],
        [0xE6, 0x97],
        [0xA5, (byte)'x'],
        [(byte)'a', 0xFF, (byte)'b'],
        [.. "a long text that ends in half a character: "u8, 0xC3],
    ];

    [Fact]
    public async Task Every_text_arrives_as_it_is_and_bytes_that_are_none_as_replacement_characters()
    {
        using var duckDb = new DuckDbFixture();
        var window = 0;
        await Gen.Int[-1, Texts.Length - 1].Array[1, 40].SampleAsync(
            async chosen =>
            {
                var batch = new RowBatch();
                foreach (var column in Columns)
                {
                    batch.Add(column);
                }

                foreach (var text in chosen)
                {
                    batch.Buffer(0).SetInteger(batch.Rows, 1);
                    if (text >= 0)
                    {
                        batch.Buffer(1).SetUtf8(batch.Rows, Texts[text]);
                    }

                    batch.Rows++;
                }

                await CommitAsync(duckDb, batch, $"{++window}");
                var stored = await duckDb.QueryAsync("SELECT label FROM texts ORDER BY rowid");
                Assert.Equal(chosen.Select(text => text < 0 ? null : Encoding.UTF8.GetString(Texts[text])), stored.Select(row => (string?)row[0]));
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public async Task A_text_held_once_for_many_rows_is_stored_in_each()
    {
        using var duckDb = new DuckDbFixture();
        var batch = new RowBatch { Rows = 5_000 };
        batch.Add(Columns[0]);
        batch.Add(Columns[1]);
        batch.Buffer(0).FillIntegers(0, 5_000, 1);
        batch.Buffer(1).FillUtf8(0, 3_000, "short"u8);
        batch.Buffer(1).FillUtf8(3_500, 5_000, "longer than twelve bytes"u8);
        batch.Buffer(1).SetNull(2_999);

        await CommitAsync(duckDb, batch, "1");

        var stored = await duckDb.QueryAsync("SELECT label, count(*), min(rowid), max(rowid) FROM texts GROUP BY label ORDER BY 3");
        Assert.Equal(["short", 2_999L, 0L, 2_998L], stored[0]);
        Assert.Equal([null, 501L, 2_999L, 3_499L], stored[1]);
        Assert.Equal(["longer than twelve bytes", 1_500L, 3_500L, 4_999L], stored[2]);
    }

    private static async Task CommitAsync(DuckDbFixture duckDb, RowBatch batch, string window)
    {
        var rows = batch.Rows;
        using var staged = new StagedRows(duckDb.Staging);
        staged.Add(batch);
        await duckDb.Destination.CommitAsync(
            new WindowCommit
            {
                Table = "texts",
                WindowId = window,
                Schema = new TableSchema(Columns),
                Partitions = [new PartitionRecord(new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue), PartitionState.Final, rows, DateTimeOffset.UnixEpoch, "r")],
                Rows = staged,
            },
            TestContext.Current.CancellationToken);
    }
}
