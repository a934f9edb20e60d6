namespace Tributary.SampleMatomo.Log;

/// <summary>SplitMix64: the same numbers on every machine and runtime, which System.Random does not promise.</summary>
internal sealed class Rng(ulong state)
{
    private ulong _state = state;

    public static ulong Mix(params ReadOnlySpan<ulong> parts)
    {
        var hash = 0x9E3779B97F4A7C15UL;
        foreach (var part in parts)
        {
            hash = Scramble(hash ^ (part * 0xBF58476D1CE4E5B9UL)) + 0x9E3779B97F4A7C15UL;
        }

        return Scramble(hash);
    }

    public ulong NextUInt64() => Scramble(_state += 0x9E3779B97F4A7C15UL);

    public int Next(int below) => (int)(NextUInt64() % (ulong)below);

    public int Between(int from, int to) => from + Next(to - from + 1);

    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> of) => of[Next(of.Count)];

    /// <summary>Prefers the first ones: rank/frequency curves of real traffic are steep.</summary>
    public T PickSkewed<T>(IReadOnlyList<T> of)
    {
        var d = NextDouble();
        return of[(int)(of.Count * d * d)];
    }

    private static ulong Scramble(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
