using CsCheck;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Destinations;

public sealed class StagedRowsTests
{
    private static readonly ColumnDefinition[] Columns =
        [.. Enum.GetValues<ColumnType>().Select(t => new ColumnDefinition($"c_{t}", t, ColumnRole.Metric) { Additivity = Additivity.Sum, Description = "Said" })];

    private static readonly Gen<object?[]> Row = Gen.Select(
        Gen.String.Null(), Gen.Long.Nullable(), Gen.Double.Nullable(), Gen.Long.Nullable(), Gen.Bool.Nullable(), Gen.String.Null(),
        (text, integer, number, money, flag, json) => new object?[] { text, integer, number, money, flag, null, integer, json });

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Batches_come_back_as_they_were_staged(long memoryBytes)
    {
        using var folder = new TemporaryFolder();
        Gen.Select(Row.Array[0, 12], Gen.Int[1, 4], Gen.Int[1, Columns.Length]).Sample(
            (rows, batchRows, columns) =>
            {
                var expected = new TestRows(Columns[..columns]) { BatchRows = batchRows };
                foreach (var row in rows)
                {
                    expected.Add(row[..columns]);
                }

                using var staged = new StagedRows(folder.Path, memoryBytes);
                foreach (var batch in expected.ReadBatches())
                {
                    staged.Add(Copy(batch));
                }

                Assert.Equal(rows.Length, staged.Count);
                Assert.Equal(memoryBytes == 0 && rows.Length > 0, staged.IsOnDisk);
                Assert.Equal(Texts(expected), Texts(staged));
                Assert.Equal(Texts(staged), Texts(staged));
            },
            iter: 200);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Rows_leave_memory_beyond_the_threshold_and_more_can_follow()
    {
        using var folder = new TemporaryFolder();
        var staged = new StagedRows(folder.File("made/when/needed"), 10_000);
        var expected = new TestRows(Columns[0], Columns[1]) { BatchRows = 100 };
        for (var i = 0; i < 1_000; i++)
        {
            expected.Add($"text {i}", i);
        }

        foreach (var batch in expected.ReadBatches())
        {
            staged.Add(Copy(batch));
        }

        Assert.True(staged.IsOnDisk);
        Assert.Single(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
        Assert.Equal(Texts(expected), Texts(staged));
        staged.Add(Copy(expected.ReadBatches().First()));
        Assert.Equal(1_100, Texts(staged).Count - 11);
        staged.Dispose();
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_buffer_with_less_room_than_rows_is_null_behind_its_end()
    {
        using var folder = new TemporaryFolder();
        using var staged = new StagedRows(folder.Path);
        var batch = new RowBatch { Rows = 500 };
        batch.Add(Columns[1], new ColumnBuffer(ColumnType.Integer, 2));
        batch.Buffer(0).SetInteger(1, 42);

        staged.Add(batch);

        var read = staged.ReadBatches().Single();
        Assert.Equal([1], Enumerable.Range(0, 500).Where(read.Buffer(0).IsPresent));
        Assert.Equal(42, read.Buffer(0).GetInteger(1));
    }

    [Fact]
    public void Rows_are_not_added_under_a_reader()
    {
        using var folder = new TemporaryFolder();
        using var staged = new StagedRows(folder.Path);
        staged.Add(OneRow());

        using (var reading = staged.ReadBatches().GetEnumerator())
        {
            Assert.True(reading.MoveNext());
            Assert.Throws<InvalidOperationException>(() => staged.Add(OneRow()));
        }

        staged.Add(OneRow());
        Assert.Equal(2, staged.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void A_batch_filled_again_changes_nothing_that_is_staged(long memoryBytes)
    {
        using var folder = new TemporaryFolder();
        using var staged = new StagedRows(folder.Path, memoryBytes);
        var batch = new RowBatch();
        batch.Add(Columns[0]);
        batch.Add(Columns[1]);
        foreach (var (text, number) in new[] { ("first", 1), ("other", 2) })
        {
            batch.Buffer(0).SetUtf8(0, System.Text.Encoding.UTF8.GetBytes(text));
            batch.Buffer(1).SetInteger(0, number);
            batch.Rows = 1;
            staged.Add(batch);
            Assert.Equal(0, batch.Rows);
        }

        batch.Rows = 1;
        batch.Widen(1, ColumnType.Text);
        batch.Buffer(0).SetUtf8(0, "third"u8);
        Assert.Equal(["6669727374|1", "6F74686572|2"], Texts(staged).Where(t => t.Contains('|', StringComparison.Ordinal)));
    }

    [Fact]
    public void What_a_crash_left_behind_is_removed_and_what_is_in_use_is_not()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("abc.rows"), "left over");
        File.WriteAllText(folder.File("notes.txt"), "not ours");
        Directory.CreateDirectory(folder.File($"tmp-{int.MaxValue}-1/deep"));
        File.WriteAllText(folder.File($"tmp-{int.MaxValue}-1/deep/file"), "left over");
        var mine = StagingFolder.CreateOwned(folder.Path);
        using var staged = new StagedRows(folder.Path, 0);
        staged.Add(new TestRows(Columns[1]).Add(1).ReadBatches().Single());

        StagingFolder.RemoveLeftOvers(folder.Path);

        Assert.Equal([mine], Directory.EnumerateDirectories(folder.Path));
        Assert.Equal(2, Directory.EnumerateFiles(folder.Path).Count());
        Assert.True(File.Exists(folder.File("notes.txt")));
        Assert.Equal(1, staged.ReadBatches().Single().Buffer(0).GetInteger(0));
    }

    private static RowBatch OneRow() => new TestRows(Columns[1]).Add(1).ReadBatches().Single();

    private static RowBatch Copy(RowBatch batch) => batch.Pick([.. Enumerable.Range(0, batch.Rows)]);

    private static List<string> Texts(IStagedRows rows)
    {
        List<string> texts = [];
        foreach (var batch in rows.ReadBatches())
        {
            texts.Add(string.Join(',', batch.Columns));
            for (var row = 0; row < batch.Rows; row++)
            {
                texts.Add(string.Join('|', Enumerable.Range(0, batch.Columns.Count).Select(i => batch.Buffer(i).IsPresent(row) ? Value(batch.Buffer(i), row) : "null")));
            }
        }

        return texts;
    }

    private static string Value(ColumnBuffer buffer, int row) => buffer.Type is ColumnType.Text or ColumnType.Json
        ? Convert.ToHexString(buffer.GetUtf8(row))
        : buffer.GetInteger(row).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
