using System.Globalization;

namespace Tributary.Benchmarks;

/// <summary>Figures held against what was promised; the exit code is 1 when one misses.</summary>
internal sealed class Verdict
{
    public int ExitCode { get; private set; }

    public void AtMost(string what, double figure, double most) => Hold(what, figure, figure <= most, "at most", most);

    public void AtLeast(string what, double figure, double least) => Hold(what, figure, figure >= least, "at least", least);

    public void Holds(string what, bool holds)
    {
        Console.WriteLine($"{(holds ? "ok    " : "MISSED")} {what}");
        ExitCode = holds ? ExitCode : 1;
    }

    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private void Hold(string what, double figure, bool holds, string bound, double limit) =>
        Holds(string.Create(CultureInfo.InvariantCulture, $"{what}: {figure:0.000} ({bound} {limit:0.000})"), holds);
}
