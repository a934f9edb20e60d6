using System.Collections.Concurrent;

namespace Tributary.Model;

/// <summary>
/// Arrays of full batches, used again once their rows are stored. Not the shared pool: that keeps 32 arrays of a size for each processor, and one window has a thousand.
/// </summary>
internal static class BufferPool
{
    /// <summary>33 MB of values and 4 MB of what says whether there is one.</summary>
    private const int Most = 2048;

    private static readonly ConcurrentStack<(long[] Words, bool[] Present)> Free = [];
    private static int _count;

    /// <summary>Room for <see cref="RowBatch.MaxRows"/> rows, without values.</summary>
    public static (long[] Words, bool[] Present) Take()
    {
        if (!Free.TryPop(out var pair))
        {
            return (new long[RowBatch.MaxRows], new bool[RowBatch.MaxRows]);
        }

        Interlocked.Decrement(ref _count);
        Array.Clear(pair.Words);
        Array.Clear(pair.Present);
        return pair;
    }

    /// <summary>Takes room back; nobody may look at it any more.</summary>
    public static void Return(long[] words, bool[] present)
    {
        if (words.Length != RowBatch.MaxRows || present.Length != RowBatch.MaxRows)
        {
            return;
        }

        if (Interlocked.Increment(ref _count) <= Most)
        {
            Free.Push((words, present));
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
