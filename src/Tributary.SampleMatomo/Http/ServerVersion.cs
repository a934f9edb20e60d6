using System.Globalization;

namespace Tributary.SampleMatomo.Http;

/// <summary>The version the server says it is, and what of its behaviour goes with it.</summary>
internal sealed record ServerVersion(int Major, int Minor)
{
    /// <summary>Errors with status 200, wrong tokens taken for anonymous, minima and maxima added up over days (measured on 4.16.1).</summary>
    public bool IsFour => Major < 5;

    public bool HasMetricTypes => Major > 4 || (Major == 4 && Minor >= 14);

    public bool HasMostRecentVisits => Major > 5 || (Major == 5 && Minor >= 1);

    public static ServerVersion Parse(string text)
    {
        var parts = text.Split('.', '-');
        return new ServerVersion(Number(parts, 0), Number(parts, 1));
    }

    private static int Number(string[] parts, int at) =>
        at < parts.Length && int.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
}
