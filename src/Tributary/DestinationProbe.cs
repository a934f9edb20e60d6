using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary;

/// <summary>Tries a destination as a run would use it: looks at the way there, then writes a small table, reads it and removes it.</summary>
internal static class DestinationProbe
{
    private static readonly ColumnDefinition[] Columns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key) { Nullable = false },
        new("label", ColumnType.Text, ColumnRole.Dimension),
        new("_run_id", ColumnType.Text, ColumnRole.Run) { Nullable = false },
    ];

    /// <summary>The steps, each as soon as it is known; none after the first that failed.</summary>
    public static async IAsyncEnumerable<DestinationStep> RunAsync(IDestination destination, string folder, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var step in destination.CheckAsync(cancellationToken))
        {
            yield return step;
            if (!step.IsFine)
            {
                yield break;
            }
        }

        var table = string.Create(CultureInfo.InvariantCulture, $"tributary_test_{clock.GetUtcNow().ToUnixTimeMilliseconds()}");
        var isRemoved = false;
        try
        {
            foreach (var (name, sentence, work) in Steps(destination, table, folder, clock.GetUtcNow()))
            {
                var step = await TryAsync(name, sentence, work, cancellationToken);
                yield return step;
                if (!step.IsFine)
                {
                    yield break;
                }
            }

            isRemoved = true;
        }
        finally
        {
            // Whoever stops looking, or stops the whole, must not leave the table behind.
            if (!isRemoved)
            {
                await TryAsync("clean up", "", destination.DropAsync, table);
            }
        }
    }

    private static IEnumerable<(string Name, string Sentence, Func<CancellationToken, Task> Work)> Steps(IDestination destination, string table, string folder, DateTimeOffset now)
    {
        yield return ("write", "A table can be made and filled.", stop => WriteAsync(destination, table, folder, now, stop));
        yield return ("read", "What was written comes back as it was.", stop => ReadAsync(destination, table, stop));
        yield return ("clean up", "The table was removed again.", stop => destination.DropAsync(table, stop));
    }

    private static async Task WriteAsync(IDestination destination, string table, string folder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var rows = new StagedRows(Path.Combine(folder, "staging"));
        rows.Add(Row());
        await destination.CommitAsync(
            new WindowCommit
            {
                Table = table,
                Description = "Written by a test of the destination; may be removed.",
                WindowId = table + "/1",
                RunId = table,
                Schema = new TableSchema(Columns),
                Partitions = [new PartitionRecord(new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue), PartitionState.Final, 1, now, table)],
                Rows = rows,
            },
            cancellationToken);
    }

    private static async Task ReadAsync(IDestination destination, string table, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await foreach (var batch in destination.ReadBatchesAsync(table, cancellationToken))
        {
            var label = batch.Buffer(batch.IndexOf("label"));
            found.AddRange(Enumerable.Range(0, batch.Rows).Select(row => Encoding.UTF8.GetString(label.GetUtf8(row))));
        }

        if (found is not [Label])
        {
            throw new TributaryException("destination.reads_differently", Fault.Destination, $"One row was written and {(found.Count == 1 ? "another" : found.Count.ToString(CultureInfo.InvariantCulture))} came back: the destination changes text. Look at its character set.");
        }
    }

    // Every script a label can have, and the two characters that SQL and CSV trip over.
    private const string Label = "Test: naïve «国» \"quoted\", it's";

    private static RowBatch Row()
    {
        var batch = new RowBatch();
        foreach (var column in Columns)
        {
            batch.Add(column);
        }

        batch.Buffer(0).SetInteger(0, 1);
        batch.Buffer(1).SetUtf8(0, Encoding.UTF8.GetBytes(Label));
        batch.Buffer(2).SetUtf8(0, "test"u8);
        batch.Rows = 1;
        return batch;
    }

    private static Task<DestinationStep> TryAsync(string name, string sentence, Func<string, CancellationToken, Task> work, string table) => TryAsync(name, sentence, stop => work(table, stop), CancellationToken.None);

    private static async Task<DestinationStep> TryAsync(string name, string sentence, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
            return new DestinationStep(name, true, sentence);
        }
        catch (TributaryException error)
        {
            return new DestinationStep(name, false, error.Message);
        }
    }
}
